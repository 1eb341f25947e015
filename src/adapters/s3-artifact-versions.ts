import { HeadObjectCommand, type ObjectVersion, type S3Client } from "@aws-sdk/client-s3";
import type { CreatedObject } from "../stages/copy";
import { type ArtifactVersions, SyncError } from "../stages/sync";
import { versionPages } from "./s3-keys";
import type { OwnedBucket } from "./s3-object-copy";

/** Versions in a dev account's artifact bucket, read by a person. */
export function s3ArtifactVersions(s3: S3Client, { name, owner }: OwnedBucket): ArtifactVersions {
  return {
    async *current(prefix) {
      const refused = (error: unknown) =>
        explained(error, `listing s3://${name}/${prefix}`, `s3:ListBucketVersions on ${name}`, owner);
      for await (const { Versions = [] } of orElse(versionPages(s3, { bucket: name, key: prefix }, owner), refused)) {
        yield* Versions.filter(({ IsLatest }) => IsLatest).map((version) => createdObject(name, version));
      }
    },
    async replicationStatus({ key, versionId }) {
      const VersionId = versionId === undefined ? {} : { VersionId: versionId };
      try {
        const at = { Bucket: name, Key: key, ...VersionId, ExpectedBucketOwner: owner };
        return (await s3.send(new HeadObjectCommand(at))).ReplicationStatus;
      } catch (error) {
        const needed = `s3:GetObject and s3:GetObjectVersion on ${name}`;
        throw explained(error, `looking at s3://${name}/${key} version ${versionId ?? "none"}`, needed, owner);
      }
    },
  };
}

/** The same items; what goes wrong with them is said otherwise. */
async function* orElse<T>(items: AsyncIterable<T>, say: (error: unknown) => Error): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    throw say(error);
  }
}

/** As S3's event names it. A version from before the bucket kept any is listed as "null", which no event says. */
function createdObject(bucket: string, { Key, VersionId, ETag, Size }: ObjectVersion): CreatedObject {
  if (Key === undefined || ETag === undefined || Size === undefined) {
    throw new Error(`S3 listed a version without key, ETag or size (key ${Key ?? "none"})`);
  }
  const versionId = VersionId === undefined || VersionId === "null" ? {} : { versionId: VersionId };
  return { bucket, key: Key, ...versionId, etag: ETag.replaceAll('"', ""), size: Size };
}

/** What AWS refused, where, and what is needed for it. */
export function explained(error: unknown, doing: string, needed: string, account: string): SyncError {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new SyncError(
    `${doing}: ${why}; needed are credentials of account ${account} with ${needed}. Then run it again: a repeat changes nothing`,
    { cause: error },
  );
}
