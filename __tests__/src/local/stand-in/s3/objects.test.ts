import { createHash } from "node:crypto";
import { createS3 } from "../../../../../src/local/stand-in/s3";
import { ARTIFACTS, bucketResources, EVIDENCE, keyArn, ONCE } from "../../../../support/buckets";
import {
  as,
  caller,
  DEV,
  field,
  GOVERNANCE,
  listed,
  refusal,
  START,
  surroundings,
} from "../../../../support/surroundings";

const KEY = "evidence/bias report (v2)+é.json";
const BODY = '{"version":1}';
const sha256 = createHash("sha256").update(BODY).digest("base64");
const md5 = createHash("md5").update(BODY).digest("hex");

function world(resources = bucketResources()) {
  const { around, clock, heard } = surroundings(resources);
  const s3 = createS3(around);
  return { s3, clock, heard, dev: caller(s3, as(DEV, "team")), governance: caller(s3, as(GOVERNANCE, "start")) };
}

const copyOf = (versionId: string) => ({
  Bucket: EVIDENCE,
  Key: KEY,
  CopySource: `${ARTIFACTS}/${KEY.split("/").map(encodeURIComponent).join("/")}?versionId=${versionId}`,
  ExpectedBucketOwner: GOVERNANCE,
  ExpectedSourceBucketOwner: DEV,
});
const versionIdOf = (answer: unknown): string => String(field(answer, "VersionId"));

describe("an object", () => {
  it("is kept under the bucket's key and told to EventBridge, as AWS documents it", async () => {
    const { dev, heard } = world();
    const put = await dev("PutObject", { Bucket: ARTIFACTS, Key: KEY, Body: BODY, ContentType: "application/json" });
    expect(put).toEqual({
      ETag: `"${md5}"`,
      VersionId: expect.stringMatching(/^.{32}$/),
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: keyArn(DEV, "dev-key"),
      ChecksumCRC64NVME: expect.stringMatching(/^.{11}=$/),
      ChecksumType: "FULL_OBJECT",
    });
    expect(heard.events).toEqual([
      {
        "detail-type": "Object Created",
        source: "aws.s3",
        account: DEV,
        region: "us-east-1",
        resources: [`arn:aws:s3:::${ARTIFACTS}`],
        detail: {
          version: "0",
          bucket: { name: ARTIFACTS },
          object: {
            key: KEY,
            size: 13,
            etag: md5,
            "version-id": versionIdOf(put),
            sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
          },
          "request-id": expect.stringMatching(/^[0-9A-Z]{16}$/),
          requester: DEV,
          "source-ip-address": "10.0.1.23",
          reason: "PutObject",
        },
      },
    ]);
  });

  it("is read as the SDK gives it", async () => {
    const { dev } = world();
    const Metadata = { Author: "x" };
    await dev("PutObject", { Bucket: ARTIFACTS, Key: KEY, Body: BODY, Metadata, ChecksumAlgorithm: "SHA256" });
    const of = { Bucket: ARTIFACTS, Key: KEY, ChecksumMode: "ENABLED" };
    expect(await dev("HeadObject", of)).toMatchObject({
      ContentLength: 13,
      LastModified: START,
      Metadata: { author: "x" },
      ChecksumSHA256: sha256,
      ChecksumType: "FULL_OBJECT",
    });
    const Body = field(await dev("GetObject", of), "Body");
    if (!isBody(Body)) throw new Error("no body");
    expect(await Body.transformToString()).toBe(BODY);
    expect(Buffer.from(await Body.transformToByteArray()).toString()).toBe(BODY);
    const chunks: Uint8Array[] = [];
    for await (const chunk of Body) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(BODY);
  });

  it("is copied by version into another account, with SHA-256 and metadata of its own", async () => {
    const { dev, governance, heard, s3 } = world();
    const first = versionIdOf(await dev("PutObject", { Bucket: ARTIFACTS, Key: KEY, Body: BODY }));
    await dev("PutObject", { Bucket: ARTIFACTS, Key: KEY, Body: "changed" });
    const asked = { MetadataDirective: "REPLACE", Metadata: { from: first }, TaggingDirective: "REPLACE" };
    const copy = await dev("CopyObject", { ...copyOf(first), ...asked, ChecksumAlgorithm: "SHA256" });
    expect(copy).toMatchObject({
      CopyObjectResult: { ETag: `"${md5}"`, ChecksumSHA256: sha256, ChecksumType: "FULL_OBJECT" },
      CopySourceVersionId: first,
      SSEKMSKeyId: keyArn(GOVERNANCE, "evidence-key"),
    });
    expect(await governance("HeadObject", { Bucket: EVIDENCE, Key: KEY })).toMatchObject({ Metadata: { from: first } });
    expect(s3.keys(EVIDENCE)).toEqual([KEY]);
    expect(heard.notes.at(-1)).toContain("nobody is told");
  });

  it("is gone behind a deletion's marker, and its versions stay", async () => {
    const { dev, heard } = world();
    const versionId = versionIdOf(await dev("PutObject", { Bucket: ARTIFACTS, Key: KEY, Body: BODY }));
    const deleted = await dev("DeleteObject", { Bucket: ARTIFACTS, Key: KEY });
    expect(deleted).toMatchObject({ DeleteMarker: true });
    expect(await refusal(dev("GetObject", { Bucket: ARTIFACTS, Key: KEY }))).toMatch(/^NoSuchKey/);
    expect(await refusal(dev("HeadObject", { Bucket: ARTIFACTS, Key: KEY }))).toMatch(/^NotFound/);
    const of = { Bucket: ARTIFACTS, Key: KEY };
    expect(await refusal(dev("GetObject", { ...of, VersionId: versionIdOf(deleted) }))).toMatch(/^MethodNotAllowed/);
    expect(await dev("HeadObject", { ...of, VersionId: versionId })).toMatchObject({ ContentLength: 13 });
    expect(await dev("ListObjectVersions", { Bucket: ARTIFACTS })).toMatchObject({
      Versions: [{ VersionId: versionId, IsLatest: false, Size: 13 }],
      DeleteMarkers: [{ VersionId: versionIdOf(deleted), IsLatest: true }],
    });
    expect(heard.events.at(-1)?.detail).toMatchObject({ "deletion-type": "Delete Marker Created" });
  });
});

interface SdkBody extends AsyncIterable<Uint8Array> {
  transformToString(): Promise<string>;
  transformToByteArray(): Promise<Uint8Array>;
}
const isBody = (value: unknown): value is SdkBody =>
  typeof value === "object" && value !== null && "transformToString" in value && Symbol.asyncIterator in value;

describe("lists go on page by page", () => {
  it.each([1, 2, 3, 1000])("of %d", async (MaxKeys) => {
    const { dev } = world();
    for (const Key of ["a", "b", "a", "a/1"]) await dev("PutObject", { Bucket: ARTIFACTS, Key, Body: Key });
    const keys: string[] = [];
    let page: unknown;
    do {
      const markers = { KeyMarker: field(page, "NextKeyMarker"), VersionIdMarker: field(page, "NextVersionIdMarker") };
      page = await dev("ListObjectVersions", { Bucket: ARTIFACTS, MaxKeys, ...markers });
      keys.push(...listed(page, "Versions").map(({ Key, IsLatest }) => `${Key} ${IsLatest}`));
    } while (field(page, "IsTruncated") === true);
    expect(keys).toEqual(["a true", "a false", "a/1 true", "b true"]);
    const objects = await dev("ListObjectsV2", { Bucket: ARTIFACTS, Prefix: "a", MaxKeys: 1 });
    expect(objects).toMatchObject({ KeyCount: 1, IsTruncated: true, Contents: [{ Key: "a" }] });
    const rest = { Bucket: ARTIFACTS, Prefix: "a", ContinuationToken: field(objects, "NextContinuationToken") };
    expect(await dev("ListObjectsV2", rest)).toMatchObject({ IsTruncated: false, Contents: [{ Key: "a/1" }] });
  });
});

describe("an empty list isn't in the answer, as the SDK reads S3's XML", () => {
  it.each([
    ["ListObjectVersions", { Name: ARTIFACTS, IsTruncated: false }],
    ["ListObjectsV2", { Name: ARTIFACTS, Prefix: "", KeyCount: 0, IsTruncated: false }],
    ["ListMultipartUploads", { IsTruncated: false }],
  ])("%s", async (operation, answer) => {
    const { dev } = world();
    expect(await dev(operation, { Bucket: ARTIFACTS })).toStrictEqual(answer);
  });
});

describe("a write-once bucket", () => {
  const body = { Bucket: ONCE, Key: "verdict", Body: BODY };

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["PutObject", body, /^AccessDenied: PutObject: the policy of bucket written-once denies s3:PutObject by OnlyNew/],
    ["CopyObject", { Bucket: ONCE, Key: "x", CopySource: `${ONCE}/verdict` }, /^AccessDenied: CopyObject/],
    ["PutObject", { ...body, IfNoneMatch: "*" }, /^PreconditionFailed/],
    [
      "CopyObject",
      { Bucket: ONCE, Key: "verdict", CopySource: `${ONCE}/verdict`, IfNoneMatch: "*" },
      /^PreconditionFailed/,
    ],
    ["PutObject", { ...body, Key: "other", IfNoneMatch: "*" }, /^no refusal/],
    ["CreateMultipartUpload", { Bucket: ONCE, Key: "big" }, /^no refusal/],
  ])("answers %s %j", async (operation, input, answer) => {
    const { governance } = world();
    await governance("PutObject", { ...body, IfNoneMatch: "*" });
    expect(await refusal(governance(operation, input))).toMatch(answer);
  });

  it("lets one of two in that write at the same time", async () => {
    const { governance, clock } = world();
    await governance("PutObject", {
      Bucket: ONCE,
      Key: "source",
      Body: { syntheticSize: 1024 ** 3 },
      IfNoneMatch: "*",
    });
    const copy = { Bucket: ONCE, Key: "target", CopySource: `${ONCE}/source`, IfNoneMatch: "*" };
    const answers = [1, 2].map(() => refusal(governance("CopyObject", copy)));
    await clock.run();
    expect((await Promise.all(answers)).map((answer) => answer.split(":")[0]).sort()).toEqual([
      "PreconditionFailed",
      'no refusal but {"CopyObjectResult"',
    ]);
  });
});
