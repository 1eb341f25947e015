import { readFileSync } from "node:fs";
import path from "node:path";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { lineLogger } from "../functions/line-logger";
import { loggedStep } from "../functions/logged-step";
import { kmsSigner } from "../src/adapters/kms-signer";
import { readPolicyFiles } from "../src/adapters/policy-directory";
import { s3EvidenceStore } from "../src/adapters/s3-evidence-store";
import { s3WriteOnceStore } from "../src/adapters/s3-write-once-store";
import { sagemakerModelRegistry } from "../src/adapters/sagemaker-model-registry";
import { readEnvironment } from "../src/contract/environment";
import { readArguments, VALIDATE_ARGUMENTS, type ValidateOutputs } from "../src/contract/pipeline-parameters";
import { parsePolicy } from "../src/core/policy";
import { policySchema } from "../src/core/policy-schema";
import { sha256 } from "../src/core/verdict";
import { validate } from "../src/stages/validate";
import { catalogue } from "./catalogue";

/** Judges the version of an execution's arguments and writes checks.json. @throws Error as `validate` does */
export type ValidateStep = (args: unknown) => Promise<ValidateOutputs>;

/**
 * RegisteredModelValidationStep, from the environment and the policy beside the bundle.
 * @throws Error naming variables that are missing or malformed
 */
export function validateStep(variables: NodeJS.ProcessEnv): ValidateStep {
  const environment = readEnvironment("validate", variables);
  const logger = lineLogger("validate");
  const s3 = new S3Client({});
  const owner = environment.GOVERNANCE_ACCOUNT;
  const ports = {
    registry: sagemakerModelRegistry(new SageMakerClient({})),
    evidence: s3EvidenceStore(s3, owner),
    verdicts: s3WriteOnceStore(s3, environment.VERDICT_BUCKET, owner),
    records: s3WriteOnceStore(s3, environment.RECORD_BUCKET, owner),
    signer: kmsSigner(new KMSClient({}), environment.VERDICT_KEY_ARN),
    prompts: s3WriteOnceStore(s3, environment.PROMPT_BUCKET, owner).read,
  };
  // The bundle is one file, and this code is in it.
  const text = readFileSync(__filename, "utf8");
  const settings = {
    groups: environment.GROUPS,
    sources: environment.EVIDENCE_SOURCES,
    imageDigest: environment.CHECKS_IMAGE_DIGEST,
    bundle: { text, sha256: sha256(text) },
    policy: parsePolicy(readPolicyFiles(path.join(__dirname, "policy")), policySchema(catalogue)),
    checks: catalogue,
    languageGroups: environment.LANGUAGE_GROUPS,
    promptSets: environment.PROMPT_SETS,
    verdictBucket: environment.VERDICT_BUCKET,
  };
  return (given) => {
    const args = readArguments(VALIDATE_ARGUMENTS, given);
    logger.appendKeys({ modelPackageArn: args.ModelPackageArn, executionId: args.ExecutionId });
    return loggedStep(logger, () => validate(args, ports, settings));
  };
}
