import { type RoleOf, roleArn } from "../../../../src/contract/names";
import { governanceTable } from "../../../../src/infrastructure/permissions/governance-table";
import { identityPolicy, type PolicyDocument } from "../../../../src/infrastructure/permissions/grant";
import { guardrails } from "../../../../src/infrastructure/permissions/guardrails";
import { placeOf } from "../../../../src/infrastructure/stack-config";
import { governance } from "../../../support/policies";
import { type Call, EVERYTHING, underScp, withoutStatement } from "../../../support/under-scp";

const ACCOUNT = "444455556666";
const iam = (role: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${role}`;
const of = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;
const ADMIN = iam("OrganizationAccountAccessRole");
const DEPLOYER = iam("deploy");
const KEY = of("kms", "key/11111111-2222-4333-8444-555555555555");
const SIGNING_KEY = of("kms", "key/22222222-2222-4333-8444-555555555555");
const VERSION = of("sagemaker", "model-package/credit-risk/7");
const PIPELINE = of("sagemaker", "pipeline/model-governance-pipeline");
const EXECUTION = `${PIPELINE}/execution/abc123def456`;
const VERDICT = `arn:aws:s3:::mg-verdicts-${ACCOUNT}-us-east-1/governance-pipeline/processor/abc/checks.json`;
const RECORD = `arn:aws:s3:::mg-records-${ACCOUNT}-us-east-1/records/credit-risk/7/1.json`;
const EVIDENCE = "arn:aws:s3:::mg-evidence-111122223333-us-east-1/evidence/bias.json";
const DECIDE = of("lambda", "function:mg-decide");
const ROLE = iam("mg-decide-us-east-1");

const config = governance({ assumeRole: DEPLOYER });
const keys = { "record-key": KEY, "record-signing-key": SIGNING_KEY };
const made = guardrails(config, { keys });

/** The role's own policy, from the table; keys are as far as they matter here. */
function policyOfRole(role: string): PolicyDocument {
  if (role === DEPLOYER || role === ADMIN) return EVERYTHING;
  const evidence = config.devAccounts.map(({ account }) => [`evidence-key-${account}`, KEY]);
  const all = ["verdict-key", "notice-key", "notice-topic", "queue", "checkpoint-signing-key"].map((name) => [
    name,
    KEY,
  ]);
  const arns = Object.fromEntries([...all, ...evidence, ...Object.entries(keys)]);
  return identityPolicy(governanceTable(config), role, "aws", arns);
}
const own = (role: RoleOf) => roleArn(config, role, placeOf(config));

interface Case extends Omit<Call, "principal"> {
  /** The one who may do it; nobody where it isn't said. */
  rightful?: string;
}

const approve = { "sagemaker:ModelApprovalStatus": "Approved" };
const CASES: [statement: string, attempt: string, Case][] = [
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
        "sagemaker:ModelLifeCycle:Stage": "Governance",
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
    { action: "lambda:InvokeFunction", resource: DECIDE, rightful: own("pipeline") },
  ],
  [
    "OnlyStepsInvoke",
    "invokes decide as the reconciler does",
    { action: "lambda:InvokeFunction", resource: DECIDE, rightful: own("reconcile") },
  ],
  ["OnlyStepsInvoke", "invokes a version of decide", { action: "lambda:InvokeFunction", resource: `${DECIDE}:7` }],
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

describe("an administrator of the governance account", () => {
  it.each(CASES)("%s: %s, and can't under the policies", async (statement, _, { rightful, ...call }) => {
    const asAdmin = { ...call, principal: ADMIN };
    expect(await underScp(asAdmin, EVERYTHING, made.governance)).toBe(statement);
    expect(await underScp(asAdmin, EVERYTHING, withoutStatement(made.governance, statement))).toBe("Allowed");
    if (rightful === undefined) return;
    expect(await underScp({ ...call, principal: rightful }, policyOfRole(rightful), made.governance)).toBe("Allowed");
  });

  it("is stopped by every statement in one case or another, but for what seals", () => {
    const tried = CASES.map(([statement]) => statement);
    const statements = made.governance.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid));
    expect(statements.filter((sid) => !tried.includes(sid))).toEqual(["SealApproved"]);
  });

  it.each([
    [
      "a version of another group",
      "sagemaker:UpdateModelPackage",
      of("sagemaker", "model-package/credit-risk-sandbox/1"),
    ],
    ["another function", "lambda:UpdateFunctionCode", of("lambda", "function:payments")],
    ["another role", "iam:PutRolePolicy", iam("payments")],
    ["another key", "kms:PutKeyPolicy", of("kms", "key/99999999-2222-4333-8444-555555555555")],
    ["another bucket", "s3:PutObject", "arn:aws:s3:::payments/a.json"],
    ["another pipeline", "sagemaker:StartPipelineExecution", of("sagemaker", "pipeline/payments")],
    ["a pending version", "sagemaker:DescribeModelPackage", VERSION],
  ])("goes on with what isn't the program's: %s", async (_, action, resource) => {
    expect(await underScp({ principal: ADMIN, action, resource }, EVERYTHING, made.governance)).toBe("Allowed");
  });
});

describe("what is approved", () => {
  const sealed = { "sagemaker:CurrentModelLifeCycleStageStatus": "Approved" };
  const update = { action: "sagemaker:UpdateModelPackage", resource: VERSION, principal: own("decide") };

  it("is sealed for decide as well, as far as SageMaker sets that key", async () => {
    const again = { ...update, context: { ...approve, ...sealed } };
    expect(await underScp(again, policyOfRole(own("decide")), made.governance)).toBe("SealApproved");
    const rejected = { ...update, context: { ...approve, "sagemaker:CurrentModelLifeCycleStageStatus": "Rejected" } };
    expect(await underScp(rejected, policyOfRole(own("decide")), made.governance)).toBe("Allowed");
  });

  it("rests on no such key: without it an administrator is stopped the same", async () => {
    const bare = withoutStatement(made.governance, "SealApproved");
    const asAdmin = { ...update, principal: ADMIN, context: { ...approve, ...sealed } };
    expect(await underScp(asAdmin, EVERYTHING, bare)).toBe("OnlyDecisionsChangeVersions");
  });
});

describe("an administrator of a dev account, whatever the group's policy would let them", () => {
  const principal = iam("admin", "111122223333");
  // Allowed: the policy of the group isn't looked at, as if it let the whole account in.
  it.each([
    ["OnlyDecisionsChangeVersions", "sagemaker:UpdateModelPackage", VERSION, approve],
    ["OnlyDecisionsChangeVersions", "sagemaker:DeleteModelPackage", VERSION, {}],
    ["RegisterOnlyPending", "sagemaker:CreateModelPackage", VERSION, approve],
    ["NoForeignExecutions", "sagemaker:StartPipelineExecution", PIPELINE, {}],
    ["NoForeignGate", "sagemaker:PutModelPackageGroupPolicy", of("sagemaker", "model-package-group/credit-risk"), {}],
  ])("%s: %s", async (statement, action, resource, context) => {
    expect(await underScp({ principal, action, resource, context }, EVERYTHING, made.dev)).toBe(statement);
  });

  it("goes on with their own registry", async () => {
    const resource = "arn:aws:sagemaker:us-east-1:111122223333:model-package/credit-risk/1";
    const call = { principal, action: "sagemaker:UpdateModelPackage", resource, context: approve };
    expect(await underScp(call, EVERYTHING, made.dev)).toBe("Allowed");
  });
});
