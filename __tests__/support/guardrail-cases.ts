import { LIFE_CYCLE_STAGE } from "../../src/contract/names";
import {
  ACCOUNT,
  approve,
  BOB,
  CARLA,
  DEPLOYER,
  iam,
  KEY,
  of,
  own,
  PIPELINE,
  SETTER,
  SIGNING_KEY,
  VERSION,
} from "./guarded-stack";
import { type Case, MESSAGE_CASES } from "./guardrail-message-cases";

const EXECUTION = `${PIPELINE}/execution/abc123def456`;
const VERDICT = `arn:aws:s3:::mg-verdicts-${ACCOUNT}-us-east-1/governance-pipeline/processor/abc/checks.json`;
const RECORD = `arn:aws:s3:::mg-records-${ACCOUNT}-us-east-1/records/credit-risk/7/1.json`;
const EVIDENCE = "arn:aws:s3:::mg-evidence-111122223333-us-east-1/evidence/bias.json";
const DECIDE = of("lambda", "function:mg-decide");
const ROLE = iam("mg-decide-us-east-1");

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
  [
    "OnlyDecisionsChangeVersions1",
    "approves a version of an observed group",
    {
      action: "sagemaker:UpdateModelPackage",
      resource: of("sagemaker", "model-package/churn/7"),
      context: approve,
      rightful: SETTER,
    },
  ],
  ["NobodyDeletesVersions", "deletes a version", { action: "sagemaker:DeleteModelPackage", resource: VERSION }],
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
  ...(
    [
      ["makes a reviewer's access key", "CreateAccessKey"],
      ["makes a reviewer's former key work again", "UpdateAccessKey"],
      ["gives a reviewer a password", "CreateLoginProfile"],
      ["changes a reviewer's password", "UpdateLoginProfile"],
      ["has their own second factor for a reviewer's", "EnableMFADevice"],
      ["takes a reviewer's second factor away", "DeactivateMFADevice"],
      ["tunes a reviewer's second factor to their own", "ResyncMFADevice"],
    ] as const
  ).map(([attempt, action]): [string, string, Case] => [
    "OnlyReviewersHoldTheirKeys",
    attempt,
    { action: `iam:${action}`, resource: BOB, rightful: BOB },
  ]),
  [
    "OnlyReviewersHoldTheirKeys1",
    "makes another reviewer's access key",
    { action: "iam:CreateAccessKey", resource: CARLA, rightful: DEPLOYER },
  ],
  [
    "OnlyDeployerRenamesReviewers",
    "makes two persons of a reviewer",
    { action: "iam:UpdateUser", resource: BOB, rightful: DEPLOYER },
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
  ...MESSAGE_CASES,
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
