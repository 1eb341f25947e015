import { guardrails } from "../../../../src/infrastructure/permissions/guardrails";
import {
  ADMIN,
  approve,
  CASES,
  config,
  iam,
  keys,
  of,
  own,
  PIPELINE,
  policyOfRole,
  VERSION,
} from "../../../support/guardrail-cases";
import { EVERYTHING, underScp, withoutStatement } from "../../../support/under-scp";

const made = guardrails(config, { keys });

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
