import type { RoleOf } from "../../contract/names";
import type { StackConfig } from "../stack-config";
import { type PolicyDocument, policyOf } from "./grant";

const SAGEMAKER = "sagemaker.amazonaws.com";

/** The service that runs under each role, but for validate where a Processing job runs it. */
const TRUSTED: Record<RoleOf, string> = {
  copy: "lambda.amazonaws.com",
  replication: "s3.amazonaws.com",
  start: "lambda.amazonaws.com",
  pipeline: SAGEMAKER,
  collect: SAGEMAKER,
  serving: SAGEMAKER,
  "clean-up": "lambda.amazonaws.com",
  validate: "lambda.amazonaws.com",
  decide: "lambda.amazonaws.com",
};

/**
 * Who may take on a role: one service. SageMaker says for which account it acts, so that is asked of it; of Lambda and
 * of S3's replication it isn't documented.
 */
export function trustPolicy(of: RoleOf, config: StackConfig): PolicyDocument {
  const isJob = of === "validate" && config.role === "governance" && config.runner === "processing";
  const Service = isJob ? SAGEMAKER : TRUSTED[of];
  return policyOf([
    {
      Sid: "ServiceRuns",
      Effect: "Allow",
      Principal: { Service },
      Action: ["sts:AssumeRole"],
      ...(Service === SAGEMAKER && { Condition: { StringEquals: { "aws:SourceAccount": config.account } } }),
    },
  ]);
}
