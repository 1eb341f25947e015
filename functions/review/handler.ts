import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { kmsRecordKeys, kmsSigner } from "../../src/adapters/kms-signer";
import { s3WriteOnceStore } from "../../src/adapters/s3-write-once-store";
import { sagemakerModelCards } from "../../src/adapters/sagemaker-model-cards";
import { sagemakerModelRegistry } from "../../src/adapters/sagemaker-model-registry";
import { snsNotices } from "../../src/adapters/sns-notices";
import { sqsStartQueue } from "../../src/adapters/sqs-start-queue";
import { parseArn } from "../../src/contract/arn";
import { readEnvironment } from "../../src/contract/environment";
import { shorten } from "../../src/core/verdict";
import { review } from "../../src/stages/review";
import { lineLogger } from "../line-logger";
import { type BatchResponse, eachSent } from "../sqs-batch";

const environment = readEnvironment("review", process.env);
const logger = lineLogger("review");
const sagemaker = new SageMakerClient({});
const s3 = new S3Client({});
const kms = new KMSClient({});
const owner = environment.GOVERNANCE_ACCOUNT;
const ports = {
  registry: sagemakerModelRegistry(sagemaker),
  cards: sagemakerModelCards(sagemaker),
  verdicts: s3WriteOnceStore(s3, environment.VERDICT_BUCKET, owner),
  records: s3WriteOnceStore(s3, environment.RECORD_BUCKET, owner),
  signer: kmsSigner(kms, environment.RECORD_KEY_ARN, environment.FORMER_RECORD_KEY_ARNS),
  recordKeys: kmsRecordKeys(kms, environment),
  notices: snsNotices(new SNSClient({}), environment.NOTICE_TOPIC_ARN),
  queue: sqsStartQueue(new SQSClient({}), environment.START_QUEUE_URL),
};
const settings = {
  registry: { account: owner, region: parseArn(environment.RECORD_KEY_ARN)?.region ?? "" },
  teams: environment.TEAMS,
  recordBucket: environment.RECORD_BUCKET,
  reviewerRoleId: environment.REVIEWER_ROLE_ID,
};

/** Characters of a body in the log: a request has fewer. */
const LONGEST_LOGGED = 1000;

/** Does what people ask for: approves, rejects, or has a version judged again. */
export const handler = (event: unknown): Promise<BatchResponse> =>
  eachSent(event, logger, (body, sent) => {
    logger.appendKeys({ sender: sent.senderId, messageId: sent.messageId, body: shorten(body, LONGEST_LOGGED) });
    return review(body, sent, ports, settings, new Date());
  });
