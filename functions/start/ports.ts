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
import type { Environment } from "../../src/contract/environment";
import { pipelineOf } from "../../src/contract/names";
import type { StartPorts } from "../../src/stages/start";

/** The AWS services behind start, in its own account and Region. */
export function startPorts(environment: Environment<"start">): StartPorts {
  const s3 = new S3Client({});
  const sagemaker = new SageMakerClient({});
  const owner = environment.GOVERNANCE_ACCOUNT;
  return {
    registry: sagemakerModelRegistry(sagemaker),
    evidence: s3EvidenceStore(s3, owner),
    markers: s3WriteOnceStore(s3, environment.VERDICT_BUCKET, owner),
    pipeline: sagemakerApprovalPipeline(sagemaker, pipelineOf(environment)),
    queue: sqsStartQueue(new SQSClient({}), environment.QUEUE_URL),
    notices: snsNotices(new SNSClient({}), environment.NOTICE_TOPIC_ARN),
  };
}
