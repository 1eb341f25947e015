import {
  checksRepositoryName,
  evidenceBucketName,
  modelPackageArnPattern,
  promptBucketName,
  recordBucketName,
  servedModelBucketName,
  verdictBucketName,
} from "../../contract/names";
import { type GovernanceConfig, placeOf } from "../stack-config";
import { LIST, READ } from "./carrying";
import type { Grant, Resource } from "./grant";
import { executionsOf, pipelinesOf } from "./ledger-table";
import { arnIn, named, rolesOf } from "./named-things";
import { ownRole } from "./principals";

/** Settings of buckets. */
const SETTINGS = [
  "s3:GetBucketPolicy",
  "s3:GetEncryptionConfiguration",
  "s3:GetBucketVersioning",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetLifecycleConfiguration",
];

/**
 * What auditors read: all that this program makes and keeps, and what `governance doctor`, `ledger fetch` and `verify` ask.
 * They change nothing. What says no more than how something is set up is read of all the account's groups, keys, rules,
 * queues and alarms, and evidence buckets are named by a pattern, since a role's policy has room for few characters.
 * @param checksRepository name of the repository of the image that runs
 */
export function auditTable(config: GovernanceConfig, checksRepository: string): Grant[] {
  if (config.auditors.length === 0) return [];
  const who = [ownRole(config, "auditor", placeOf(config))];
  const at = (arns: readonly string[]): Resource[] => arns.map((arn) => ({ arn }));
  const arn = (service: string, resource: string) => arnIn(config, service, resource);
  const grant = (sid: string, may: readonly string[], on: readonly Resource[]): Grant => ({ sid, who, may, on });
  const versions = config.groups.map(({ name }) => modelPackageArnPattern(placeOf(config), name));
  const repositories = [...new Set([checksRepository, checksRepositoryName(config.prefix)])];
  return [
    grant("AuditVersions", ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"], at(versions)),
    grant(
      "AuditGroups",
      ["sagemaker:DescribeModelPackageGroup", "sagemaker:GetModelPackageGroupPolicy"],
      at([arn("sagemaker", "model-package-group/*")]),
    ),
    grant(
      "AuditExecutions",
      [
        "sagemaker:DescribePipeline",
        "sagemaker:DescribePipelineDefinitionForExecution",
        "sagemaker:DescribePipelineExecution",
        "sagemaker:ListPipelineExecutionSteps",
        "sagemaker:ListPipelineExecutions",
        "sagemaker:ListPipelineParametersForExecution",
      ],
      [...at(pipelinesOf(config)), ...executionsOf(config)],
    ),
    ...storeGrants(config, who),
    grant(
      "AuditKeys",
      ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:GetPublicKey"],
      at([arn("kms", "key/*")]),
    ),
    grant(
      "AuditRoles",
      ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
      at([rolesOf(config)]),
    ),
    grant(
      "AuditFunctions",
      ["lambda:GetFunctionConfiguration", "lambda:GetPolicy", "lambda:ListAliases", "lambda:ListVersionsByFunction"],
      at([named(config, "lambda", "function:")]),
    ),
    grant("AuditRules", ["events:DescribeRule", "events:ListTargetsByRule"], at([arn("events", "rule/*")])),
    grant("AuditQueues", ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"], at([arn("sqs", "*")])),
    grant("AuditAlarms", ["cloudwatch:DescribeAlarms"], at([arn("cloudwatch", "alarm:*")])),
    grant("AuditNotices", ["sns:GetTopicAttributes"], [{ made: "notice-topic" }]),
    grant(
      "AuditImages",
      ["ecr:DescribeImages", "ecr:GetRepositoryPolicy"],
      at(repositories.map((name) => arn("ecr", `repository/${name}`))),
    ),
    // AWS takes no resource for some of them, and an organisation's trail is of another account and perhaps Region.
    grant(
      "AuditLists",
      [
        "cloudtrail:DescribeTrails",
        "cloudtrail:GetEventSelectors",
        "cloudtrail:GetTrailStatus",
        "lambda:ListEventSourceMappings",
      ],
      at(["*"]),
    ),
  ];
}

/** All objects with all versions, but for prompts and for the copies of models that endpoints load. */
function storeGrants(config: GovernanceConfig, who: Grant["who"]): Grant[] {
  const place = placeOf(config);
  const { prefix } = config;
  const buckets = [
    evidenceBucketName(prefix, "*", config.region),
    verdictBucketName(prefix, place),
    recordBucketName(prefix, place),
  ];
  const ofLanguage =
    config.language === undefined ? [] : [promptBucketName(prefix, place), servedModelBucketName(prefix, place)];
  const keys: Resource[] = [
    { made: "record-key" },
    { made: "verdict-key" },
    ...config.devAccounts.map(({ account }) => ({ made: `evidence-key-${account}` as const })),
  ];
  return [
    {
      sid: "AuditObjects",
      who,
      may: [...READ, "s3:GetObjectRetention"],
      on: buckets.map((bucket) => ({ bucket, keys: "" })),
    },
    {
      sid: "AuditBuckets",
      who,
      may: [...LIST, ...SETTINGS],
      on: [...buckets, ...ofLanguage].map((bucket) => ({ bucket })),
    },
    { sid: "OpenForAudit", who, may: ["kms:Decrypt"], on: keys },
  ];
}
