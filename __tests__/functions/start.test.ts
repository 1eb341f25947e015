import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  DescribeModelPackageCommand,
  ListPipelineExecutionsCommand,
  SageMakerClient,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { writeEnvironment } from "../../src/contract/environment";
import { eventFixture, eventFixtures, queued } from "../support/events";
import { captureLog } from "../support/log-lines";
import { GROUPS, SOURCES } from "../support/registered-version";
import { awsError, bodyOf, sent } from "../support/sdk-answers";

const [s3, sagemaker, sns, sqs] = [
  mockClient(S3Client),
  mockClient(SageMakerClient),
  mockClient(SNSClient),
  mockClient(SQSClient),
];
const log = captureLog();
const markers = new Map<string, string>();
let executions: { PipelineExecutionDescription?: string }[];
/** Reads its environment as it is loaded. */
let handler: (event: unknown) => Promise<unknown>;

beforeAll(() => {
  Object.assign(
    process.env,
    writeEnvironment("start", {
      GROUPS,
      EVIDENCE_SOURCES: SOURCES,
      GOVERNANCE_ACCOUNT: "444455556666",
      VERDICT_BUCKET: "verdicts",
      PIPELINE_ARN: "arn:aws:sagemaker:us-east-1:444455556666:pipeline/model-governance-pipeline",
      LANGUAGE_GROUPS: [],
      CUT_OVERS: {},
      QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/444455556666/mg-start",
      NOTICE_TOPIC_ARN: "arn:aws:sns:us-east-1:444455556666:mg-notices",
      POLICY_DIGEST: "2".repeat(64),
      EVIDENCE_DEADLINE_MINUTES: 10_080,
    }),
  );
  ({ handler } = jest.requireActual("../../functions/start/handler"));
});

/** What DescribeModelPackage says of the version that an event is about, as long as nothing changed since. */
function described(event: Record<string, unknown>): Record<string, unknown> {
  const detail = Object(event.detail);
  return { ModelPackageStatus: "Completed", ...detail, CreationTime: new Date("2027-03-01T09:00:00Z") };
}

beforeEach(() => {
  for (const mock of [s3, sagemaker, sns, sqs]) mock.reset();
  markers.clear();
  executions = [];
  log.lines = [];
  s3.on(ListObjectVersionsCommand).callsFake(({ Prefix }) => ({
    Versions: [{ Key: Prefix, VersionId: "v1", Size: 9 }],
  }));
  s3.on(HeadObjectCommand).resolves({ ChecksumSHA256: Buffer.from("5d".repeat(32), "hex").toString("base64") });
  s3.on(GetObjectCommand).callsFake(({ Key }) => {
    // A report is looked into: it may be a run's manifest.
    const body = Key.startsWith("start-markers/") ? markers.get(Key) : "{}";
    if (body === undefined) throw awsError("NoSuchKey");
    return { Body: bodyOf(body) };
  });
  s3.on(PutObjectCommand).callsFake(({ Key, Body }) => void markers.set(Key, Body));
  sagemaker.on(ListPipelineExecutionsCommand).callsFake(() => ({ PipelineExecutionSummaries: executions }));
  sagemaker.on(StartPipelineExecutionCommand).callsFake((input) => void executions.push(input));
  jest.useFakeTimers({ now: new Date("2027-03-01T09:00:06Z"), doNotFake: ["nextTick", "setImmediate"] });
});
afterEach(() => jest.useRealTimers());

const registry = (description: Record<string, unknown>) =>
  sagemaker.on(DescribeModelPackageCommand).resolves(description);
const effects = () => log.lines.map(({ level, effect }) => [level, effect].join(" "));
const FAMILY = "model-package-state-change.";
const allGood = { batchItemFailures: [] };

describe("each event on record", () => {
  const [STARTED, IGNORED] = ["INFO started", "INFO ignored"];
  const table: Record<string, { effect: string | undefined; starts?: number; told?: number; now?: object }> = {
    pending: { effect: STARTED, starts: 1 },
    "pending-epoch-times": { effect: STARTED, starts: 1 },
    "pending-no-status": { effect: STARTED, starts: 1 },
    "duplicate-same-id": { effect: STARTED, starts: 1 },
    "duplicate-new-id": { effect: STARTED, starts: 1 },
    "missing-model-metrics": { effect: STARTED, starts: 1 },
    "pending-re-emit": { effect: IGNORED },
    "pending-late": { effect: IGNORED, now: { ModelApprovalStatus: "Approved" } },
    approved: { effect: IGNORED },
    rejected: { effect: IGNORED },
    "approved-re-emit": { effect: IGNORED },
    "approved-spec-swapped": { effect: IGNORED },
    "lifecycle-change": { effect: IGNORED },
    "created-as-approved": { effect: IGNORED },
    "status-in-progress": { effect: IGNORED },
    unversioned: { effect: IGNORED },
    "other-group": { effect: IGNORED },
    "status-failed": { effect: "WARN told", told: 1 },
    restricted: { effect: "WARN told", told: 1 },
    "other-account": { effect: "WARN refused" },
    "account-mismatch": { effect: "WARN refused" },
  };

  it("is in the table", () => {
    expect(Object.keys(table).sort()).toEqual(
      eventFixtures(FAMILY)
        .map((name) => name.slice(FAMILY.length))
        .sort(),
    );
  });

  it.each(Object.entries(table))("%s", async (name, { effect, starts = 0, told = 0, now = {} }) => {
    const event = eventFixture(`${FAMILY}${name}`);
    registry({ ...described(event), ...now });
    expect(await handler(queued(event))).toEqual(allGood);
    expect([effects(), executions.length, sns.calls().length, sqs.calls().length]).toEqual([[effect], starts, told, 0]);
    expect(markers.size).toBe(starts + told);
    expect(log.lines[0]).toMatchObject({ modelPackageArn: Object(event.detail).ModelPackageArn });
  });
});

describe("a version's events", () => {
  const pending = eventFixture(`${FAMILY}pending`);
  const arn = "arn:aws:sagemaker:us-east-1:444455556666:model-package/credit-risk/3";
  const again = (waits: number) => ({ startAgain: { modelPackageArn: arn, attempt: 1, waits } });

  it("start it once, twice in a batch and once more", async () => {
    registry(described(pending));
    const duplicate = eventFixture(`${FAMILY}duplicate-new-id`);
    expect(await handler(queued(pending, duplicate))).toEqual(allGood);
    expect(await handler(queued(eventFixture(`${FAMILY}duplicate-same-id`)))).toEqual(allGood);
    expect(effects()).toEqual(["INFO started", "INFO ignored", "INFO ignored"]);
    expect(executions).toHaveLength(1);
  });

  it("wait for a report by a delayed message, and go on from it", async () => {
    registry(described(pending));
    s3.on(ListObjectVersionsCommand)
      .resolvesOnce({})
      .resolvesOnce({})
      .callsFake(({ Prefix }) => ({
        Versions: [{ Key: Prefix, VersionId: "v1", Size: 9 }],
      }));
    expect(await handler(queued(pending))).toEqual(allGood);
    expect(await handler(queued(again(1)))).toEqual(allGood);
    expect(await handler(queued(again(2)))).toEqual(allGood);
    expect(effects()).toEqual(["INFO waiting", "INFO waiting", "INFO started"]);
    const sentAgain = (waits: number, DelaySeconds: number) => [
      "SendMessage",
      expect.objectContaining({ MessageBody: JSON.stringify(again(waits)), DelaySeconds }),
    ];
    expect(sent(sqs)).toEqual([sentAgain(1, 5), sentAgain(2, 10)]);
    expect(log.lines.map(({ modelPackageArn }) => modelPackageArn)).toEqual([arn, arn, arn]);
  });

  it.each([
    ["an error of AWS", pending, "AccessDeniedException"],
    ["no JSON", "{", "JSON"],
    ["another message", { hello: 1 }, "the message is neither a registry event"],
    ["an event without an ARN", { ...pending, detail: {} }, "the message is neither a registry event"],
  ])("count as failed for %s alone", async (_, message, reason) => {
    sagemaker
      .on(DescribeModelPackageCommand)
      .rejectsOnce(awsError("AccessDeniedException"))
      .resolves(described(pending));
    if (message !== pending) sagemaker.on(DescribeModelPackageCommand).resolves(described(pending));
    expect(await handler(queued(message, pending))).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(effects()).toEqual(["ERROR ", "INFO started"]);
    expect(JSON.stringify(log.lines[0])).toContain(reason);
  });

  it("have their version in every line, in no other's", async () => {
    registry(described(pending));
    sagemaker.on(DescribeModelPackageCommand).rejectsOnce(awsError("ThrottlingException")).resolves(described(pending));
    expect(await handler(queued(pending, "{", again(1)))).toEqual({
      batchItemFailures: [{ itemIdentifier: "m1" }, { itemIdentifier: "m2" }],
    });
    expect(log.lines.map(({ modelPackageArn }) => modelPackageArn)).toEqual([arn, undefined, arn]);
  });

  it("say no word of the evidence's content", async () => {
    registry(described(pending));
    // Without a stored SHA-256 the bytes are read; they aren't those that are registered.
    s3.on(HeadObjectCommand).resolves({});
    s3.on(GetObjectCommand).callsFake(({ Key }) => {
      if (Key.startsWith("start-markers/")) throw awsError("NoSuchKey");
      return { Body: bodyOf("applicant Jane Doe") };
    });
    expect(await handler(queued(pending))).toEqual(allGood);
    expect(effects()).toEqual(["INFO waiting"]);
    expect(sent(s3).filter(([operation]) => operation === "GetObject").length).toBeGreaterThan(1);
    expect(JSON.stringify(log.lines)).not.toContain("Jane");
  });

  it("name the account that owns the bucket in every call of S3", async () => {
    registry(described(pending));
    await handler(queued(pending));
    expect(new Set(sent(s3).map(([, input]) => Object(input).ExpectedBucketOwner))).toEqual(new Set(["444455556666"]));
  });
});
