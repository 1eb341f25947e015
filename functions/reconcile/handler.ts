import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { repairThrough } from "../../src/adapters/lambda-decide";
import { s3WriteOnceStore } from "../../src/adapters/s3-write-once-store";
import { sagemakerModelRegistry } from "../../src/adapters/sagemaker-model-registry";
import { sagemakerOverview } from "../../src/adapters/sagemaker-overview";
import { snsNotices } from "../../src/adapters/sns-notices";
import { sqsStartQueue } from "../../src/adapters/sqs-start-queue";
import { sqsWatchQueue } from "../../src/adapters/sqs-watch-queue";
import { readEnvironment } from "../../src/contract/environment";
import { pipelineOf } from "../../src/contract/names";
import { reconcile } from "../../src/stages/reconcile";
import { lineLogger } from "../line-logger";

const environment = readEnvironment("reconcile", process.env);
const logger = lineLogger("reconcile");
const s3 = new S3Client({});
const sagemaker = new SageMakerClient({});
const sqs = new SQSClient({});
const owner = environment.GOVERNANCE_ACCOUNT;
const pipeline = pipelineOf(environment);
const ports = {
  overview: sagemakerOverview(sagemaker, pipeline),
  registry: sagemakerModelRegistry(sagemaker),
  markers: s3WriteOnceStore(s3, environment.VERDICT_BUCKET, owner),
  records: s3WriteOnceStore(s3, environment.RECORD_BUCKET, owner),
  queue: sqsStartQueue(sqs, environment.QUEUE_URL),
  watchQueue: sqsWatchQueue(sqs, environment.WATCH_QUEUE_URL),
  repair: repairThrough(new LambdaClient({}), environment.DECIDE_FUNCTION_ARN),
  notices: snsNotices(new SNSClient({}), environment.NOTICE_TOPIC_ARN),
};

const MINUTE_LIMITS = { eventMinutes: 10, afterEndMinutes: 3, mostAttempts: 3 };
const groups = Object.keys(environment.GROUPS);
const settings = {
  groups,
  groupOfEachPipeline: [...new Map(groups.map((group) => [pipeline(group), group])).values()],
  observedGroups: environment.OBSERVED_GROUPS,
  cutOvers: environment.CUT_OVERS,
  peopleOnRecord: environment.PEOPLE_ON_RECORD,
  revokes: environment.REVOKES,
  patience: (group: string) => ({
    ...MINUTE_LIMITS,
    // The steps' own limits together, and their start-up: a Processing job's hour, or eleven of asking a language model.
    executionMinutes: environment.LANGUAGE_GROUPS.includes(group) ? 14 * 60 : 2 * 60,
  }),
};

/** Does what an event, a call or an execution that got lost has left undone. */
export async function handler(): Promise<void> {
  const done = await reconcile(ports, settings, new Date());
  logger.info("done", { done });
}
