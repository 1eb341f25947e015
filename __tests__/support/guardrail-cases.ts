import { LIFE_CYCLE_STAGE, type RoleOf, roleArn } from "../../src/contract/names";
import { governanceTable } from "../../src/infrastructure/permissions/governance-table";
import { identityPolicy, type PolicyDocument } from "../../src/infrastructure/permissions/grant";
import { placeOf } from "../../src/infrastructure/stack-config";
import { governance } from "./policies";
import { type Call, EVERYTHING } from "./under-scp";

const ACCOUNT = "444455556666";
export const iam = (role: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${role}`;
export const of = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;
export const ADMIN = iam("OrganizationAccountAccessRole");
const DEPLOYER = iam("deploy");
const KEY = of("kms", "key/11111111-2222-4333-8444-555555555555");
const SIGNING_KEY = of("kms", "key/22222222-2222-4333-8444-555555555555");
export const VERSION = of("sagemaker", "model-package/credit-risk/7");
export const PIPELINE = of("sagemaker", "pipeline/model-governance-pipeline");
const EXECUTION = `${PIPELINE}/execution/abc123def456`;
const VERDICT = `arn:aws:s3:::mg-verdicts-${ACCOUNT}-us-east-1/governance-pipeline/processor/abc/checks.json`;
const RECORD = `arn:aws:s3:::mg-records-${ACCOUNT}-us-east-1/records/credit-risk/7/1.json`;
const EVIDENCE = "arn:aws:s3:::mg-evidence-111122223333-us-east-1/evidence/bias.json";
const DECIDE = of("lambda", "function:mg-decide");
const ROLE = iam("mg-decide-us-east-1");

/** The stack that they are about. */
export const config = governance({ assumeRole: DEPLOYER });
export const keys = { "record-key": KEY, "record-signing-key": SIGNING_KEY };

/** The role's own policy, from the table; keys are as far as they matter here. */
export function policyOfRole(role: string): PolicyDocument {
  if (role === DEPLOYER || role === ADMIN) return EVERYTHING;
  const evidence = config.devAccounts.map(({ account }) => [`evidence-key-${account}`, KEY]);
  const all = [
    ...["verdict-key", "notice-key", "notice-topic", "queue", "watch-queue", "checkpoint-signing-key"],
    ...["verdict-signing-key", "revocation-signing-key"],
  ].map((name) => [name, KEY]);
  const arns = Object.fromEntries([...all, ...evidence, ...Object.entries(keys)]);
  return identityPolicy(governanceTable(config), role, "aws", arns);
}
export const own = (role: RoleOf) => roleArn(config, role, placeOf(config));

interface Case extends Omit<Call, "principal"> {
  /** The one who may do it; nobody where it isn't said. */
  rightful?: string;
}

export const approve = { "sagemaker:ModelApprovalStatus": "Approved" };
/** What an administrator of the governance account might do: the statement that forbids it, in words, the call. */
export const CASES: [statement: string, attempt: string, Case][] = [
  [
    "RegisterOnlyPending",
    "registers a version as approved",
    { action: "sagemaker:CreateModelPackage", resource: VERSION, context: approve },
  ],
  [
    "RegisterOnlyPending",
    "registers a version without saying a status",
    { action: "sagemaker:CreateModelPackage", resource: VERSION },
  ],
  [
    "RegisterWithoutStage",
    "registers a version with a stage",
    {
      action: "sagemaker:CreateModelPackage",
      resource: VERSION,
      context: {
        "sagemaker:ModelApprovalStatus": "PendingManualApproval",
        "sagemaker:ModelLifeCycle:Stage": LIFE_CYCLE_STAGE,
      },
    },
  ],
  [
    "OnlyDecisionsChangeVersions",
    "approves a version",
    { action: "sagemaker:UpdateModelPackage", resource: VERSION, context: approve, rightful: own("decide") },
  ],
  [
    "OnlyDecisionsChangeVersions",
    "swaps a version's content",
    { action: "sagemaker:UpdateModelPackage", resource: VERSION, rightful: own("decide") },
  ],
  ["OnlyDecisionsChangeVersions", "deletes a version", { action: "sagemaker:DeleteModelPackage", resource: VERSION }],
  [
    "OnlyStartStarts",
    "starts an execution",
    { action: "sagemaker:StartPipelineExecution", resource: PIPELINE, rightful: own("start") },
  ],
  [
    "OnlyStartStarts",
    "answers for a step",
    { action: "sagemaker:SendPipelineExecutionStepSuccess", resource: EXECUTION },
  ],
  [
    "OnlyDeployerRetries",
    "retries an execution",
    { action: "sagemaker:RetryPipelineExecution", resource: EXECUTION, rightful: DEPLOYER },
  ],
  [
    "OnlyStepsInvoke",
    "invokes decide",
    { action: "lambda:InvokeFunction", resource: `${DECIDE}:7`, rightful: own("pipeline") },
  ],
  [
    "OnlyStepsInvoke",
    "invokes decide as the reconciler does",
    { action: "lambda:InvokeFunction", resource: `${DECIDE}:7`, rightful: own("reconcile") },
  ],
  ["OnlyStepsInvoke", "invokes decide as it is now", { action: "lambda:InvokeFunction", resource: DECIDE }],
  [
    "OnlyDeployerChangesPipelines",
    "changes the pipeline",
    { action: "sagemaker:UpdatePipeline", resource: PIPELINE, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesPipelines",
    "changes the pipeline that asks",
    { action: "sagemaker:UpdatePipeline", resource: `${PIPELINE}-language`, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesGroups",
    "opens a group to others",
    {
      action: "sagemaker:PutModelPackageGroupPolicy",
      resource: of("sagemaker", "model-package-group/credit-risk"),
      rightful: DEPLOYER,
    },
  ],
  [
    "OnlyDeployerShares",
    "shares the pipeline",
    { action: "ram:CreateResourceShare", resource: "*", context: { "ram:ResourceArn": PIPELINE }, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesRoles",
    "lets themselves take on decide's role",
    { action: "iam:UpdateAssumeRolePolicy", resource: ROLE, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesRoles",
    "gives a role more",
    { action: "iam:PutRolePolicy", resource: ROLE, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesRoles",
    "attaches a policy to a role",
    { action: "iam:AttachRolePolicy", resource: ROLE, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesRoles",
    "unbounds a role",
    { action: "iam:DeleteRolePermissionsBoundary", resource: ROLE, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesRoles",
    "lets themselves take on the deploy role",
    { action: "iam:UpdateAssumeRolePolicy", resource: DEPLOYER, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerAndStepsPassRoles",
    "runs code of theirs as decide",
    {
      action: "iam:PassRole",
      resource: ROLE,
      context: { "iam:PassedToService": "lambda.amazonaws.com" },
      rightful: DEPLOYER,
    },
  ],
  [
    "OnlyDeployerChangesFunctions",
    "changes decide's code",
    { action: "lambda:UpdateFunctionCode", resource: DECIDE, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesFunctions",
    "changes decide's variables",
    { action: "lambda:UpdateFunctionConfiguration", resource: DECIDE, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesFunctions",
    "opens decide to another caller",
    { action: "lambda:AddPermission", resource: DECIDE, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerFeeds",
    "feeds decide from a queue of theirs",
    {
      action: "lambda:CreateEventSourceMapping",
      resource: "*",
      context: { "lambda:FunctionArn": DECIDE },
      rightful: DEPLOYER,
    },
  ],
  [
    "OnlyDeployerChangesRules",
    "disables the rule",
    { action: "events:DisableRule", resource: of("events", "rule/invoke-model-approval-checks"), rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesRules",
    "takes the reconciler's target away",
    { action: "events:RemoveTargets", resource: of("events", "rule/reconcile-0a1b2c3"), rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesQueues",
    "opens the start queue",
    { action: "sqs:SetQueueAttributes", resource: of("sqs", "start-0a1b2c3"), rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerSilencesAlarms",
    "silences an alarm",
    {
      action: "cloudwatch:DeleteAlarms",
      resource: of("cloudwatch", "alarm:reconcile-missing-0a1b2c3"),
      rightful: DEPLOYER,
    },
  ],
  [
    "OnlyDeployerChangesNotices",
    "takes the topic away",
    { action: "sns:DeleteTopic", resource: of("sns", "notices-0a1b2c3"), rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesKeys",
    "changes a key's policy",
    { action: "kms:PutKeyPolicy", resource: KEY, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesKeys",
    "has the signing key deleted",
    { action: "kms:ScheduleKeyDeletion", resource: SIGNING_KEY, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesImages",
    "deletes the image",
    { action: "ecr:BatchDeleteImage", resource: of("ecr", "repository/mg/checks"), rightful: DEPLOYER },
  ],
  ["OnlyStepsSign", "signs a record", { action: "kms:Sign", resource: SIGNING_KEY, rightful: own("decide") }],
  ["OnlyStepsWrite", "writes a verdict", { action: "s3:PutObject", resource: VERDICT, rightful: own("validate") }],
  [
    "OnlyStepsWrite",
    "has a definition of theirs believed",
    { action: "s3:PutObject", resource: RECORD.replace("records/credit-risk", "definitions"), rightful: DEPLOYER },
  ],
  ["OnlyStepsWrite", "writes a record", { action: "s3:PutObject", resource: RECORD, rightful: own("decide") }],
  ["OnlyStepsWrite", "writes evidence", { action: "s3:PutObject", resource: EVIDENCE }],
  [
    "OnlyStepsWrite",
    "shortens what keeps evidence",
    { action: "s3:PutObjectRetention", resource: EVIDENCE, rightful: own("decide") },
  ],
  [
    "OnlyDeployerDeletes",
    "deletes evidence",
    { action: "s3:DeleteObjectVersion", resource: EVIDENCE, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesBuckets",
    "changes the record bucket's policy",
    { action: "s3:PutBucketPolicy", resource: `arn:aws:s3:::mg-records-${ACCOUNT}-us-east-1`, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerChangesBuckets",
    "lets evidence expire",
    {
      action: "s3:PutLifecycleConfiguration",
      resource: "arn:aws:s3:::mg-evidence-111122223333-us-east-1",
      rightful: DEPLOYER,
    },
  ],
  ["StayInOrganization", "leaves the organization", { action: "organizations:LeaveOrganization", resource: "*" }],
];
