import { devTable } from "../../../../src/infrastructure/permissions/dev-table";
import { governanceTable } from "../../../../src/infrastructure/permissions/governance-table";
import type { Made, PolicyDocument } from "../../../../src/infrastructure/permissions/grant";
import { groupPolicy } from "../../../../src/infrastructure/permissions/group-policy";
import { keyPolicy } from "../../../../src/infrastructure/permissions/key-policy";
import { queuePolicy, requestsPolicy, topicPolicy } from "../../../../src/infrastructure/permissions/messaging-policy";
import { existingRole } from "../../../../src/infrastructure/permissions/principals";
import { repositoryPolicy } from "../../../../src/infrastructure/permissions/repository-policy";
import { trustPolicy } from "../../../../src/infrastructure/permissions/trust-policy";
import { mayAskToRevoke } from "../../../../src/infrastructure/permissions/watch-table";
import { placeOf } from "../../../../src/infrastructure/stack-config";
import { declaredStack } from "../../../support/declared-stack";
import { allowed, byCondition, dev, governance } from "../../../support/policies";

const table = governanceTable(governance());
const place = placeOf(governance());

/** Who uses a key and how: `principal: actions`. */
const usersOf = (policy: PolicyDocument): string[] =>
  policy.Statement.slice(1).map(({ Principal, Action, Condition }) => {
    const who = Condition?.ArnEquals?.["aws:PrincipalArn"] ?? Object.values(Principal ?? {})[0];
    return `${who}: ${Action.join(", ")}`;
  });

describe("keys", () => {
  const own = (of: string) => `arn:aws:iam::444455556666:role/mg-${of}-us-east-1`;
  it.each<[Made, readonly string[], string[]]>([
    [
      "evidence-key-111122223333",
      [],
      [
        `${own("start")}: kms:Decrypt`,
        `${own("validate")}: kms:Decrypt`,
        "arn:aws:iam::111122223333:role/mg-copy-us-east-1: kms:GenerateDataKey, kms:Decrypt",
      ],
    ],
    [
      "evidence-key-222233334444",
      [],
      [
        `${own("start")}: kms:Decrypt`,
        `${own("validate")}: kms:Decrypt`,
        "arn:aws:iam::222233334444:role/mg-replication-us-east-1: kms:Encrypt, kms:GenerateDataKey",
      ],
    ],
    [
      "verdict-key",
      [],
      [
        `${own("start")}: kms:Decrypt, kms:GenerateDataKey`,
        `${own("validate")}: kms:Decrypt, kms:GenerateDataKey`,
        `${own("decide")}: kms:Decrypt, kms:GenerateDataKey`,
        `${own("reconcile")}: kms:Decrypt, kms:GenerateDataKey`,
        `${own("watch")}: kms:Decrypt, kms:GenerateDataKey`,
        `${own("revoke")}: kms:Decrypt, kms:GenerateDataKey`,
      ],
    ],
    [
      "notice-key",
      ["events.amazonaws.com"],
      [
        `${own("start")}: kms:Decrypt, kms:GenerateDataKey`,
        `${own("decide")}: kms:Decrypt, kms:GenerateDataKey`,
        `${own("reconcile")}: kms:Decrypt, kms:GenerateDataKey`,
        `${own("watch")}: kms:Decrypt, kms:GenerateDataKey`,
        `${own("revoke")}: kms:Decrypt, kms:GenerateDataKey`,
        "events.amazonaws.com: kms:Decrypt, kms:GenerateDataKey*",
      ],
    ],
    [
      "record-key",
      [],
      [
        `${own("validate")}: kms:Decrypt, kms:GenerateDataKey`,
        `${own("decide")}: kms:Decrypt, kms:GenerateDataKey`,
        `${own("reconcile")}: kms:Decrypt`,
        `${own("checkpoint")}: kms:Decrypt, kms:GenerateDataKey`,
        `${own("watch")}: kms:Decrypt`,
        `${own("revoke")}: kms:Decrypt, kms:GenerateDataKey`,
      ],
    ],
    // One role signs with each key.
    [
      "record-signing-key",
      [],
      [
        `${own("decide")}: kms:Sign`,
        `${own("decide")}: kms:GetPublicKey`,
        `${own("checkpoint")}: kms:GetPublicKey`,
        `${own("watch")}: kms:GetPublicKey`,
        `${own("revoke")}: kms:GetPublicKey`,
        "arn:aws:iam::444455556666:root: kms:GetPublicKey",
      ],
    ],
    [
      "revocation-signing-key",
      [],
      [
        `${own("decide")}: kms:GetPublicKey`,
        `${own("checkpoint")}: kms:GetPublicKey`,
        `${own("watch")}: kms:GetPublicKey`,
        `${own("revoke")}: kms:Sign`,
        `${own("revoke")}: kms:GetPublicKey`,
        "arn:aws:iam::444455556666:root: kms:GetPublicKey",
      ],
    ],
    [
      "checkpoint-signing-key",
      [],
      [
        `${own("checkpoint")}: kms:Sign`,
        `${own("checkpoint")}: kms:GetPublicKey`,
        "arn:aws:iam::444455556666:root: kms:GetPublicKey",
      ],
    ],
  ])("%s", (key, services, expected) => {
    expect(usersOf(keyPolicy(table, key, place, services))).toEqual(expected);
  });

  it("the artifacts' key names roles that exist as they are", () => {
    const config = dev({ registeringRoles: ["arn:aws:iam::111122223333:role/team/ml-build"] });
    expect(usersOf(keyPolicy(devTable(config), "artifact-key", placeOf(config)))).toEqual([
      "arn:aws:iam::111122223333:role/mg-copy-us-east-1: kms:Decrypt",
      "arn:aws:iam::111122223333:role/team/ml-build: kms:GenerateDataKey, kms:Decrypt",
      "arn:aws:iam::444455556666:root: kms:Decrypt, kms:GenerateDataKey*",
    ]);
  });

  it("are administered by the account, which doesn't use them by that", () => {
    const [administers] = keyPolicy(table, "verdict-key", place).Statement;
    expect(administers?.Principal).toEqual({ AWS: "arn:aws:iam::444455556666:root" });
    expect(administers?.Action.filter((action) => /\*|crypt|GenerateData|Sign|CreateGrant/.test(action))).toEqual([]);
  });
});

describe("a model package group", () => {
  const roles = [existingRole("ml-build", { ...place, account: "111122223333" })];
  it("lets its accounts' roles register as pending and read", () => {
    const Principal = { AWS: ["arn:aws:iam::111122223333:role/ml-build"] };
    const versions = ["arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/*"];
    expect(groupPolicy("credit-risk", place, { registrars: roles }).Statement).toEqual([
      {
        Sid: "RegisterPending",
        Effect: "Allow",
        Principal,
        Action: ["sagemaker:CreateModelPackage"],
        Resource: versions,
        Condition: { StringEquals: { "sagemaker:ModelApprovalStatus": "PendingManualApproval" } },
      },
      {
        Sid: "ReadVersions",
        Effect: "Allow",
        Principal,
        Action: ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"],
        Resource: versions,
      },
      {
        Sid: "ReadGroup",
        Effect: "Allow",
        Principal,
        Action: ["sagemaker:DescribeModelPackageGroup"],
        Resource: ["arn:aws:sagemaker:us-east-1:444455556666:model-package-group/credit-risk"],
      },
    ]);
  });

  it("says at preview when SageMaker wouldn't take its policy", async () => {
    const registeringRoles = Array.from({ length: 200 }, (_, at) => `ml-build-${at}`);
    const devAccounts = [{ account: "111122223333", transfer: "copy", registeringRoles }];
    const groups = [{ name: "credit-risk", accounts: ["111122223333"] }];
    await expect(declaredStack(governance({ devAccounts, groups }))).rejects.toThrow(
      /^model package group credit-risk: its policy has \d+ characters, SageMaker takes 20480; name fewer/,
    );
  });
});

describe("queues, topics, repository, trust", () => {
  it("a queue takes messages of one rule, of start itself and of the reconciler", () => {
    const sender = { sid: "RuleSends", service: "events.amazonaws.com", source: "RULE", account: place.account };
    expect(allowed(queuePolicy("QUEUE", [sender], table))).toEqual([
      {
        Sid: "RuleSends",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: ["sqs:SendMessage"],
        Resource: ["QUEUE"],
        Condition: { ArnEquals: { "aws:SourceArn": "RULE" }, StringEquals: { "aws:SourceAccount": "444455556666" } },
      },
      {
        Sid: "SendItselfMessages",
        Effect: "Allow",
        ...byCondition("444455556666", "mg-start-us-east-1"),
        Action: ["sqs:SendMessage"],
        Resource: ["QUEUE"],
      },
      {
        Sid: "AskStart",
        Effect: "Allow",
        ...byCondition("444455556666", "mg-reconcile-us-east-1"),
        Action: ["sqs:SendMessage"],
        Resource: ["QUEUE"],
      },
    ]);
  });

  it("the queue of requests to revoke takes the watcher's messages, and nobody else's whatever their policy says", () => {
    const { Statement } = requestsPolicy("QUEUE", mayAskToRevoke(governance()));
    expect(Statement.slice(1)).toEqual([
      {
        Sid: "DenyOtherSenders",
        Effect: "Deny",
        Principal: "*",
        Action: ["sqs:SendMessage"],
        Resource: ["QUEUE"],
        Condition: { ArnNotEquals: { "aws:PrincipalArn": ["arn:aws:iam::444455556666:role/mg-watch-us-east-1"] } },
      },
      {
        Sid: "Ask1",
        Effect: "Allow",
        ...byCondition("444455556666", "mg-watch-us-east-1"),
        Action: ["sqs:SendMessage"],
        Resource: ["QUEUE"],
      },
    ]);
  });

  const alarms = {
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Condition: {
      ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:us-east-1:444455556666:alarm:*" },
      StringEquals: { "aws:SourceAccount": "444455556666" },
    },
  };
  // EventBridge meets no condition of a topic's policy.
  const rules = { Principal: { Service: "events.amazonaws.com" } };
  it.each([
    [["alarms"] as const, [alarms]],
    [["alarms", "rules"] as const, [alarms, rules]],
  ])("a topic of %p", (publishers, expected) => {
    const statements = allowed(topicPolicy("TOPIC", publishers, place));
    expect(statements.map(({ Sid: _, Effect: __, Action: ___, Resource: ____, ...rest }) => rest)).toEqual(expected);
  });

  const devRoles = [existingRole("ml-build", { ...place, account: "111122223333" })];
  it("the repository is pulled by Lambda and the dev roles", () => {
    expect(repositoryPolicy(governance(), devRoles).Statement).toEqual([
      {
        Sid: "LambdaPulls",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Condition: { ArnLike: { "aws:SourceArn": "arn:aws:lambda:us-east-1:444455556666:function:mg-validate" } },
      },
      {
        Sid: "DevRolesPull",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws:iam::111122223333:role/ml-build"] },
        Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
      },
    ]);
  });

  it("the repository isn't pulled by Lambda where no function runs its image", () => {
    const { Statement } = repositoryPolicy(governance({ runner: "processing" }), devRoles);
    expect(Statement.map(({ Sid }) => Sid)).toEqual(["DevRolesPull"]);
  });

  const forAccount = { StringEquals: { "aws:SourceAccount": place.account } };
  it.each([
    ["copy", "lambda", "lambda.amazonaws.com", undefined],
    ["replication", "lambda", "s3.amazonaws.com", undefined],
    ["start", "processing", "lambda.amazonaws.com", undefined],
    ["pipeline", "lambda", "sagemaker.amazonaws.com", forAccount],
    ["validate", "lambda", "lambda.amazonaws.com", undefined],
    ["validate", "processing", "sagemaker.amazonaws.com", forAccount],
    ["decide", "processing", "lambda.amazonaws.com", undefined],
  ] as const)("%s with runner %s is run by %s", (of, runner, Service, condition) => {
    const [statement] = trustPolicy(of, governance({ runner })).Statement;
    expect(statement).toMatchObject({ Effect: "Allow", Principal: { Service }, Action: ["sts:AssumeRole"] });
    expect(statement?.Condition).toEqual(condition);
  });
});
