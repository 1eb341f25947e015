import type { Input } from "../call-input";
import type { Bucket } from "./bucket";
import { type Stored, sizeOf } from "./stored";

/** The version id, where the bucket keeps versions. */
export const versionOf = ({ versioned }: Bucket, { versionId }: Stored) => (versioned ? { VersionId: versionId } : {});

/** What HeadObject says; checksums only when asked for. */
export function describe(stored: Stored, input: Input) {
  return {
    ETag: `"${stored.etag}"`,
    ContentLength: sizeOf(stored.content),
    ContentType: stored.contentType,
    LastModified: stored.lastModified,
    Metadata: stored.metadata,
    VersionId: stored.versionId,
    ...(stored.kmsKeyArn === undefined ? {} : { ServerSideEncryption: "aws:kms", SSEKMSKeyId: stored.kmsKeyArn }),
    ...(stored.replicationStatus === undefined ? {} : { ReplicationStatus: stored.replicationStatus }),
    ...(input.choice("ChecksumMode", ["ENABLED"]) === undefined ? {} : stored.checksums),
  };
}

/** Keys in order, versions of a key newest first, a page at a time. */
export function listVersions(bucket: Bucket, input: Input) {
  const prefix = input.optionalText("Prefix") ?? "";
  const all = [...bucket.objects.keys()]
    .filter((key) => key.startsWith(prefix))
    .sort()
    .flatMap((key) =>
      [...(bucket.objects.get(key) ?? [])].reverse().map((stored, index) => ({ stored, IsLatest: index === 0 })),
    );
  const after = all.findIndex(
    ({ stored }) =>
      stored.key === input.optionalText("KeyMarker") && stored.versionId === input.optionalText("VersionIdMarker"),
  );
  const rest = all.slice(after + 1);
  const page = rest.slice(0, input.number("MaxKeys", 1000));
  const entry = ({ stored, IsLatest }: (typeof all)[number]) => ({
    Key: stored.key,
    VersionId: stored.versionId,
    IsLatest,
    LastModified: stored.lastModified,
  });
  const last = page.at(-1)?.stored;
  return {
    Versions: page
      .filter(({ stored }) => !stored.deleteMarker)
      .map((one) => ({ ...entry(one), Size: sizeOf(one.stored.content), ETag: `"${one.stored.etag}"` })),
    DeleteMarkers: page.filter(({ stored }) => stored.deleteMarker).map(entry),
    IsTruncated: page.length < rest.length,
    ...(page.length < rest.length ? { NextKeyMarker: last?.key, NextVersionIdMarker: last?.versionId } : {}),
  };
}
