import { GetObjectCommand, HeadObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { s3EvidenceStore } from "../../../src/adapters/s3-evidence-store";
import { MOST_VERSIONS } from "../../../src/core/ports";
import { sha256 } from "../../../src/core/verdict";
import { awsError, bodyOf, sent } from "../../support/sdk-answers";

const s3 = mockClient(S3Client);
const store = s3EvidenceStore(new S3Client({ region: "us-east-1" }), "444455556666");
const AT = { bucket: "evidence", key: "a.json" };
const version = { ...AT, versionId: "v1", size: 4 };
const pinned = { Bucket: "evidence", Key: "a.json", VersionId: "v1", ExpectedBucketOwner: "444455556666" };

beforeEach(() => s3.reset());

describe("versions", () => {
  it.each<[string, object, unknown[]]>([
    ["none", {}, []],
    [
      "those of the key alone, newest first",
      {
        Versions: [
          { Key: "a.json", VersionId: "v2", Size: 5 },
          { Key: "a.json", VersionId: "v1", Size: 4 },
          { Key: "a.json.bak", VersionId: "v3", Size: 6 },
        ],
        DeleteMarkers: [{ Key: "a.json", VersionId: "d", IsLatest: false }],
        IsTruncated: false,
        NextKeyMarker: "a.json",
      },
      [{ ...version, versionId: "v2", size: 5 }, version],
    ],
    [
      "none of a key that was deleted last",
      {
        Versions: [{ Key: "a.json", VersionId: "v1", Size: 4 }],
        DeleteMarkers: [{ Key: "a.json", VersionId: "d", IsLatest: true }],
      },
      [],
    ],
    [
      "those of a key that begins another one, which was deleted",
      {
        Versions: [{ Key: "a.json", VersionId: "v1", Size: 4 }],
        DeleteMarkers: [{ Key: "a.json.bak", VersionId: "d", IsLatest: true }],
      },
      [version],
    ],
  ])("%s", async (_, page, expected) => {
    s3.on(ListObjectVersionsCommand).resolves(page);
    expect(await store.versions(AT)).toEqual(expected);
    expect(sent(s3)).toEqual([
      ["ListObjectVersions", { Bucket: "evidence", Prefix: "a.json", ExpectedBucketOwner: "444455556666" }],
    ]);
  });

  it("reads on while the key goes on, and no further", async () => {
    const page = (VersionId: string, NextKeyMarker: string) => ({
      Versions: [{ Key: "a.json", VersionId, Size: 4 }],
      IsTruncated: true,
      NextKeyMarker,
      NextVersionIdMarker: VersionId,
    });
    s3.on(ListObjectVersionsCommand).resolvesOnce(page("v2", "a.json")).resolvesOnce(page("v1", "b.json"));
    expect(await store.versions(AT)).toEqual([{ ...version, versionId: "v2" }, version]);
    expect(sent(s3).map(([, input]) => input)).toEqual([
      { Bucket: "evidence", Prefix: "a.json", ExpectedBucketOwner: "444455556666" },
      {
        Bucket: "evidence",
        Prefix: "a.json",
        ExpectedBucketOwner: "444455556666",
        KeyMarker: "a.json",
        VersionIdMarker: "v2",
      },
    ]);
  });
});

it("looks at the newest thousand versions of a key that has very many, and lists no further", async () => {
  const Versions = Array.from({ length: 600 }, (_, at) => ({ Key: "a.json", VersionId: `v${at}`, Size: 4 }));
  s3.on(ListObjectVersionsCommand).resolves({ Versions, IsTruncated: true, NextKeyMarker: "a.json" });
  expect(await store.versions(AT)).toHaveLength(MOST_VERSIONS);
  expect(sent(s3)).toHaveLength(2);
});

describe("the stored SHA-256", () => {
  const digest = sha256("body");
  const ChecksumSHA256 = Buffer.from(digest, "hex").toString("base64");

  it.each<[string, object, string | undefined]>([
    ["of a whole object", { ChecksumSHA256, ChecksumType: "FULL_OBJECT" }, digest],
    ["of one whose type isn't said", { ChecksumSHA256 }, digest],
    ["of parts isn't one", { ChecksumSHA256: `${ChecksumSHA256}-2`, ChecksumType: "COMPOSITE" }, undefined],
    ["isn't there with another checksum", { ChecksumCRC64NVME: "AAAA", ChecksumType: "FULL_OBJECT" }, undefined],
  ])("%s", async (_, head, expected) => {
    s3.on(HeadObjectCommand).resolves(head);
    expect(await store.storedSha256(version)).toBe(expected);
    expect(sent(s3)).toEqual([["HeadObject", { ...pinned, ChecksumMode: "ENABLED" }]]);
  });
});

describe("bytes", () => {
  it("are read of the pinned version", async () => {
    s3.on(GetObjectCommand).resolves({ Body: bodyOf("body") });
    expect(Buffer.from(await store.read(version)).toString()).toBe("body");
    expect(sent(s3)).toEqual([["GetObject", pinned]]);
  });

  it("are hashed as they come", async () => {
    s3.on(GetObjectCommand).resolves({ Body: bodyOf("body") });
    expect(await store.hash(version)).toBe(sha256("body"));
    expect(sent(s3)).toEqual([["GetObject", pinned]]);
  });

  it("must be there", async () => {
    s3.on(GetObjectCommand).resolves({});
    await expect(store.read(version)).rejects.toThrow("s3://evidence/a.json: S3 answered without a body");
  });
});

describe("an error of AWS is thrown, never taken for an absent report", () => {
  it.each(["AccessDenied", "SlowDown", "NoSuchBucket", "NoSuchKey", "NoSuchVersion", "NotFound"])(
    "%s",
    async (name) => {
      s3.rejects(awsError(name));
      for (const call of [store.versions(AT), store.storedSha256(version), store.read(version), store.hash(version)]) {
        await expect(call).rejects.toMatchObject({ name });
      }
    },
  );
});
