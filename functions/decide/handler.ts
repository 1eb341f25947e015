import { Logger } from "@aws-lambda-powertools/logger";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { s3WriteOnceStore } from "../../src/adapters/s3-write-once-store";
import { sagemakerModelRegistry } from "../../src/adapters/sagemaker-model-registry";
import { snsNotices } from "../../src/adapters/sns-notices";
import { readEnvironment } from "../../src/contract/environment";
import { DECIDE_ARGUMENTS, type DecideOutputs, readArguments } from "../../src/contract/pipeline-parameters";
import { decide } from "../../src/stages/decide";
import { loggedStep } from "../logged-step";

const environment = readEnvironment("decide", process.env);
const logger = new Logger({ serviceName: "decide" });
const ports = {
  registry: sagemakerModelRegistry(new SageMakerClient({})),
  verdicts: s3WriteOnceStore(new S3Client({}), environment.VERDICT_BUCKET, environment.GOVERNANCE_ACCOUNT),
  notices: snsNotices(new SNSClient({}), environment.NOTICE_TOPIC_ARN),
};
const settings = {
  groups: environment.GROUPS,
  verdictBucket: environment.VERDICT_BUCKET,
  policyDigest: environment.POLICY_DIGEST,
  imageDigest: environment.CHECKS_IMAGE_DIGEST,
};

/** UpdateModelStatusStep: writes the validate step's verdict to the registry. */
export async function handler(event: unknown): Promise<DecideOutputs> {
  const args = readArguments(DECIDE_ARGUMENTS, event);
  logger.appendKeys({ modelPackageArn: args.ModelPackageArn, executionId: args.ExecutionId });
  return loggedStep(logger, () => decide(args, ports, settings));
}
