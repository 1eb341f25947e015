import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { writeEnvironment } from "../../src/contract/environment";
import { eventFixture, eventFixtures, queued } from "../support/events";
import { captureLog } from "../support/log-lines";
import { awsError, sent } from "../support/sdk-answers";

const s3 = mockClient(S3Client);
const log = captureLog();
/** Reads its environment as it is loaded. */
let handler: (event: unknown) => Promise<unknown>;

beforeAll(() => {
  Object.assign(
    process.env,
    writeEnvironment("copy", {
      ARTIFACT_BUCKET: "artifacts-111122223333",
      ARTIFACT_BUCKET_OWNER: "111122223333",
      EVIDENCE_PREFIXES: ["evidence/"],
      EVIDENCE_BUCKET: "evidence-111122223333",
      EVIDENCE_BUCKET_OWNER: "444455556666",
      EVIDENCE_KEY_ARN: "arn:aws:kms:us-east-1:444455556666:key/1",
    }),
  );
  ({ handler } = jest.requireActual("../../functions/copy/handler"));
});

const STATISTICS = "artifacts-111122223333/evidence/credit-risk/3/statistics.json";
const copied = (CopySource: string) => [["CopyObject", expect.objectContaining({ CopySource })]];

beforeEach(() => {
  s3.reset();
  log.lines = [];
  s3.on(HeadObjectCommand).resolves({ ETag: '"0f343b0931126a20f133d67c2b018a3b"' });
  s3.on(ListObjectVersionsCommand).resolves({});
  s3.on(CopyObjectCommand).resolves({ CopyObjectResult: { ChecksumSHA256: "sum" } });
});

const writes = () => sent(s3).filter(([operation]) => /^(Copy|Create|Upload|Complete)/.test(operation));
const failed = (...ids: string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe("each event on record", () => {
  const table: Record<string, unknown> = {
    "s3-object-created": copied(`${STATISTICS}?versionId=Zk3.Nq0ms9rXW7T_hL1c`),
    "s3-object-created.event-version": copied(`${STATISTICS}?versionId=Zk3.Nq0ms9rXW7T_hL1c`),
    "s3-object-created.unversioned-bucket": copied(STATISTICS),
    "s3-object-created.key-special-chars": copied(
      "artifacts-111122223333/evidence/credit-risk/3/bias%20%26%20shap%20(2)%2B%C3%BC.json?versionId=c1",
    ),
    "s3-notification.test-event": [],
  };

  it("is in the table, or below it", () => {
    expect([...Object.keys(table), "s3-object-created.over-5gb"].sort()).toEqual(eventFixtures("s3-").sort());
  });

  it.each(Object.entries(table))("%s", async (name, expected) => {
    expect(await handler(queued(eventFixture(name)))).toEqual(failed());
    expect(writes()).toEqual(expected);
    expect(log.lines).toHaveLength(1);
  });

  it("s3-object-created.over-5gb goes in parts", async () => {
    s3.on(HeadObjectCommand).resolves({ ETag: '"f1d3ff8443297732862df21dc4e57262-768"' });
    s3.on(ListMultipartUploadsCommand).resolves({});
    s3.on(CreateMultipartUploadCommand).rejects(awsError("SlowDown"));
    expect(await handler(queued(eventFixture("s3-object-created.over-5gb")))).toEqual(failed("m1"));
    expect(writes().map(([operation]) => operation)).toEqual(["CreateMultipartUpload"]);
  });
});

describe("a batch", () => {
  const event = eventFixture("s3-object-created");
  const other = eventFixture("s3-object-created.event-version");

  it("retries what failed, and nothing else", async () => {
    s3.on(CopyObjectCommand)
      .resolvesOnce({ CopyObjectResult: { ChecksumSHA256: "sum" } })
      .rejectsOnce(awsError("SlowDown"))
      .resolvesOnce({ CopyObjectResult: { ChecksumSHA256: "sum" } });
    expect(await handler(queued(event, other, event))).toEqual(failed("m2"));
    expect(log.lines.map(({ effect, level }) => effect ?? level)).toEqual(["copied", "ERROR", "copied"]);
  });

  it.each([
    ["no JSON", "{"],
    ["an event without its object", { ...event, detail: {} }],
  ])("sends %s to the dead letters, and goes on", async (_, message) => {
    expect(await handler(queued(message, event))).toEqual(failed("m1"));
    expect(writes()).toHaveLength(1);
  });

  it("names the object in every line about it, in no other", async () => {
    await handler(queued(event, eventFixture("s3-notification.test-event")));
    expect(log.lines.map(({ level, effect, key }) => ({ level, effect, key }))).toEqual([
      { level: "INFO", effect: "copied", key: "evidence/credit-risk/3/statistics.json" },
      { level: "INFO", effect: "ignored", key: undefined },
    ]);
  });

  it("finds a bucket in whichever Region it lies", async () => {
    await handler(queued(event));
    expect(s3.calls().map(({ thisValue }) => thisValue.config.followRegionRedirects)).toEqual([true, true, true]);
  });

  it("names both buckets' owners, and says no checksum but S3's own", async () => {
    await handler(queued(event));
    expect(sent(s3).map(([, input]) => Object(input).ExpectedBucketOwner)).toEqual([
      "111122223333",
      "444455556666",
      "444455556666",
    ]);
    expect(log.lines).toMatchObject([{ checksums: { SHA256: "sum" } }]);
  });

  it("warns of an object that is gone", async () => {
    s3.on(HeadObjectCommand).rejects(awsError("NotFound"));
    expect(await handler(queued(event))).toEqual(failed());
    expect(log.lines).toEqual([expect.objectContaining({ level: "WARN", effect: "gone" })]);
  });

  it.each([{}, { Records: [{ messageId: "m1" }] }, undefined])("must come from a queue: %j", async (wrong) => {
    await expect(handler(wrong)).rejects.toThrow("the function must be behind an SQS queue");
  });
});
