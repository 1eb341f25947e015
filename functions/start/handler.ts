import { Logger } from "@aws-lambda-powertools/logger";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { s3EvidenceStore } from "../../src/adapters/s3-evidence-store";
import { s3WriteOnceStore } from "../../src/adapters/s3-write-once-store";
import { sagemakerApprovalPipeline } from "../../src/adapters/sagemaker-approval-pipeline";
import { sagemakerModelRegistry } from "../../src/adapters/sagemaker-model-registry";
import { snsNotices } from "../../src/adapters/sns-notices";
import { sqsStartQueue } from "../../src/adapters/sqs-start-queue";
import { parseArn } from "../../src/contract/arn";
import { readEnvironment } from "../../src/contract/environment";
import { parseRegistryEvent, parseStartAgain } from "../../src/contract/registry-event";
import { type StartPorts, type StartResult, startFromEvent, startFromWait } from "../../src/stages/start";
import { type BatchResponse, eachMessage } from "../sqs-batch";

const environment = readEnvironment("start", process.env);
const logger = new Logger({ serviceName: "start" });
const s3 = new S3Client({});
const sagemaker = new SageMakerClient({});
const owner = environment.GOVERNANCE_ACCOUNT;
const ports: StartPorts = {
  registry: sagemakerModelRegistry(sagemaker),
  evidence: s3EvidenceStore(s3, owner),
  markers: s3WriteOnceStore(s3, environment.VERDICT_BUCKET, owner),
  pipeline: sagemakerApprovalPipeline(sagemaker, environment.PIPELINE_ARN),
  queue: sqsStartQueue(new SQSClient({}), environment.QUEUE_URL),
  notices: snsNotices(new SNSClient({}), environment.NOTICE_TOPIC_ARN),
};
const settings = {
  account: owner,
  region: parseArn(environment.PIPELINE_ARN)?.region ?? "",
  groups: environment.GROUPS,
  sources: environment.EVIDENCE_SOURCES,
  policyDigest: environment.POLICY_DIGEST,
  deadlineMinutes: environment.EVIDENCE_DEADLINE_MINUTES,
};

/** Starts an execution for each version that awaits approval and whose evidence has arrived. */
export const handler = (event: unknown): Promise<BatchResponse> => eachMessage(event, logger, handle);

async function handle(message: unknown): Promise<StartResult> {
  const again = parseStartAgain(message);
  const event = parseRegistryEvent(message);
  logger.appendKeys({ modelPackageArn: again?.modelPackageArn ?? event?.modelPackageArn });
  if (again) return startFromWait(again, ports, settings, new Date());
  if (event) return startFromEvent(event, ports, settings, new Date());
  return { effect: "ignored", reason: "neither a registry event nor a wait" };
}
