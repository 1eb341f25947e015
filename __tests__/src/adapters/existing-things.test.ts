import { ECRClient, GetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetKeyPolicyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  DescribeModelPackageGroupCommand,
  GetModelPackageGroupPolicyCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import { type ExistingThings, existingThings } from "../../../src/adapters/existing-things";
import { awsError, sent } from "../../support/sdk-answers";

const PLACE = { partition: "aws", region: "us-east-1", account: "111122223333" };
const ROLE = {
  ...{ Arn: "arn:aws:iam::111122223333:role/role", Path: "/", RoleName: "role", RoleId: "AROA1" },
  CreateDate: new Date(0),
};
const KEY = "arn:aws:kms:eu-west-1:111122223333:key/team";
const BUCKET = { Bucket: "b", ExpectedBucketOwner: PLACE.account };
const mocks = {
  ecr: mockClient(ECRClient),
  iam: mockClient(IAMClient),
  kms: mockClient(KMSClient),
  s3: mockClient(S3Client),
  sageMaker: mockClient(SageMakerClient),
  sqs: mockClient(SQSClient),
  sts: mockClient(STSClient),
};
const { ecr, iam, kms, s3, sageMaker, sqs, sts } = mocks;
let things: ExistingThings;
beforeEach(() => {
  for (const mock of Object.values(mocks)) mock.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: PLACE.account });
  things = existingThings(PLACE);
});

/** Every call of every service ends so. */
function failing(error: Error): void {
  s3.onAnyCommand().rejects(error);
  ecr.onAnyCommand().rejects(error);
  iam.onAnyCommand().rejects(error);
  kms.onAnyCommand().rejects(error);
  sageMaker.onAnyCommand().rejects(error);
  sqs.onAnyCommand().rejects(error);
}

it("reads by calls that change nothing", async () => {
  sageMaker.on(DescribeModelPackageGroupCommand).resolves({});
  sageMaker.on(GetModelPackageGroupPolicyCommand).resolves({ ResourcePolicy: "GROUP" });
  s3.on(GetBucketPolicyCommand).resolves({ Policy: "BUCKET" });
  s3.on(GetBucketNotificationConfigurationCommand).resolves({ EventBridgeConfiguration: {} });
  s3.on(GetBucketReplicationCommand).resolves({ ReplicationConfiguration: { Role: "r", Rules: [] } });
  s3.on(GetBucketVersioningCommand)
    .resolvesOnce({ Status: "Enabled" })
    .resolvesOnce({ Status: "Suspended" })
    .resolves({});
  ecr.on(GetRepositoryPolicyCommand).resolves({ policyText: "REPOSITORY" });
  kms.on(GetKeyPolicyCommand).resolves({ Policy: "KEY" });
  iam.on(GetRoleCommand).resolves({ Role: ROLE });
  sqs
    .on(ListQueuesCommand)
    .resolvesOnce({ QueueUrls: ["https://sqs.us-east-1.amazonaws.com/111122223333/q-1"], NextToken: "more" })
    .resolves({ QueueUrls: ["https://sqs.us-east-1.amazonaws.com/111122223333/q-2"] });
  expect([
    await things.groupPolicy("g"),
    await things.bucketPolicy("b"),
    await things.notifications("b"),
    await things.replication("b"),
    [await things.isVersioned("b"), await things.isVersioned("b"), await things.isVersioned("b")],
    await things.repositoryPolicy("r"),
    await things.keyPolicy(KEY),
    await things.roleArn("role"),
    await things.queues("q-"),
  ]).toEqual([
    "GROUP",
    "BUCKET",
    { EventBridgeConfiguration: {} },
    { Role: "r", Rules: [] },
    [true, false, false],
    "REPOSITORY",
    "KEY",
    ROLE.Arn,
    ["arn:aws:sqs:us-east-1:111122223333:q-1", "arn:aws:sqs:us-east-1:111122223333:q-2"],
  ]);
  expect(sent(s3)).toEqual([
    ["GetBucketPolicy", BUCKET],
    ["GetBucketNotificationConfiguration", BUCKET],
    ["GetBucketReplication", BUCKET],
    ...Array(3).fill(["GetBucketVersioning", BUCKET]),
  ]);
  expect(sent(sageMaker).map(([operation]) => operation)).toEqual([
    "DescribeModelPackageGroup",
    "GetModelPackageGroupPolicy",
  ]);
  expect(sent(kms)).toEqual([["GetKeyPolicy", { KeyId: KEY, PolicyName: "default" }]]);
  expect(await kms.call(0).thisValue.config.region()).toBe("eu-west-1");
  expect(sent(sts)).toEqual([["GetCallerIdentity", {}]]);
});

it.each<[string, string, (on: ExistingThings) => Promise<unknown>, unknown]>([
  ["bucket policy", "NoSuchBucketPolicy", (on) => on.bucketPolicy("b"), undefined],
  ["replication", "ReplicationConfigurationNotFoundError", (on) => on.replication("b"), undefined],
  ["repository policy", "RepositoryPolicyNotFoundException", (on) => on.repositoryPolicy("r"), undefined],
  ["role", "NoSuchEntityException", (on) => on.roleArn("role"), undefined],
])("says that there is no %s", async (_, error, read, none) => {
  failing(awsError(error));
  expect(await read(things)).toBe(none);
});

it("tells a group without a policy from none", async () => {
  const error = awsError("ValidationException");
  sageMaker.on(GetModelPackageGroupPolicyCommand).rejects(error);
  sageMaker.on(DescribeModelPackageGroupCommand).resolvesOnce({}).rejects(error);
  expect(await things.groupPolicy("g")).toBeUndefined();
  await expect(things.groupPolicy("g")).rejects.toThrow(
    "there is no model package group g; without existing: true the stack makes it",
  );
});

it.each<[string, string, (on: ExistingThings) => Promise<unknown>, string]>([
  ["s3:GetBucketPolicy", "NoSuchBucket", (on) => on.bucketPolicy("b"), "bucket b"],
  ["s3:GetBucketNotification", "NoSuchBucket", (on) => on.notifications("b"), "bucket b"],
  ["s3:GetReplicationConfiguration", "NoSuchBucket", (on) => on.replication("b"), "bucket b"],
  ["s3:GetBucketVersioning", "NoSuchBucket", (on) => on.isVersioned("b"), "bucket b"],
  ["ecr:GetRepositoryPolicy", "RepositoryNotFoundException", (on) => on.repositoryPolicy("r"), "repository r"],
  ["kms:GetKeyPolicy", "NotFoundException", (on) => on.keyPolicy(KEY), `key ${KEY}`],
  ["sagemaker:DescribeModelPackageGroup", "", (on) => on.groupPolicy("g"), "model package group g"],
  ["iam:GetRole", "", (on) => on.roleArn("role"), "role role"],
  ["sqs:ListQueues", "", (on) => on.queues("q-"), "queues named q-*"],
])("says what is missing, and that the deployer needs %s", async (action, missing, read, thing) => {
  failing(awsError(missing));
  if (missing !== "") await expect(read(things)).rejects.toThrow(`there is no ${thing}; name one that is there`);
  failing(awsError(action.startsWith("s3:") || action.startsWith("iam:") ? "AccessDenied" : "AccessDeniedException"));
  await expect(read(things)).rejects.toThrow(`AWS refuses ${action} on ${thing}: let the deployer do that`);
  failing(awsError("ThrottlingException", "slow down"));
  await expect(read(things)).rejects.toThrow("slow down");
});

it("needs sagemaker:GetModelPackageGroupPolicy besides", async () => {
  sageMaker.on(DescribeModelPackageGroupCommand).resolves({});
  sageMaker.on(GetModelPackageGroupPolicyCommand).rejects(awsError("AccessDeniedException"));
  await expect(things.groupPolicy("g")).rejects.toThrow("AWS refuses sagemaker:GetModelPackageGroupPolicy on");
});

it("reads nothing with another account's credentials", async () => {
  sts.on(GetCallerIdentityCommand).resolves({ Account: "999988887777" });
  await expect(things.bucketPolicy("b")).rejects.toThrow(
    "found credentials of account 999988887777, expected 111122223333",
  );
  expect(sent(s3)).toEqual([]);
});

it("takes on the role that deploys, once", async () => {
  const Credentials = { AccessKeyId: "AKIDEPLOY", SecretAccessKey: "s", SessionToken: "t", Expiration: new Date() };
  sts.on(AssumeRoleCommand).resolves({ Credentials });
  s3.onAnyCommand().resolves({});
  const RoleArn = "arn:aws:iam::111122223333:role/deploy";
  const assuming = existingThings({ ...PLACE, assumeRole: RoleArn });
  expect(sent(sts)).toEqual([]);
  await assuming.bucketPolicy("b");
  await assuming.notifications("b");
  expect(sent(sts).map(([operation]) => operation)).toEqual(["AssumeRole", "GetCallerIdentity"]);
  expect(sent(sts)[0]?.[1]).toMatchObject({ RoleArn });
  for (const call of [0, 1])
    expect(await s3.call(call).thisValue.config.credentials()).toMatchObject({ accessKeyId: "AKIDEPLOY" });
});
