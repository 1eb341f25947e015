import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { DescribeImagesCommand, ECRClient, GetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  GetPolicyCommand,
  LambdaClient,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListVersionsByFunctionCommand,
} from "@aws-sdk/client-lambda";
import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  GetModelPackageGroupPolicyCommand,
  ListPipelineExecutionsCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { deployedAccount } from "../../../src/adapters/deployed-account";
import type { DeployedAccount } from "../../../src/doctor/ports";
import { awsError, bodyOf, sent } from "../../support/sdk-answers";

const OWNER = "444455556666";
const region = { region: "us-east-1" };
const mocks = {
  ecr: mockClient(ECRClient),
  eventBridge: mockClient(EventBridgeClient),
  iam: mockClient(IAMClient),
  kms: mockClient(KMSClient),
  lambda: mockClient(LambdaClient),
  s3: mockClient(S3Client),
  sageMaker: mockClient(SageMakerClient),
  sns: mockClient(SNSClient),
  sqs: mockClient(SQSClient),
  cloudTrail: mockClient(CloudTrailClient),
};
const account = deployedAccount(
  {
    cloudTrail: new CloudTrailClient(region),
    ecr: new ECRClient(region),
    eventBridge: new EventBridgeClient(region),
    iam: new IAMClient(region),
    kms: new KMSClient(region),
    lambda: new LambdaClient(region),
    s3: new S3Client(region),
    sageMaker: new SageMakerClient(region),
    sns: new SNSClient(region),
    sqs: new SQSClient(region),
  },
  OWNER,
);
const QUEUE = "arn:aws:sqs:us-east-1:444455556666:start-1";
const URL = "https://sqs.us-east-1.amazonaws.com/444455556666/start-1";

beforeEach(() => {
  for (const mock of Object.values(mocks)) mock.reset();
});

describe("a bucket", () => {
  const { s3 } = mocks;
  const all = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
  const setUp = () => {
    s3.on(HeadBucketCommand).resolves({});
    s3.on(GetBucketPolicyCommand).resolves({ Policy: "{}" });
    s3.on(GetBucketEncryptionCommand).resolves({
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "KEY" } }],
      },
    });
    s3.on(GetBucketVersioningCommand).resolves({ Status: "Enabled" });
    s3.on(GetPublicAccessBlockCommand).resolves({ PublicAccessBlockConfiguration: all });
    s3.on(GetObjectLockConfigurationCommand).resolves({
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 30 } },
      },
    });
  };
  const WHOLE = {
    policy: "{}",
    keyArn: "KEY",
    isVersioned: true,
    isClosedToPublic: true,
    hasObjectLock: true,
    retention: { mode: "COMPLIANCE", days: 30 },
  };

  it("is told whole, of its owner alone", async () => {
    setUp();
    expect(await account.bucket("b")).toEqual(WHOLE);
    for (const [, input] of sent(s3)) expect(input).toMatchObject({ Bucket: "b", ExpectedBucketOwner: OWNER });
  });

  it.each([
    ["no policy", GetBucketPolicyCommand, "NoSuchBucketPolicy", { policy: undefined }],
    [
      "no encryption",
      GetBucketEncryptionCommand,
      "ServerSideEncryptionConfigurationNotFoundError",
      { keyArn: undefined },
    ],
    [
      "no public access block",
      GetPublicAccessBlockCommand,
      "NoSuchPublicAccessBlockConfiguration",
      { isClosedToPublic: false },
    ],
    [
      "no lock",
      GetObjectLockConfigurationCommand,
      "ObjectLockConfigurationNotFoundError",
      { hasObjectLock: false, retention: undefined },
    ],
  ] as const)("may have %s", async (_, command, name, lacks) => {
    setUp();
    s3.on(command as typeof GetBucketPolicyCommand).rejects(awsError(name));
    expect(await account.bucket("b")).toEqual({ ...WHOLE, ...lacks });
  });

  it("may be half closed, its versions suspended, its key S3's own, its lock in years", async () => {
    setUp();
    s3.on(GetPublicAccessBlockCommand).resolves({
      PublicAccessBlockConfiguration: { ...all, IgnorePublicAcls: false },
    });
    s3.on(GetBucketVersioningCommand).resolves({ Status: "Suspended" });
    s3.on(GetBucketEncryptionCommand).resolves({
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    });
    s3.on(GetObjectLockConfigurationCommand).resolves({
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention: { Mode: "GOVERNANCE", Years: 1 } },
      },
    });
    expect(await account.bucket("b")).toEqual({
      policy: "{}",
      isVersioned: false,
      isClosedToPublic: false,
      hasObjectLock: true,
    });
  });
});

describe("a role", () => {
  it("is told with its policies, decoded, of all pages", async () => {
    const { iam } = mocks;
    const Role = { Path: "/", RoleName: "r", RoleId: "AROA", Arn: "ROLE", CreateDate: new Date(0) };
    const boundary = { PermissionsBoundaryArn: "BOUNDARY" };
    const encoded = (value: object) => encodeURIComponent(JSON.stringify(value));
    iam
      .on(GetRoleCommand)
      .resolves({ Role: { ...Role, AssumeRolePolicyDocument: encoded({ a: 1 }), PermissionsBoundary: boundary } });
    iam
      .on(ListRolePoliciesCommand)
      .resolvesOnce({ PolicyNames: ["one"], IsTruncated: true, Marker: "m" })
      .resolves({ PolicyNames: ["two"] });
    iam.on(GetRolePolicyCommand).callsFake(async ({ PolicyName }) => ({ PolicyDocument: encoded({ of: PolicyName }) }));
    iam.on(ListAttachedRolePoliciesCommand).resolves({ AttachedPolicies: [{ PolicyName: "p", PolicyArn: "MANAGED" }] });
    expect(await account.role("r")).toEqual({
      trust: '{"a":1}',
      boundary: "BOUNDARY",
      inline: ['{"of":"one"}', '{"of":"two"}'],
      attached: ["MANAGED"],
    });
  });
});

describe("a rule", () => {
  const { eventBridge } = mocks;
  it("is told with all its targets", async () => {
    eventBridge.on(DescribeRuleCommand).resolves({ Name: "r", State: "ENABLED", EventPattern: "{}" });
    eventBridge
      .on(ListTargetsByRuleCommand)
      .resolvesOnce({ Targets: [{ Id: "1", Arn: "A", DeadLetterConfig: { Arn: "D" } }], NextToken: "n" })
      .resolves({ Targets: [{ Id: "2", Arn: "B" }] });
    expect(await account.rule("r")).toEqual({
      name: "r",
      isEnabled: true,
      pattern: "{}",
      targets: [
        { arn: "A", hasDeadLetters: true },
        { arn: "B", hasDeadLetters: false },
      ],
    });
  });

  it("may be a schedule, and disabled", async () => {
    eventBridge.on(DescribeRuleCommand).resolves({ State: "DISABLED", ScheduleExpression: "rate(15 minutes)" });
    eventBridge.on(ListTargetsByRuleCommand).resolves({ Targets: [] });
    expect(await account.rule("r")).toEqual({
      ...{ name: "r", isEnabled: false, schedule: "rate(15 minutes)", targets: [] },
    });
  });
});

describe("a function", () => {
  const { lambda } = mocks;
  const setUp = () => {
    lambda
      .on(ListVersionsByFunctionCommand)
      .resolvesOnce({ Versions: [{ Version: "$LATEST" }, { Version: "1" }], NextMarker: "m" })
      .resolves({ Versions: [{ Version: "2" }] });
    lambda
      .on(ListAliasesCommand)
      .resolvesOnce({ Aliases: [{ Name: "one" }], NextMarker: "m" })
      .resolves({ Aliases: [{ Name: "two" }] });
  };

  it("is told with its own policy, and those of its published versions, of all pages", async () => {
    setUp();
    lambda.on(GetPolicyCommand).callsFake(async ({ Qualifier = "own" }) => ({ Policy: `of ${Qualifier}` }));
    expect(await account.function("f")).toEqual({
      policy: "of own",
      versions: [
        { version: "1", policy: "of 1" },
        { version: "2", policy: "of 2" },
      ],
      aliases: ["one", "two"],
    });
  });

  it("without policies is there", async () => {
    setUp();
    lambda.on(GetPolicyCommand).rejects(awsError("ResourceNotFoundException"));
    expect(await account.function("f")).toEqual({ versions: [], aliases: ["one", "two"] });
  });

  it.each([GetPolicyCommand, ListAliasesCommand])("one of whose parts one may not look at: thrown", async (command) => {
    setUp();
    lambda.on(GetPolicyCommand).resolves({ Policy: "{}" });
    lambda.on(command as typeof GetPolicyCommand).rejects(awsError("AccessDeniedException"));
    await expect(account.function("f")).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});

describe("the others", () => {
  it("a key that is about to be deleted is no enabled one", async () => {
    const KeyMetadata = { KeyId: "k", KeyState: "PendingDeletion" as const };
    mocks.kms.on(DescribeKeyCommand).resolves({ KeyMetadata }).on(GetKeyPolicyCommand).resolves({ Policy: "{}" });
    expect(await account.key("k")).toEqual({ policy: "{}", isEnabled: false });
  });

  it("a queue's messages are counted wherever they are in it; what isn't said is no zero", async () => {
    const Attributes = {
      ApproximateNumberOfMessages: "1",
      ApproximateNumberOfMessagesNotVisible: "2",
      ApproximateNumberOfMessagesDelayed: "4",
    };
    mocks.sqs.on(GetQueueAttributesCommand).resolvesOnce({ Attributes }).resolves({});
    expect(await account.messages(URL)).toBe(7);
    expect(await account.messages(URL)).toBeNaN();
  });

  it("policies of group, queue, topic, repository", async () => {
    mocks.sageMaker.on(GetModelPackageGroupPolicyCommand).resolves({ ResourcePolicy: "GROUP" });
    mocks.sqs.on(GetQueueUrlCommand, { QueueName: "start-1" }).resolves({ QueueUrl: URL });
    mocks.sqs.on(GetQueueAttributesCommand, { QueueUrl: URL }).resolves({ Attributes: { Policy: "QUEUE" } });
    mocks.sns.on(GetTopicAttributesCommand).resolves({ Attributes: { Policy: "TOPIC" } });
    mocks.ecr.on(GetRepositoryPolicyCommand).resolves({ policyText: "REPOSITORY" });
    expect(await account.groupPolicy("g")).toBe("GROUP");
    expect(await account.queuePolicy(QUEUE)).toBe("QUEUE");
    expect(await account.topicPolicy("t")).toBe("TOPIC");
    expect(await account.repositoryPolicy("mg/checks")).toBe("REPOSITORY");
  });

  it("an image is there by its digest alone", async () => {
    mocks.ecr
      .on(DescribeImagesCommand)
      .resolvesOnce({ imageDetails: [{ imageDigest: "sha256:1" }] })
      .resolves({});
    expect([await account.hasImage("r", "sha256:1"), await account.hasImage("r", "sha256:1")]).toEqual([true, false]);
  });

  it("an object, of its owner alone", async () => {
    mocks.s3.on(GetObjectCommand).resolves({ Body: bodyOf("text") });
    expect(Buffer.from((await account.object("b", "k")) ?? []).toString()).toBe("text");
    expect(sent(mocks.s3)).toEqual([["GetObject", { Bucket: "b", Key: "k", ExpectedBucketOwner: OWNER }]]);
  });

  it("executions of a pipeline, since then", async () => {
    const [since, StartTime] = [new Date(0), new Date(1)];
    mocks.sageMaker.on(ListPipelineExecutionsCommand, { PipelineName: "P", CreatedAfter: since }).resolves({
      PipelineExecutionSummaries: [{ PipelineExecutionArn: "E", StartTime, PipelineExecutionStatus: "Failed" }],
    });
    expect(await account.executions("P", since)).toEqual([
      { arn: "E", status: "Failed", startedAt: StartTime, description: "" },
    ]);
  });

  it("what feeds a function, and whether it does", async () => {
    const EventSourceMappings = [
      { EventSourceArn: QUEUE, State: "Enabled" },
      { EventSourceArn: "O", State: "Disabled" },
    ];
    mocks.lambda.on(ListEventSourceMappingsCommand).resolves({ EventSourceMappings });
    expect(await account.feeds("mg-start")).toEqual([
      { queueArn: QUEUE, isEnabled: true },
      { queueArn: "O", isEnabled: false },
    ]);
  });
});

const LOOKS: [string, (on: DeployedAccount) => Promise<unknown>, string, unknown][] = [
  ["bucket", (on) => on.bucket("b"), "NotFound", undefined],
  ["role", (on) => on.role("r"), "NoSuchEntityException", undefined],
  ["object", (on) => on.object("b", "k"), "NoSuchKey", undefined],
  ["key", (on) => on.key("k"), "NotFoundException", undefined],
  ["group's policy", (on) => on.groupPolicy("g"), "ValidationException", undefined],
  ["queue's policy", (on) => on.queuePolicy(QUEUE), "QueueDoesNotExist", undefined],
  ["queue's messages", (on) => on.messages(URL), "QueueDoesNotExist", undefined],
  ["topic's policy", (on) => on.topicPolicy("t"), "NotFoundException", undefined],
  ["repository's policy", (on) => on.repositoryPolicy("r"), "RepositoryPolicyNotFoundException", undefined],
  ["image", (on) => on.hasImage("r", "sha256:1"), "ImageNotFoundException", false],
  ["rule", (on) => on.rule("r"), "ResourceNotFoundException", undefined],
  ["function", (on) => on.function("f"), "ResourceNotFoundException", undefined],
];
const rejectAll = (name: string) => {
  for (const mock of Object.values(mocks)) mock.rejects(awsError(name));
};

it.each(LOOKS)("a %s that isn't there is told as such", async (_, look, name, missing) => {
  rejectAll(name);
  expect(await look(account)).toBe(missing);
});

it.each<[string, (on: DeployedAccount) => Promise<unknown>]>([
  ...LOOKS.map(([name, look]): [string, (on: DeployedAccount) => Promise<unknown>] => [name, look]),
  ["feeds", (on) => on.feeds("f")],
  ["pending versions", (on) => on.pendingVersions("g")],
  ["executions", (on) => on.executions("P", new Date(0))],
  ["trails", (on) => on.trails()],
])("%s that one may not look at: thrown", async (_, look) => {
  for (const name of ["AccessDenied", "AccessDeniedException", "ThrottlingException"]) {
    rejectAll(name);
    await expect(look(account)).rejects.toMatchObject({ name });
  }
});
