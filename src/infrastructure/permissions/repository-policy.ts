import { functionArn, type Place } from "../../contract/names";
import { type PolicyDocument, type Principal, policyOf } from "./grant";

/** Policy of the repository of the checks' image: Lambda pulls it for the validate function, dev roles to run it themselves. */
export const repositoryPolicy = (prefix: string, place: Place, devRoles: readonly Principal[]): PolicyDocument =>
  policyOf([
    {
      Sid: "LambdaPulls",
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Condition: { ArnLike: { "aws:SourceArn": functionArn(prefix, "validate", place) } },
    },
    {
      Sid: "DevRolesPull",
      Effect: "Allow",
      Principal: { AWS: devRoles.map(({ arn }) => arn) },
      Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
    },
  ]);
