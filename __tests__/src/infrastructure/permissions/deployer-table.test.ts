import { deployerPolicies, deployerTable } from "../../../../src/infrastructure/permissions/deployer-table";
import { minified } from "../../../../src/infrastructure/permissions/policy-documents";
import type { StackConfig } from "../../../../src/infrastructure/stack-config";
import { asDeployer } from "../../../support/as-deployer";
import { LANGUAGE_VALUES, SERVING_VALUES } from "../../../support/language-config";
import { dev, governance } from "../../../support/policies";

const IN = "us-east-1:444455556666";
const GROUP = { name: "credit-risk", accounts: ["111122223333"] };
const BOUNDARY = "arn:aws:iam::444455556666:policy/boundary";
const ROLE = "arn:aws:iam::444455556666:role/mg-decide-us-east-1";

const sids = (config: StackConfig) => deployerTable(config).map(({ sid }) => sid);
const language = { language: LANGUAGE_VALUES, groups: [{ ...GROUP, language: SERVING_VALUES }] };

describe("nothing that decides", () => {
  const version = `arn:aws:sagemaker:${IN}:model-package/credit-risk/1`;
  const execution = `arn:aws:sagemaker:${IN}:pipeline/model-governance-pipeline/execution/abcdefghijkl`;
  const records = "arn:aws:s3:::mg-records-444455556666-us-east-1";
  it.each([
    ["sagemaker:UpdateModelPackage", version],
    ["sagemaker:CreateModelPackage", version],
    ["sagemaker:DeleteModelPackage", version],
    ["sagemaker:StartPipelineExecution", `arn:aws:sagemaker:${IN}:pipeline/model-governance-pipeline`],
    ["sagemaker:RetryPipelineExecution", execution],
    ["sagemaker:UpdatePipelineExecution", execution],
    ["sagemaker:SendPipelineExecutionStepSuccess", execution],
    ["sagemaker:DeleteModelPackageGroup", `arn:aws:sagemaker:${IN}:model-package-group/credit-risk`],
    ["lambda:InvokeFunction", `arn:aws:lambda:${IN}:function:mg-decide`],
    ["lambda:InvokeFunction", `arn:aws:lambda:${IN}:function:mg-decide:1`],
    ["kms:Sign", `arn:aws:kms:${IN}:key/1`],
    ["kms:Decrypt", `arn:aws:kms:${IN}:key/1`],
    ["kms:CreateGrant", `arn:aws:kms:${IN}:key/1`],
    ["sqs:SendMessage", `arn:aws:sqs:${IN}:mg-requests`],
    ["sqs:SendMessage", `arn:aws:sqs:${IN}:mg-revocations`],
    ["s3:PutObject", `${records}/records/credit-risk/1/1.json`],
    ["s3:DeleteObjectVersion", `${records}/records/credit-risk/1/1.json`],
    ["s3:BypassGovernanceRetention", `${records}/definitions/1.json`],
    ["s3:DeleteBucket", records],
    ["s3:PutObject", "arn:aws:s3:::mg-evidence-111122223333-us-east-1/evidence/report.json"],
    ["sts:AssumeRole", "arn:aws:iam::444455556666:role/mg-reviewer-us-east-1"],
    ["iam:DeleteRolePermissionsBoundary", ROLE],
    ["iam:AttachRolePolicy", ROLE],
  ])("%s on %s", async (action, resource) => {
    const config = governance({ ...language, permissionsBoundary: BOUNDARY, tags: { team: "ml" } });
    expect(await asDeployer(config, action, resource)).toBe("ImplicitlyDenied");
  });
});

describe("its own names, no others", () => {
  const mapped = (name: string) => ({ "lambda:FunctionArn": `arn:aws:lambda:${IN}:function:${name}` });
  it.each([
    ["s3:PutBucketPolicy", "arn:aws:s3:::", "mg-records-444455556666-us-east-1", "other"],
    ["s3:CreateBucket", "arn:aws:s3:::", "mg-evidence-111122223333-us-east-1", "mg-evidence-999922223333-us-east-1"],
    ["s3:PutObject", "arn:aws:s3:::mg-records-444455556666-us-east-1/", "definitions/1.json", "policies/1.json"],
    ["iam:CreateRole", "arn:aws:iam::444455556666:role/", "mg-decide-us-east-1", "other"],
    ["iam:PutRolePolicy", "arn:aws:iam::444455556666:role/", "mg-decide-us-east-1", "mg-decide-eu-west-1"],
    ["lambda:UpdateFunctionCode", `arn:aws:lambda:${IN}:function:`, "mg-decide", "other"],
    ["logs:DeleteLogGroup", `arn:aws:logs:${IN}:log-group:/aws/lambda/`, "mg-decide", "other"],
    ["events:PutRule", `arn:aws:events:${IN}:rule/`, "invoke-model-approval-checks", "other"],
    ["events:PutTargets", `arn:aws:events:${IN}:rule/`, "watch-1a2b3c4", "other"],
    ["sqs:SetQueueAttributes", `arn:aws:sqs:${IN}:`, "start-1a2b3c4", "other"],
    ["sqs:SetQueueAttributes", `arn:aws:sqs:${IN}:`, "mg-requests", "other-requests"],
    ["sns:SetTopicAttributes", `arn:aws:sns:${IN}:`, "notices-1a2b3c4", "other"],
    ["cloudwatch:DeleteAlarms", `arn:aws:cloudwatch:${IN}:alarm:`, "start-refused-1a2b3c4", "other"],
    ["sagemaker:UpdatePipeline", `arn:aws:sagemaker:${IN}:pipeline/`, "model-governance-pipeline", "other"],
    ["sagemaker:PutModelPackageGroupPolicy", `arn:aws:sagemaker:${IN}:model-package-group/`, "credit-risk", "other"],
    ["ecr:SetRepositoryPolicy", `arn:aws:ecr:${IN}:repository/`, "mg/checks", "other"],
    ["kms:PutKeyPolicy", "arn:aws:kms:us-east-1:", "444455556666:key/1", "111122223333:key/1"],
    ["kms:DeleteAlias", `arn:aws:kms:${IN}:alias/`, "mg-record-signing", "other"],
  ])("%s on %s", async (action, before, own, other) => {
    expect(await asDeployer(governance(), action, `${before}${own}`)).toBe("Allowed");
    expect(await asDeployer(governance(), action, `${before}${other}`)).toBe("ImplicitlyDenied");
  });

  it.each([
    ["what feeds its functions", "lambda:CreateEventSourceMapping", "*", mapped("mg-revoke"), mapped("other")],
    [
      "its roles to Lambda",
      "iam:PassRole",
      ROLE,
      { "iam:PassedToService": "lambda.amazonaws.com" },
      { "iam:PassedToService": "ec2.amazonaws.com" },
    ],
  ])("%s: %s", async (_, action, resource, own, other) => {
    expect(await asDeployer(governance(), action, resource, own)).toBe("Allowed");
    expect(await asDeployer(governance(), action, resource, other)).toBe("ImplicitlyDenied");
  });

  it("of policies, in a dev account, that of registering alone is attached", async () => {
    const policy = (name: string) => ({ "iam:PolicyARN": `arn:aws:iam::111122223333:policy/${name}` });
    const attach = (name: string) =>
      asDeployer(dev(), "iam:AttachRolePolicy", "arn:aws:iam::111122223333:role/ml-build", policy(name));
    expect(await attach("mg-register-us-east-1")).toBe("Allowed");
    expect(await attach("AdministratorAccess")).toBe("ImplicitlyDenied");
  });
});

describe("the permissions boundary", () => {
  const under = (boundary: string) => ({ "iam:PermissionsBoundary": boundary });
  const other = "arn:aws:iam::444455556666:policy/other";
  it.each([
    ["iam:CreateRole", under(BOUNDARY), "Allowed", "Allowed"],
    ["iam:CreateRole", under(other), "ImplicitlyDenied", "Allowed"],
    ["iam:CreateRole", {}, "ImplicitlyDenied", "Allowed"],
    ["iam:PutRolePermissionsBoundary", under(BOUNDARY), "Allowed", "ImplicitlyDenied"],
    ["iam:PutRolePermissionsBoundary", under(other), "ImplicitlyDenied", "ImplicitlyDenied"],
  ])("%s with %j: %s where one is configured, %s without", async (action, context, bounded, free) => {
    expect(await asDeployer(governance({ permissionsBoundary: BOUNDARY }), action, ROLE, context)).toBe(bounded);
    expect(await asDeployer(governance(), action, ROLE, context)).toBe(free);
  });
});

describe("what the stack file asks for", () => {
  const IMAGE = { checksImage: undefined, checksImageBuild: {} };
  const bucket = { artifactBucket: "team-artifacts", evidencePrefixes: ["evidence/"] };
  const vpc = { vpc: { subnetIds: ["subnet-0a1b2c3d"], securityGroupIds: ["sg-0a1b2c3d"] } };
  it.each<[string, StackConfig, StackConfig, string[]]>([
    ["tags", governance(), governance({ tags: { team: "ml" } }), ["Tags"]],
    ["a network", governance(), governance(vpc), ["Network"]],
    ["mails", dev(), dev({ notifyEmails: ["ml@example.com"] }), ["Mails"]],
    ["an owner", governance(), governance({ groups: [{ ...GROUP, owner: "ml@example.com" }] }), ["Mails"]],
    ["an image", governance({ runner: "processing" }), governance({ ...IMAGE }), ["LogIn", "PushImage"]],
    ["the runner", governance({ runner: "processing" }), governance(), ["OpenImage"]],
    ["a bucket", dev({ transfer: "replication" }), dev({ ...bucket, transfer: "replication" }), ["SeeBucket"]],
    ["its documents", dev(bucket), dev({ ...bucket, ownsArtifactBucket: true }), ["OwnBucket"]],
    ["replication", dev(), dev({ transfer: "replication" }), ["Replicate"]],
    ["copying", dev({ transfer: "replication" }), dev(), ["Functions", "Mappings", "Logs"]],
    ["repositories", dev(), dev({ imageRepositories: ["serve"] }), ["SeeRepositories"]],
    ["groups", governance(), governance({ groups: [{ ...GROUP, existing: true }] }), ["SeeGroups"]],
    [
      "their policies",
      governance({ groups: [{ ...GROUP, existing: true }] }),
      governance({ groups: [{ ...GROUP, existing: true, ownsPolicy: true }] }),
      ["OwnGroups"],
    ],
  ])("%s", (_, without, with_, lines) => {
    expect(sids(with_)).toEqual(expect.arrayContaining(lines));
    for (const line of lines) expect(sids(without)).not.toContain(line);
  });
});

it.each([2, 40, 200])("%i groups are in documents that IAM takes, whole", (count) => {
  const groups = Array.from({ length: count }, (_, at) => ({ ...GROUP, name: `group-${at}-${"x".repeat(40)}` }));
  const documents = deployerPolicies(governance({ groups }));
  const statements = documents.flatMap(({ Statement }) => Statement);
  for (const document of documents) expect(minified(document).length).toBeLessThanOrEqual(6144);
  expect(new Set(statements.map(({ Sid }) => Sid)).size).toBe(statements.length);
  const made = statements.filter(({ Action }) => Action.includes("sagemaker:CreateModelPackageGroup"));
  expect(made.flatMap(({ Resource = [] }) => Resource)).toEqual(
    groups.map(({ name }) => `arn:aws:sagemaker:${IN}:model-package-group/${name}`),
  );
});
