import { functionArn } from "../../contract/names";
import { type GovernanceConfig, placeOf } from "../stack-config";
import { type PolicyDocument, type Principal, policyOf, type Statement } from "./grant";

/**
 * Policy of the repository of the checks' image: Lambda pulls it for the validate function, dev roles to run it
 * themselves. A Processing job pulls under its own role.
 */
export const repositoryPolicy = (config: GovernanceConfig, devRoles: readonly Principal[]): PolicyDocument =>
  policyOf([
    ...(config.runner === "lambda" ? [lambdaPulls(config)] : []),
    {
      Sid: "DevRolesPull",
      Effect: "Allow",
      Principal: { AWS: devRoles.map(({ arn }) => arn) },
      Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
    },
  ]);

/** Lambda pulls the image of the validate function. */
export const lambdaPulls = (config: GovernanceConfig): Statement => ({
  Sid: "LambdaPulls",
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  Condition: { ArnLike: { "aws:SourceArn": functionArn(config.prefix, "validate", placeOf(config)) } },
});
