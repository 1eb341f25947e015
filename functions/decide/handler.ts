import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { kmsPublicKeys, kmsRecordKeys, kmsSigner } from "../../src/adapters/kms-signer";
import { s3EvidenceLock } from "../../src/adapters/s3-evidence-lock";
import { s3WriteOnceStore } from "../../src/adapters/s3-write-once-store";
import { sagemakerExecutions } from "../../src/adapters/sagemaker-executions";
import { sagemakerModelCards } from "../../src/adapters/sagemaker-model-cards";
import { sagemakerModelRegistry } from "../../src/adapters/sagemaker-model-registry";
import { snsNotices } from "../../src/adapters/sns-notices";
import { readEnvironment } from "../../src/contract/environment";
import { pipelineOf } from "../../src/contract/names";
import {
  DECIDE_ARGUMENTS,
  type DecideOutputs,
  parseRepair,
  readArguments,
} from "../../src/contract/pipeline-parameters";
import { decide, repair } from "../../src/stages/decide";
import { lineLogger } from "../line-logger";
import { loggedStep } from "../logged-step";

const environment = readEnvironment("decide", process.env);
const logger = lineLogger("decide");
const sagemaker = new SageMakerClient({});
const s3 = new S3Client({});
const owner = environment.GOVERNANCE_ACCOUNT;
const kms = new KMSClient({});
const publicKeys = kmsPublicKeys(kms);
const ports = {
  executions: sagemakerExecutions(sagemaker),
  registry: sagemakerModelRegistry(sagemaker),
  cards: sagemakerModelCards(sagemaker),
  verdicts: s3WriteOnceStore(s3, environment.VERDICT_BUCKET, owner),
  records: s3WriteOnceStore(s3, environment.RECORD_BUCKET, owner),
  signer: kmsSigner(kms, environment.RECORD_KEY_ARN, environment.FORMER_RECORD_KEY_ARNS),
  recordKeys: kmsRecordKeys(kms, environment),
  verdictKeys: () => publicKeys.all([environment.VERDICT_KEY_ARN, ...environment.FORMER_VERDICT_KEY_ARNS]),
  lock: s3EvidenceLock(s3, owner, environment.RETENTION.mode),
  notices: snsNotices(new SNSClient({}), environment.NOTICE_TOPIC_ARN),
};
const settings = {
  groups: environment.GROUPS,
  verdictBucket: environment.VERDICT_BUCKET,
  recordBucket: environment.RECORD_BUCKET,
  policyDigest: environment.POLICY_DIGEST,
  imageDigest: environment.CHECKS_IMAGE_DIGEST,
  pipelineOf: pipelineOf(environment),
  startRoleArn: environment.START_ROLE_ARN,
  retention: environment.RETENTION,
  observedGroups: environment.OBSERVED_GROUPS,
  cutOvers: environment.CUT_OVERS,
};

/** UpdateModelStatusStep: records what the validate step's verdict decides, and writes it to the registry. */
export async function handler(event: unknown): Promise<DecideOutputs> {
  const repaired = parseRepair(event);
  if (repaired !== undefined) {
    logger.appendKeys(repaired);
    return loggedStep(logger, () => repair(repaired, ports, settings));
  }
  const args = readArguments(DECIDE_ARGUMENTS, event);
  logger.appendKeys({ modelPackageArn: args.ModelPackageArn, executionId: args.ExecutionId });
  return loggedStep(logger, () => decide(args, ports, settings, new Date()));
}
