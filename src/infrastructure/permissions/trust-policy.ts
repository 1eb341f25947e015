import type { RoleOf } from "../../contract/names";
import { servicesOf } from "../evidence-sources";
import type { StackConfig } from "../stack-config";
import { type PolicyDocument, policyOf, type Statement } from "./grant";

const SAGEMAKER = "sagemaker.amazonaws.com";

/** The service that runs under each role, but for validate where a Processing job runs it. */
const TRUSTED: Record<Exclude<RoleOf, "reviewer" | "auditor">, string> = {
  copy: "lambda.amazonaws.com",
  replication: "s3.amazonaws.com",
  start: "lambda.amazonaws.com",
  pipeline: SAGEMAKER,
  collect: SAGEMAKER,
  serving: SAGEMAKER,
  "clean-up": "lambda.amazonaws.com",
  validate: "lambda.amazonaws.com",
  decide: "lambda.amazonaws.com",
  reconcile: "lambda.amazonaws.com",
  checkpoint: "lambda.amazonaws.com",
  watch: "lambda.amazonaws.com",
  revoke: "lambda.amazonaws.com",
};

/** Of these it isn't documented that they say for which account they act. */
const NO_ACCOUNT = ["lambda.amazonaws.com", "s3.amazonaws.com"];

/** SageMaker for endpoints, Bedrock for the models that it imports. */
function servingServices(config: StackConfig): string | string[] {
  if (config.role !== "governance" || !servicesOf(config).includes("bedrock")) return SAGEMAKER;
  return [SAGEMAKER, "bedrock.amazonaws.com"];
}

/**
 * Who may take on a role: one service, or what serves models. SageMaker and Bedrock say for which account they act, so that is asked of them; of Lambda and
 * of S3's replication it isn't documented.
 */
export function trustPolicy(of: RoleOf, config: StackConfig): PolicyDocument {
  if (of === "reviewer") return reviewerTrust(config.role === "governance" ? (config.reviewers?.users ?? []) : []);
  if (of === "auditor") return auditorTrust(config.role === "governance" ? config.auditors : []);
  const isJob = of === "validate" && config.role === "governance" && config.runner === "processing";
  const Service = isJob ? SAGEMAKER : of === "serving" ? servingServices(config) : TRUSTED[of];
  return policyOf([
    {
      Sid: "ServiceRuns",
      Effect: "Allow",
      Principal: { Service },
      Action: ["sts:AssumeRole"],
      ...(!NO_ACCOUNT.some((service) => service === Service) && {
        Condition: { StringEquals: { "aws:SourceAccount": config.account } },
      }),
    },
  ]);
}

/**
 * Which people may take on the reviewer role: under a session that has their own name, since that is what a request is
 * known by, and with a second factor, since a stolen access key would decide.
 */
const reviewerTrust = (users: readonly string[]): PolicyDocument =>
  policyOf([
    {
      Sid: "PeopleReview",
      Effect: "Allow",
      Principal: { AWS: users },
      Action: ["sts:AssumeRole"],
      Condition: {
        StringEquals: { "sts:RoleSessionName": OWN_NAME },
        Bool: { "aws:MultiFactorAuthPresent": "true" },
      },
    },
  ]);

/** Who may take on the auditor role: users with a second factor; roles, whose own trust says who is behind them. */
function auditorTrust(auditors: readonly string[]): PolicyDocument {
  const users = auditors.filter((arn) => arn.includes(":user/"));
  const roles = auditors.filter((arn) => !users.includes(arn));
  const admits = (Sid: string, arns: readonly string[]): Statement[] =>
    arns.length === 0 ? [] : [{ Sid, Effect: "Allow", Principal: { AWS: arns }, Action: ["sts:AssumeRole"] }];
  return policyOf([
    ...admits("UsersAudit", users).map((statement) => ({
      ...statement,
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    })),
    ...admits("RolesAudit", roles),
  ]);
}

/** IAM's variable for the name of the user who calls. */
const OWN_NAME = `\${aws:username}`;
