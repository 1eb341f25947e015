import { KMSClient } from "@aws-sdk/client-kms";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { DescribeModelPackageCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { writeEnvironment } from "../../src/contract/environment";
import { DECIDED_PATTERN, lookAgainMessage } from "../../src/contract/registry-event";
import { matches } from "../support/event-pattern";
import { eventFixture, eventFixtures, queued } from "../support/events";
import { captureLog } from "../support/log-lines";
import { ARN, GROUPS } from "../support/registered-version";
import { awsError, sent } from "../support/sdk-answers";

const [s3, sagemaker, sns, sqs] = [
  mockClient(S3Client),
  mockClient(SageMakerClient),
  mockClient(SNSClient),
  mockClient(SQSClient),
];
mockClient(KMSClient);
const log = captureLog();
let handlers: Record<"watch" | "revoke", (event: unknown) => Promise<unknown>>;

const KEY = "arn:aws:kms:us-east-1:444455556666:key";
const COMMON = {
  GROUPS,
  GOVERNANCE_ACCOUNT: "444455556666",
  VERDICT_BUCKET: "verdicts",
  RECORD_BUCKET: "records",
  RECORD_KEY_ARN: `${KEY}/records`,
  FORMER_RECORD_KEY_ARNS: [],
  REVOCATION_KEY_ARN: `${KEY}/revocations`,
  FORMER_REVOCATION_KEY_ARNS: [],
  CUT_OVERS: {},
  NOTICE_TOPIC_ARN: "arn:aws:sns:us-east-1:444455556666:mg-notices",
};

beforeAll(() => {
  const watch = {
    ...COMMON,
    REGION: "us-east-1",
    REVOCATION_QUEUE_URL: "https://queue/revocations",
    PEOPLE_ON_RECORD: false,
    REVOKES: true,
    OBSERVED_GROUPS: [],
  };
  Object.assign(process.env, writeEnvironment("watch", watch));
  Object.assign(
    process.env,
    writeEnvironment("revoke", {
      ...{ ...COMMON, OBSERVED_GROUPS: [], WATCH_ROLE_ID: "AROAWATCH", REVIEWER_ROLE_ID: "AROAREVIEWER" },
    }),
  );
  handlers = {
    watch: jest.requireActual("../../functions/watch/handler").handler,
    revoke: jest.requireActual("../../functions/revoke/handler").handler,
  };
});

beforeEach(() => {
  for (const mock of [s3, sagemaker, sns, sqs]) mock.reset();
  log.lines = [];
  s3.on(ListObjectsV2Command).resolves({});
  s3.on(GetObjectCommand).rejects(awsError("NoSuchKey"));
  sqs.on(SendMessageCommand).resolves({ MessageId: "m" });
});

/** What DescribeModelPackage says of the version that an event is about, as long as nothing changed since. */
const described = (event: Record<string, unknown>) => ({
  ModelPackageStatus: "Completed",
  ...Object(event.detail),
  CreationTime: new Date("2027-03-01T09:00:00Z"),
});

it("the rule of watch sees the events of decided versions, and no others", () => {
  const beginning = "model-package-state-change.";
  const seen = eventFixtures(beginning).filter((name) => matches(DECIDED_PATTERN, eventFixture(name)));
  expect(seen.map((name) => name.slice(beginning.length))).toEqual([
    "approved-re-emit",
    "approved-spec-swapped",
    "approved",
    "created-as-approved",
    "lifecycle-change",
    "rejected",
  ]);
});

it.each(["created-as-approved", "approved-spec-swapped"])(
  "watch raises an alarm on %s, and asks to revoke",
  async (name) => {
    const event = eventFixture(`model-package-state-change.${name}`);
    sagemaker.on(DescribeModelPackageCommand).resolves(described(event));
    expect(await handlers.watch(queued(event))).toEqual({ batchItemFailures: [] });
    expect(sent(sns).map(([operation]) => operation)).toEqual(["Publish"]);
    expect(sent(sqs)).toMatchObject([["SendMessage", { QueueUrl: "https://queue/revocations" }]]);
  },
);

it("watch looks again where the reconciler says so, at a version of its own registry", async () => {
  const event = eventFixture("model-package-state-change.created-as-approved");
  sagemaker.on(DescribeModelPackageCommand).resolves(described(event));
  const modelPackageArn = String(Object(event.detail).ModelPackageArn);
  const foreign = modelPackageArn.replace(":444455556666:", ":777788889999:");
  for (const arn of [modelPackageArn, foreign])
    expect(await handlers.watch(queued(JSON.parse(lookAgainMessage(arn))))).toEqual({ batchItemFailures: [] });
  expect(sent(sqs)).toHaveLength(1);
  expect(sent(sqs)).toMatchObject([["SendMessage", { QueueUrl: "https://queue/revocations" }]]);
  expect(await handlers.watch(queued({ lookAgain: {} }))).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
});

it("watch hears a refusal of AWS as its own fault: the event comes again", async () => {
  sagemaker.on(DescribeModelPackageCommand).rejects(awsError("AccessDeniedException"));
  const event = eventFixture("model-package-state-change.approved");
  expect(await handlers.watch(queued(event))).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
});

describe("revoke believes who AWS says has sent a message, and not the message", () => {
  const revoke = { modelPackageArn: ARN, reason: "leaks names" };
  const message = (senderId: string | undefined, body: unknown = { revoke }) => ({
    Records: [
      {
        messageId: "m1",
        body: JSON.stringify(body),
        attributes: { SentTimestamp: "1795164060000", ...(senderId !== undefined && { SenderId: senderId }) },
      },
    ],
  });

  it.each([
    ["another role", "AROAOTHER:ann"],
    ["a user", "AIDAEXAMPLE"],
    ["a role whose id begins so", "AROAREVIEWER2:ann"],
    ["nobody's session", "AROAREVIEWER:"],
  ])("%s is refused", async (_, senderId) => {
    expect(await handlers.revoke(message(senderId))).toEqual({ batchItemFailures: [] });
    expect(log.lines).toEqual([expect.objectContaining({ level: "WARN", effect: "refused", senderId })]);
    expect(sent(sagemaker)).toEqual([]);
  });

  it.each<[string, string | undefined, unknown]>([
    ["without a sender", undefined, { revoke }],
    ["that says who asks", "AROAREVIEWER:ann", { revoke: { ...revoke, person: "bob" } }],
    ["with a reason of two lines", "AROAREVIEWER:ann", { revoke: { ...revoke, reason: "a\nb" } }],
    ["of another kind", "AROAREVIEWER:ann", { startAgain: {} }],
  ])("one %s becomes a dead letter", async (_, senderId, body) => {
    expect(await handlers.revoke(message(senderId, body))).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(sent(sagemaker)).toEqual([]);
  });

  it("a reviewer is taken", async () => {
    sagemaker.on(DescribeModelPackageCommand).rejects(awsError("ValidationException", "ModelPackage does not exist."));
    await handlers.revoke(message("AROAREVIEWER:ann"));
    expect(log.lines).toEqual([expect.objectContaining({ effect: "gone" })]);
  });
});
