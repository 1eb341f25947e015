import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { kmsRecordKeys, kmsSigner } from "../../src/adapters/kms-signer";
import { s3WriteOnceStore } from "../../src/adapters/s3-write-once-store";
import { sagemakerModelCards } from "../../src/adapters/sagemaker-model-cards";
import { sagemakerModelRegistry } from "../../src/adapters/sagemaker-model-registry";
import { sagemakerVersions } from "../../src/adapters/sagemaker-overview";
import { snsNotices } from "../../src/adapters/sns-notices";
import { readEnvironment } from "../../src/contract/environment";
import type { Sent } from "../../src/contract/person-request";
import { parseRevocationRequest } from "../../src/contract/revocation-request";
import { type Revoked, type Revoker, revoke } from "../../src/stages/revoke";
import { lineLogger } from "../line-logger";
import { type BatchResponse, eachSent } from "../sqs-batch";

const environment = readEnvironment("revoke", process.env);
const logger = lineLogger("revoke");
const sagemaker = new SageMakerClient({});
const s3 = new S3Client({});
const kms = new KMSClient({});
const owner = environment.GOVERNANCE_ACCOUNT;
const ports = {
  registry: sagemakerModelRegistry(sagemaker),
  overview: sagemakerVersions(sagemaker),
  cards: sagemakerModelCards(sagemaker),
  verdicts: s3WriteOnceStore(s3, environment.VERDICT_BUCKET, owner),
  records: s3WriteOnceStore(s3, environment.RECORD_BUCKET, owner),
  signer: kmsSigner(kms, environment.REVOCATION_KEY_ARN, environment.FORMER_REVOCATION_KEY_ARNS),
  recordKeys: kmsRecordKeys(kms, environment),
  notices: snsNotices(new SNSClient({}), environment.NOTICE_TOPIC_ARN),
};
const settings = { groups: environment.GROUPS, recordBucket: environment.RECORD_BUCKET };

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
function revokerOf({ senderId, messageId, sentAt }: Sent): Revoker | undefined {
  const [, roleId, name] = /^([^:]+):(.+)$/.exec(senderId) ?? [];
  if (roleId === undefined || name === undefined) return undefined;
  if (roleId === environment.WATCH_ROLE_ID) return { kind: "watcher" };
  if (roleId !== environment.REVIEWER_ROLE_ID) return undefined;
  return { kind: "person", person: { roleId, name, messageId, askedAt: sentAt.toISOString() } };
}
