import { kmsSigner } from "../../src/adapters/kms-signer";
import { sagemakerVersions } from "../../src/adapters/sagemaker-overview";
import { readEnvironment } from "../../src/contract/environment";
import { type Sent, senderOf } from "../../src/contract/person-request";
import { parseRevocationRequest } from "../../src/contract/revocation-request";
import { type Revoked, type Revoker, revoke } from "../../src/stages/revoke";
import { applyingPorts } from "../applying-ports";
import { lineLogger } from "../line-logger";
import { type BatchResponse, eachSent } from "../sqs-batch";

const environment = readEnvironment("revoke", process.env);
const logger = lineLogger("revoke");
const {
  clients: { kms, sagemaker },
  ports: applying,
} = applyingPorts(environment);
const ports = {
  ...applying,
  overview: sagemakerVersions(sagemaker),
  signer: kmsSigner(kms, environment.REVOCATION_KEY_ARN, environment.FORMER_REVOCATION_KEY_ARNS),
};
const settings = {
  groups: environment.GROUPS,
  observedGroups: environment.OBSERVED_GROUPS,
  cutOvers: environment.CUT_OVERS,
  recordBucket: environment.RECORD_BUCKET,
};

/** Takes approvals back that the watcher or a reviewer asks to take back. */
export const handler = (event: unknown): Promise<BatchResponse> => eachSent(event, logger, handle);

async function handle(body: string, sent: Sent): Promise<Revoked> {
  const request = parseRevocationRequest(JSON.parse(body));
  if (request === undefined) throw new Error("the message is no request to revoke");
  logger.appendKeys({ modelPackageArn: request.modelPackageArn, senderId: sent.senderId });
  const by = revokerOf(sent);
  if (by === undefined)
    return { effect: "refused", reason: "neither the watcher nor a reviewer sent it, by what AWS says of its sender" };
  return revoke(request, by, ports, settings, new Date());
}

/** Who sent it, by the role's unique id, which no other role ever has. */
function revokerOf(sent: Sent): Revoker | undefined {
  const { roleId, name } = senderOf(sent) ?? {};
  if (roleId === undefined || name === undefined) return undefined;
  if (roleId === environment.WATCH_ROLE_ID) return { kind: "watcher" };
  if (roleId !== environment.REVIEWER_ROLE_ID) return undefined;
  const { messageId, sentAt } = sent;
  return { kind: "person", person: { roleId, name, messageId, askedAt: sentAt.toISOString() } };
}
