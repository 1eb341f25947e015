import { SQSClient } from "@aws-sdk/client-sqs";
import { kmsSigner } from "../../src/adapters/kms-signer";
import { s3EvidenceLock } from "../../src/adapters/s3-evidence-lock";
import { sqsStartQueue } from "../../src/adapters/sqs-start-queue";
import { parseArn } from "../../src/contract/arn";
import { readEnvironment } from "../../src/contract/environment";
import { shorten } from "../../src/core/verdict";
import { review } from "../../src/stages/review";
import { applyingPorts } from "../applying-ports";
import { lineLogger } from "../line-logger";
import { type BatchResponse, eachSent } from "../sqs-batch";

const environment = readEnvironment("review", process.env);
const logger = lineLogger("review");
const {
  clients: { kms, s3 },
  ports: applying,
} = applyingPorts(environment);
const ports = {
  ...applying,
  signer: kmsSigner(kms, environment.RECORD_KEY_ARN, environment.FORMER_RECORD_KEY_ARNS),
  lock: s3EvidenceLock(s3, environment.GOVERNANCE_ACCOUNT, environment.RETENTION.mode),
  queue: sqsStartQueue(new SQSClient({}), environment.START_QUEUE_URL),
};
const settings = {
  registry: { account: environment.GOVERNANCE_ACCOUNT, region: parseArn(environment.RECORD_KEY_ARN)?.region ?? "" },
  teams: environment.TEAMS,
  observedGroups: environment.OBSERVED_GROUPS,
  cutOvers: environment.CUT_OVERS,
  recordBucket: environment.RECORD_BUCKET,
  retention: environment.RETENTION,
  reviewerRoleId: environment.REVIEWER_ROLE_ID,
};

/** Characters of a body in the log: a request has fewer. */
const LONGEST_LOGGED = 1000;

/** Does what people ask for: approves, rejects, has a version judged again, or records how it was before. */
export const handler = (event: unknown): Promise<BatchResponse> =>
  eachSent(event, logger, (body, sent) => {
    logger.appendKeys({ sender: sent.senderId, messageId: sent.messageId, body: shorten(body, LONGEST_LOGGED) });
    return review(body, sent, ports, settings, new Date());
  });
