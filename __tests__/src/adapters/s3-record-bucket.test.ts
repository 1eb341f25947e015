import {
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { s3RecordBucket } from "../../../src/adapters/s3-record-bucket";
import { awsError, bodyOf, sent } from "../../support/sdk-answers";

const s3 = mockClient(S3Client);
const bucket = s3RecordBucket(new S3Client({ region: "us-east-1" }), "records", "444455556666");
const at = { Bucket: "records", ExpectedBucketOwner: "444455556666" };
const NOON = new Date("2026-11-20T12:00:00Z");
const LATER = new Date("2026-11-20T12:00:01Z");
const one = (Key: string, VersionId: string, LastModified = NOON, IsLatest = false) => ({
  ...{ Key, VersionId, LastModified, IsLatest },
});

async function versionsBelow(beginning: string): Promise<string[]> {
  const listed: string[] = [];
  for await (const { key, versionId, isDeleteMarker, writtenAt } of bucket.versions(beginning)) {
    listed.push(
      `${key} ${versionId} ${isDeleteMarker ? "marker" : "version"} ${writtenAt.toISOString().slice(17, 19)}`,
    );
  }
  return listed;
}

beforeEach(() => s3.reset());

describe("versions", () => {
  it("come with delete markers, by key, then the newest first", async () => {
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [
        one("a", "a2", NOON),
        one("a", "a1", NOON),
        one("b", "b1", LATER, true),
        one("\u{1F600}", "e"),
        one("￿", "f"),
      ],
      DeleteMarkers: [one("a", "a3", LATER, true), one("c", "c2", NOON, true)],
    });
    expect(await versionsBelow("")).toEqual([
      "a a3 marker 01",
      "a a2 version 00",
      "a a1 version 00",
      "b b1 version 01",
      "c c2 marker 00",
      "￿ f version 00",
      "\u{1F600} e version 00",
    ]);
  });

  it("of one second: a marker that is the latest comes before what it deletes", async () => {
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [one("a", "a1", NOON)],
      DeleteMarkers: [one("a", "a2", NOON, true)],
    });
    expect(await versionsBelow("")).toEqual(["a a2 marker 00", "a a1 version 00"]);
  });

  it("are read page by page", async () => {
    const first = { ...at, Prefix: "records/" };
    const second = { ...first, KeyMarker: "a", VersionIdMarker: "a2" };
    s3.on(ListObjectVersionsCommand, first).resolves({
      Versions: [one("a", "a2")],
      ...{ IsTruncated: true, NextKeyMarker: "a", NextVersionIdMarker: "a2" },
    });
    s3.on(ListObjectVersionsCommand, second).resolves({ Versions: [one("a", "a1")] });
    expect(await versionsBelow("records/")).toEqual(["a a2 version 00", "a a1 version 00"]);
    expect(sent(s3)).toEqual([
      ["ListObjectVersions", first],
      ["ListObjectVersions", second],
    ]);
  });

  it("are none in an empty bucket", async () => {
    s3.on(ListObjectVersionsCommand).resolves({});
    expect(await versionsBelow("")).toEqual([]);
  });
});

it("lists keys page by page", async () => {
  const first = { ...at, Prefix: "records/" };
  s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: "b" }] });
  s3.on(ListObjectsV2Command, first, true).resolves({ Contents: [{ Key: "a" }], NextContinuationToken: "next" });
  expect(await bucket.keys("records/")).toEqual(["a", "b"]);
  expect(sent(s3).map(([, input]) => input)).toEqual([first, { ...first, ContinuationToken: "next" }]);
});

it("reads the version that is asked for", async () => {
  s3.on(GetObjectCommand, { ...at, Key: "a", VersionId: "v1" }).resolves({ Body: bodyOf("{}") });
  expect(Buffer.from(await bucket.readAt("a", "v1")).toString()).toBe("{}");
  s3.on(GetObjectCommand).resolves({});
  await expect(bucket.readAt("a", "v1")).rejects.toThrow("s3://records/a: S3 answered without a body");
});

it("writes a key once", async () => {
  s3.on(PutObjectCommand).resolvesOnce({}).rejects(awsError("PreconditionFailed"));
  expect([await bucket.write("a", "{}"), await bucket.write("a", "{}")]).toEqual(["written", "exists"]);
});

it.each(["AccessDenied", "NoSuchBucket", "NoSuchVersion", "SlowDown"])("throws %s", async (name) => {
  s3.rejects(awsError(name));
  await expect(versionsBelow("")).rejects.toMatchObject({ name });
  await expect(bucket.keys("")).rejects.toMatchObject({ name });
  await expect(bucket.readAt("a", "v1")).rejects.toMatchObject({ name });
});
