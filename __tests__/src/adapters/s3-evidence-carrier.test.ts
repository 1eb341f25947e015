import { CopyObjectCommand, HeadObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { s3EvidenceCarrier } from "../../../src/adapters/s3-evidence-carrier";
import type { CreatedObject } from "../../../src/stages/copy";
import { awsError, sent } from "../../support/sdk-answers";

const s3 = mockClient(S3Client);
const KEY_ARN = "arn:aws:kms:us-east-1:444455556666:key/1234";
const carrier = s3EvidenceCarrier(new S3Client({ region: "us-east-1" }), {
  artifact: { name: "artifacts", owner: "111122223333" },
  evidence: { name: "evidence", owner: "444455556666" },
  evidenceKeyArn: KEY_ARN,
});
const object: CreatedObject = { bucket: "artifacts", key: "evidence/a.json", versionId: "s1", etag: "e1", size: 10 };
const GIB = 1024 ** 3;

const SOURCE_HEAD = {
  Bucket: "artifacts",
  Key: "evidence/a.json",
  VersionId: "s1",
  ExpectedBucketOwner: "111122223333",
  ChecksumMode: "ENABLED",
};
const COPY = {
  Bucket: "evidence",
  Key: "evidence/a.json",
  ExpectedBucketOwner: "444455556666",
  CopySource: "artifacts/evidence/a.json?versionId=s1",
  CopySourceIfMatch: '"e1"',
  ExpectedSourceBucketOwner: "111122223333",
  Metadata: { "source-etag": "e1", "source-version": "s1" },
  ContentType: "application/json",
  MetadataDirective: "REPLACE",
  TaggingDirective: "REPLACE",
  ServerSideEncryption: "aws:kms",
  SSEKMSKeyId: KEY_ARN,
  ChecksumAlgorithm: "SHA256",
};
const copies = () => sent(s3).filter(([operation]) => operation === "CopyObject");
/** The source's head, and a list of what the evidence bucket has, each with its head. */
function arrange(source: object, ...there: { id: string; size?: number; head: object }[]) {
  s3.on(HeadObjectCommand, { Bucket: "artifacts" }).resolves({
    ETag: '"e1"',
    ContentType: "application/json",
    ...source,
  });
  s3.on(ListObjectVersionsCommand).resolves({
    Versions: there.map(({ id, size = 10 }) => ({ Key: "evidence/a.json", VersionId: id, Size: size })),
  });
  for (const { id, head } of there) s3.on(HeadObjectCommand, { Bucket: "evidence", VersionId: id }).resolves(head);
  s3.on(CopyObjectCommand).resolves({ CopyObjectResult: { ChecksumSHA256: "sum", ChecksumType: "FULL_OBJECT" } });
}

beforeEach(() => s3.reset());

describe("an object up to 5 GB", () => {
  it("is copied by version, with its source's name, in one call", async () => {
    arrange({ ChecksumCRC64NVME: "crc", ChecksumType: "FULL_OBJECT" });
    expect(await carrier.carry(object)).toEqual({ effect: "copied", checksums: { SHA256: "sum" } });
    expect(sent(s3)).toEqual([
      ["HeadObject", SOURCE_HEAD],
      ["ListObjectVersions", { Bucket: "evidence", Prefix: "evidence/a.json", ExpectedBucketOwner: "444455556666" }],
      ["CopyObject", COPY],
    ]);
  });

  it("of exactly 5 GB still is", async () => {
    arrange({});
    expect(await carrier.carry({ ...object, size: 5 * GIB })).toMatchObject({ effect: "copied" });
    expect(copies()).toEqual([["CopyObject", COPY]]);
  });

  it.each([
    ["blanks and signs", "evidence/bias report (v2)+é.json", "artifacts/evidence/bias%20report%20(v2)%2B%C3%A9.json"],
    ["what looks encoded", "evidence/100%25?&=.json", "artifacts/evidence/100%2525%3F%26%3D.json"],
  ])("has %s of its key URL-encoded in the source alone", async (_, key, source) => {
    arrange({});
    await carrier.carry({ ...object, key, versionId: "a+b/c" });
    expect(copies()).toMatchObject([["CopyObject", { Key: key, CopySource: `${source}?versionId=a%2Bb%2Fc` }]]);
  });

  it("of a bucket without versions is copied by its ETag", async () => {
    arrange({});
    const { versionId: _, ...unversioned } = object;
    expect(await carrier.carry(unversioned)).toMatchObject({ effect: "copied" });
    const { VersionId: __, ...head } = SOURCE_HEAD;
    expect(sent(s3)[0]).toEqual(["HeadObject", head]);
    expect(copies()).toEqual([
      ["CopyObject", { ...COPY, CopySource: "artifacts/evidence/a.json", Metadata: { "source-etag": "e1" } }],
    ]);
  });
});

describe("a repeat", () => {
  const head = { Metadata: { "source-version": "s1", "source-etag": "e1" }, ChecksumSHA256: "sum" };

  it.each([
    ["as the newest version", [{ id: "v1", head }]],
    [
      "below a newer one",
      [
        { id: "v2", head: { Metadata: { "source-version": "s2", "source-etag": "e2" } } },
        { id: "v1", head },
      ],
    ],
  ])("known by its source version %s changes nothing", async (_, there) => {
    arrange({ ChecksumSHA256: "sum" }, ...there);
    expect(await carrier.carry(object)).toEqual({ effect: "repeat", checksums: { SHA256: "sum" } });
    expect(copies()).toEqual([]);
  });

  it.each<[string, { id: string; size?: number; head: object }]>([
    ["another source version", { id: "v1", head: { Metadata: { "source-version": "s0", "source-etag": "e1" } } }],
    ["another ETag", { id: "v1", head: { Metadata: { "source-version": "s1", "source-etag": "e0" } } }],
    ["another size", { id: "v1", size: 11, head }],
    ["no name of a source", { id: "v1", head: {} }],
  ])("isn't a version with %s", async (_, there) => {
    arrange({}, there);
    expect(await carrier.carry(object)).toMatchObject({ effect: "copied" });
  });
});

describe("checksums of source and copy", () => {
  it.each<[string, object, object[]]>([
    ["after copying", {}, []],
    [
      "at a repeat",
      { ChecksumSHA256: "sum" },
      [{ Metadata: { "source-version": "s1", "source-etag": "e1" }, ChecksumSHA256: "sum" }],
    ],
  ])("must be equal %s", async (_, __, heads) => {
    arrange({ ChecksumSHA256: "other" }, ...heads.map((head, index) => ({ id: `v${index}`, head })));
    await expect(carrier.carry(object)).rejects.toThrow(
      "artifacts/evidence/a.json version s1: SHA256 of the copy is sum, of the source other",
    );
  });

  it("of parts aren't those of the bytes", async () => {
    arrange({ ChecksumSHA256: "other-2", ChecksumType: "COMPOSITE" });
    expect(await carrier.carry(object)).toMatchObject({ effect: "copied" });
  });

  it("must be there", async () => {
    arrange({});
    s3.on(CopyObjectCommand).resolves({ CopyObjectResult: {} });
    await expect(carrier.carry(object)).rejects.toThrow("evidence/a.json: S3 gave no SHA-256 of the copy");
  });
});

describe("a source version that is no longer there", () => {
  it.each(["NotFound", "NoSuchKey", "NoSuchVersion"])("before copying (%s) is gone", async (name) => {
    arrange({});
    s3.on(HeadObjectCommand, { Bucket: "artifacts" }).rejects(awsError(name));
    expect(await carrier.carry(object)).toEqual({ effect: "gone", checksums: {} });
    expect(sent(s3)).toHaveLength(1);
  });

  it("but another object in its place is gone", async () => {
    arrange({ ETag: '"e2"' });
    expect(await carrier.carry(object)).toEqual({ effect: "gone", checksums: {} });
    expect(copies()).toEqual([]);
  });

  it.each(["NoSuchKey", "NoSuchVersion", "PreconditionFailed"])("while copying (%s) is gone", async (name) => {
    arrange({});
    s3.on(CopyObjectCommand).rejects(awsError(name));
    expect(await carrier.carry(object)).toEqual({ effect: "gone", checksums: {} });
  });
});

describe("any other error is thrown", () => {
  it.each(["AccessDenied", "SlowDown", "NoSuchBucket", "KMS.DisabledException"])("%s", async (name) => {
    s3.on(HeadObjectCommand).rejects(awsError(name));
    await expect(carrier.carry(object)).rejects.toMatchObject({ name });
    arrange({});
    s3.on(CopyObjectCommand).rejects(awsError(name));
    await expect(carrier.carry(object)).rejects.toMatchObject({ name });
    s3.on(ListObjectVersionsCommand).rejects(awsError(name));
    await expect(carrier.carry(object)).rejects.toMatchObject({ name });
  });
});
