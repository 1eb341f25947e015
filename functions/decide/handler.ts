import { kmsPublicKeys, kmsSigner } from "../../src/adapters/kms-signer";
import { s3EvidenceLock } from "../../src/adapters/s3-evidence-lock";
import { sagemakerExecutions } from "../../src/adapters/sagemaker-executions";
import { readEnvironment } from "../../src/contract/environment";
import { pipelineOf } from "../../src/contract/names";
import {
  DECIDE_ARGUMENTS,
  type DecideOutputs,
  parseRepair,
  readArguments,
} from "../../src/contract/pipeline-parameters";
import { decide, repair } from "../../src/stages/decide";
import { applyingPorts } from "../applying-ports";
import { lineLogger } from "../line-logger";
import { loggedStep } from "../logged-step";

const environment = readEnvironment("decide", process.env);
const logger = lineLogger("decide");
const {
  clients: { kms, s3, sagemaker },
  ports: applying,
} = applyingPorts(environment);
const publicKeys = kmsPublicKeys(kms);
const ports = {
  ...applying,
  executions: sagemakerExecutions(sagemaker),
  signer: kmsSigner(kms, environment.RECORD_KEY_ARN, environment.FORMER_RECORD_KEY_ARNS),
  verdictKeys: () => publicKeys.all([environment.VERDICT_KEY_ARN, ...environment.FORMER_VERDICT_KEY_ARNS]),
  lock: s3EvidenceLock(s3, environment.GOVERNANCE_ACCOUNT, environment.RETENTION.mode),
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
