import { createHash } from "node:crypto";
import { GetObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { ObjectLocation } from "../contract/evidence-uri";
import { type EvidenceStore, MOST_VERSIONS, type ObjectVersion } from "../core/ports";
import { versionPages } from "./s3-keys";

/** Evidence in S3 buckets of one account. */
export function s3EvidenceStore(s3: S3Client, owner: string): EvidenceStore {
  const pinned = ({ bucket, key, versionId }: ObjectVersion) => ({
    Bucket: bucket,
    Key: key,
    ...(versionId === null ? {} : { VersionId: versionId }),
    ExpectedBucketOwner: owner,
  });
  const body = async (version: ObjectVersion) => {
    const { Body } = await s3.send(new GetObjectCommand(pinned(version)));
    if (Body === undefined) throw new Error(`s3://${version.bucket}/${version.key}: S3 answered without a body`);
    return Body;
  };
  return {
    versions: (at) => listVersions(s3, at, owner),
    async storedSha256(version) {
      const head = await s3.send(new HeadObjectCommand({ ...pinned(version), ChecksumMode: "ENABLED" }));
      // A multipart object's SHA-256 is one of its parts' digests, not of its bytes.
      if (head.ChecksumSHA256 === undefined || head.ChecksumType === "COMPOSITE") return undefined;
      return Buffer.from(head.ChecksumSHA256, "base64").toString("hex");
    },
    read: async (version) => (await body(version)).transformToByteArray(),
    async hash(version) {
      const hash = createHash("sha256");
      const stream = await body(version);
      if (!(Symbol.asyncIterator in stream)) throw new Error("the SDK's body can't be streamed");
      for await (const chunk of stream) hash.update(chunk);
      return hash.digest("hex");
    },
  };
}

/**
 * The newest versions of exactly this key, newest first; none where it was deleted last. A list is by prefix, and the shortest key
 * of a prefix comes first.
 */
export async function listVersions(
  s3: S3Client,
  { bucket, key }: ObjectLocation,
  owner: string,
): Promise<ObjectVersion[]> {
  const versions: ObjectVersion[] = [];
  for await (const page of versionPages(s3, { bucket, key }, owner)) {
    if (page.DeleteMarkers?.some((marker) => marker.Key === key && marker.IsLatest)) return [];
    const here = page.Versions?.filter((version) => version.Key === key) ?? [];
    versions.push(
      ...here.map(({ VersionId, Size }) => ({ bucket, key, versionId: VersionId ?? null, size: Size ?? 0 })),
    );
    if (page.NextKeyMarker !== key || versions.length >= MOST_VERSIONS) break;
  }
  return versions.slice(0, MOST_VERSIONS);
}
