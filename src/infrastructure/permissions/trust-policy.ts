import type { RoleOf } from "../../contract/names";
import { type PolicyDocument, policyOf } from "./grant";

/** The service that runs under each role. */
const TRUSTED: Record<RoleOf, string> = {
  copy: "lambda.amazonaws.com",
  replication: "s3.amazonaws.com",
  start: "lambda.amazonaws.com",
  pipeline: "sagemaker.amazonaws.com",
  validate: "lambda.amazonaws.com",
  decide: "lambda.amazonaws.com",
};

/**
 * Who may take on a role: one service. SageMaker says for which account it acts, so that is asked of it; of Lambda and
 * of S3's replication it isn't documented.
 */
export const trustPolicy = (of: RoleOf, account: string): PolicyDocument =>
  policyOf([
    {
      Sid: "ServiceRuns",
      Effect: "Allow",
      Principal: { Service: TRUSTED[of] },
      Action: ["sts:AssumeRole"],
      ...(of === "pipeline" && { Condition: { StringEquals: { "aws:SourceAccount": account } } }),
    },
  ]);
