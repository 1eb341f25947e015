import { HeadObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { s3ArtifactVersions } from "../../../src/adapters/s3-artifact-versions";
import type { CreatedObject } from "../../../src/stages/copy";
import { SyncError } from "../../../src/stages/sync";
import { awsError, sent } from "../../support/sdk-answers";

const s3 = mockClient(S3Client);
const versions = s3ArtifactVersions(new S3Client({ region: "us-east-1" }), {
  ...{ name: "artifacts", owner: "111122223333" },
});
const listed = (Key: string, change: object = {}) => ({
  ...{ Key, VersionId: "v1", IsLatest: true, ETag: '"e1"', Size: 10 },
  ...change,
});
const object: CreatedObject = { bucket: "artifacts", key: "evidence/a", versionId: "v1", etag: "e1", size: 10 };

async function current(): Promise<CreatedObject[]> {
  const found: CreatedObject[] = [];
  for await (const one of versions.current("evidence/")) found.push(one);
  return found;
}

beforeEach(() => s3.reset());

describe("current versions", () => {
  it("are those that S3 calls the latest, of all pages, and no delete marker", async () => {
    s3.on(ListObjectVersionsCommand)
      .resolvesOnce({
        Versions: [listed("evidence/a"), listed("evidence/a", { VersionId: "v0", IsLatest: false })],
        DeleteMarkers: [{ Key: "evidence/b", VersionId: "d1", IsLatest: true }],
        ...{ IsTruncated: true, NextKeyMarker: "evidence/b", NextVersionIdMarker: "d1" },
      })
      .resolvesOnce({ Versions: [listed("evidence/c", { ETag: '"e3-9"', Size: 0 })] });
    expect(await current()).toEqual([object, { ...object, key: "evidence/c", etag: "e3-9", size: 0 }]);
    const list = { Bucket: "artifacts", Prefix: "evidence/", ExpectedBucketOwner: "111122223333" };
    expect(sent(s3)).toEqual([
      ["ListObjectVersions", list],
      ["ListObjectVersions", { ...list, KeyMarker: "evidence/b", VersionIdMarker: "d1" }],
    ]);
  });

  it("from before the bucket kept versions have no id, as in their event", async () => {
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [listed("evidence/a", { VersionId: "null" })] });
    const { versionId: _, ...unversioned } = object;
    expect(await current()).toEqual([unversioned]);
  });

  it.each(["Key", "ETag", "Size"])("without %s are no answer of S3's", async (field) => {
    s3.on(ListObjectVersionsCommand).resolves({ Versions: [listed("evidence/a", { [field]: undefined })] });
    await expect(current()).rejects.toThrow("S3 listed a version without key, ETag or size");
  });

  it("that can't be listed: which bucket, why, and what is needed", async () => {
    s3.on(ListObjectVersionsCommand).rejects(awsError("AccessDenied", "no"));
    const refused = current();
    await expect(refused).rejects.toBeInstanceOf(SyncError);
    await expect(refused).rejects.toThrow(
      "listing s3://artifacts/evidence/: AccessDenied: no; needed are credentials of account 111122223333 with s3:ListBucketVersions on artifacts",
    );
  });
});

describe("the replication of a version", () => {
  it("is asked by its id", async () => {
    s3.on(HeadObjectCommand).resolves({ ReplicationStatus: "FAILED" });
    expect(await versions.replicationStatus(object)).toBe("FAILED");
    const head = { Bucket: "artifacts", Key: "evidence/a", VersionId: "v1", ExpectedBucketOwner: "111122223333" };
    expect(sent(s3)).toEqual([["HeadObject", head]]);
  });

  it("isn't there where S3 never replicated it", async () => {
    s3.on(HeadObjectCommand).resolves({});
    const { versionId: _, ...unversioned } = object;
    expect(await versions.replicationStatus(unversioned)).toBeUndefined();
    expect(sent(s3)[0]?.[1]).not.toHaveProperty("VersionId");
  });

  it("that can't be asked for: which object, why, and what is needed", async () => {
    s3.on(HeadObjectCommand).rejects(awsError("403", "UnknownError"));
    await expect(versions.replicationStatus(object)).rejects.toThrow(
      "looking at s3://artifacts/evidence/a version v1: 403: UnknownError; needed are credentials of account 111122223333 with s3:GetObject and s3:GetObjectVersion on artifacts",
    );
  });
});
