import { LIFE_CYCLE_STAGE } from "../../../../src/contract/names";
import { guardrails } from "../../../../src/infrastructure/permissions/guardrails";
import {
  ADMIN,
  approve,
  BOB,
  CARLA,
  config,
  iam,
  keys,
  of,
  own,
  PIPELINE,
  policyOfRole,
  SETTER,
  VERSION,
} from "../../../support/guarded-stack";
import { CASES } from "../../../support/guardrail-cases";
import { EVERYTHING, underScp, withoutStatement } from "../../../support/under-scp";

const made = guardrails(config, { made: keys });

describe("an administrator of the governance account", () => {
  it.each(CASES)("%s: %s, and can't under the policies", async (statement, _, { rightful, ...call }) => {
    const asAdmin = { ...call, principal: ADMIN };
    expect(await underScp(asAdmin, EVERYTHING, made.governance)).toBe(statement);
    expect(await underScp(asAdmin, EVERYTHING, withoutStatement(made.governance, statement))).toBe("Allowed");
    if (rightful === undefined) return;
    expect(await underScp({ ...call, principal: rightful }, policyOfRole(rightful), made.governance)).toBe("Allowed");
  });

  it("is stopped by every statement in one case or another", () => {
    const tried = CASES.map(([statement]) => statement);
    const statements = made.governance.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid));
    expect(statements.filter((sid) => !tried.includes(sid))).toEqual([]);
  });

  it.each([
    [
      "a version of another group",
      "sagemaker:UpdateModelPackage",
      of("sagemaker", "model-package/credit-risk-sandbox/1"),
    ],
    ["another function", "lambda:UpdateFunctionCode", of("lambda", "function:payments")],
    ["another role", "iam:PutRolePolicy", iam("payments")],
    ["another user", "iam:CreateAccessKey", BOB.replace("bob", "bobby")],
    ["another key", "kms:PutKeyPolicy", of("kms", "key/99999999-2222-4333-8444-555555555555")],
    ["another bucket", "s3:PutObject", "arn:aws:s3:::payments/a.json"],
    ["another pipeline", "sagemaker:StartPipelineExecution", of("sagemaker", "pipeline/payments")],
    ["a pending version", "sagemaker:DescribeModelPackage", VERSION],
    ["another queue", "sqs:ReceiveMessage", of("sqs", "starters-0a1b2c3")],
    ["another alarm", "cloudwatch:PutAlarmMuteRule", of("cloudwatch", "alarm:payments")],
  ])("goes on with what isn't the program's: %s", async (_, action, resource) => {
    expect(await underScp({ principal: ADMIN, action, resource }, EVERYTHING, made.governance)).toBe("Allowed");
  });
});

describe("dead letters", () => {
  const queues = { queue: of("sqs", "start-0a1b2c3"), "watch-queue": of("sqs", "watch-0a1b2c3") };
  // With and without the stack's outputs.
  it.each([
    ["sqs:ReceiveMessage", "start-dead-letters-0a1b2c3"],
    ["sqs:StartMessageMoveTask", "start-dead-letters-0a1b2c3"],
    ["sqs:DeleteMessage", "start-dead-letters-0a1b2c3"],
    ["sqs:SendMessage", "start-0a1b2c3"],
    ["sqs:StartMessageMoveTask", "revocations-dead-letters-0a1b2c3"],
  ])("people read and redrive: %s on %s", async (action, queue) => {
    const call = { principal: ADMIN, action, resource: of("sqs", queue) };
    for (const named of [made, guardrails(config, { made: { ...keys, ...queues } })])
      expect(await underScp(call, EVERYTHING, named.governance)).toBe("Allowed");
  });

  it("aren't what the queues' ARNs are of", () => {
    const { governance } = guardrails(config, { made: { ...keys, ...queues } });
    const taken = governance.flatMap(({ Statement }) => Statement).find(({ Sid }) => Sid === "OnlyStepsTakeMessages");
    expect(taken?.Resource).toEqual([
      ...Object.values(queues),
      ...["mg-revocations", "mg-requests"].map((queue) => of("sqs", queue)),
    ]);
  });
});

describe("what is Approved already", () => {
  const sealed = {
    "sagemaker:CurrentModelLifeCycleStage": LIFE_CYCLE_STAGE,
    "sagemaker:CurrentModelLifeCycleStageStatus": "Approved",
  };
  const reject = { "sagemaker:ModelApprovalStatus": "Rejected" };

  // Review runs under decide's role.
  it.each([
    ["decide", "approves it again", approve],
    ["decide", "writes its card", {}],
    ["decide", "rejects it", reject],
    ["revoke", "rejects it", reject],
  ] as const)("%s %s, where SageMaker sets its condition keys", async (role, _, says) => {
    const call = { action: "sagemaker:UpdateModelPackage", resource: VERSION, principal: own(role) };
    const context = { ...sealed, ...says };
    expect(await underScp({ ...call, context }, policyOfRole(own(role)), made.governance)).toBe("Allowed");
    const asAdmin = { ...call, context, principal: ADMIN };
    expect(await underScp(asAdmin, EVERYTHING, made.governance)).toBe("OnlyDecisionsChangeVersions");
  });
});

describe("who sets statuses in an observed group", () => {
  const inDev = iam("churn-lead", "111122223333");
  const both = guardrails({
    ...config,
    groups: config.groups.map((group) =>
      group.mode === "observe" ? { ...group, statusSetters: [SETTER, inDev] } : group,
    ),
  });
  const on = (group: string) => of("sagemaker", `model-package/${group}/7`);

  it.each([
    ["the governance account", SETTER, both.governance, "Allowed"],
    // Nothing forbids it; who is let in from another account is for the group's policy to say.
    ["a dev account", inDev, both.dev, "ImplicitlyDenied"],
  ])("does it there alone, from %s, and deletes nothing", async (_, principal, scps, there) => {
    const ask = (action: string, group: string) =>
      underScp({ principal, action: `sagemaker:${action}`, resource: on(group) }, EVERYTHING, scps);
    expect(await ask("UpdateModelPackage", "churn")).toBe(there);
    expect(await ask("UpdateModelPackage", "credit-risk")).toBe("OnlyDecisionsChangeVersions");
    expect(await ask("DeleteModelPackage", "churn")).toBe("NobodyDeletesVersions");
  });
});

describe("a reviewer", () => {
  it("holds nobody else's keys, and has one name", async () => {
    const ask = (principal: string, action: string, resource: string) =>
      underScp({ principal, action, resource }, EVERYTHING, made.governance);
    expect(await ask(BOB, "iam:EnableMFADevice", CARLA)).toBe("OnlyReviewersHoldTheirKeys1");
    expect(await ask(CARLA, "iam:CreateAccessKey", BOB)).toBe("OnlyReviewersHoldTheirKeys");
    expect(await ask(CARLA, "iam:CreateAccessKey", CARLA)).toBe("Allowed");
    expect(await ask(BOB, "iam:UpdateUser", BOB)).toBe("OnlyDeployerRenamesReviewers");
  });

  it("of another account, or of a permission set, is in no statement", () => {
    const others = [
      { users: ["arn:aws:iam::111122223333:user/dave"] },
      { permissionSetRole: { arn: iam("aws-reserved/sso.amazonaws.com/review"), id: "AROA1234567890EXAMPLE" } },
    ];
    for (const reviewers of others) {
      const sids = guardrails({ ...config, reviewers }).governance.flatMap(({ Statement }) =>
        Statement.map(({ Sid }) => Sid),
      );
      expect(sids.filter((sid) => /Reviewers/.test(sid))).toEqual([]);
    }
  });
});

describe("an administrator of a dev account, whatever the group's policy would let them", () => {
  const principal = iam("admin", "111122223333");
  // Allowed: the policy of the group isn't looked at, as if it let the whole account in.
  it.each([
    ["OnlyDecisionsChangeVersions", "sagemaker:UpdateModelPackage", VERSION, approve],
    ["NobodyDeletesVersions", "sagemaker:DeleteModelPackage", VERSION, {}],
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
