import type { Input } from "../call-input";
import type { Bucket } from "./bucket";
import { sizeOf } from "./content";
import { lockOf } from "./lock";
import type { Stored } from "./stored";

/** S3 states times in whole seconds. */
export const wholeSeconds = (time: Date): Date => new Date(Math.floor(time.getTime() / 1000) * 1000);

/** The version id, where the bucket keeps versions. */
export const versionOf = ({ versioned }: Bucket, { versionId }: Stored) => (versioned ? { VersionId: versionId } : {});

/** What HeadObject says; checksums only when asked for. */
export function describeObject(bucket: Bucket, stored: Stored, input: Input) {
  return {
    ETag: `"${stored.etag}"`,
    ContentLength: sizeOf(stored.content),
    ContentType: stored.contentType,
    LastModified: wholeSeconds(stored.lastModified),
    Metadata: stored.metadata,
    ...versionOf(bucket, stored),
    ...encryptionOf(stored),
    ...lockOf(stored),
    ...(stored.replicationStatus === undefined ? {} : { ReplicationStatus: stored.replicationStatus }),
    ...(input.choice("ChecksumMode", ["ENABLED"]) === undefined ? {} : stored.checksums),
  };
}

export const encryptionOf = ({ kmsKeyArn }: Pick<Stored, "kmsKeyArn">) =>
  kmsKeyArn === undefined
    ? { ServerSideEncryption: "AES256" }
    : { ServerSideEncryption: "aws:kms", SSEKMSKeyId: kmsKeyArn };

/** A list of an answer: S3's XML has no element for an empty one, so the SDK leaves it out. */
export const filled = (name: string, items: readonly unknown[]): Readonly<Record<string, unknown>> =>
  items.length === 0 ? {} : { [name]: items };

/** UTF-8 binary order of keys. */
const byKey = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

const keysOf = (bucket: Bucket, prefix: string): string[] =>
  [...bucket.objects.keys()].filter((key) => key.startsWith(prefix)).sort(byKey);

/** Most entries of one page. */
const LONGEST_PAGE = 1000;
const pageSize = (input: Input): number => Math.min(input.number("MaxKeys", LONGEST_PAGE), LONGEST_PAGE);

/** Keys in order, versions of a key newest first, a page at a time. */
export function listVersions(bucket: Bucket, input: Input) {
  const all = keysOf(bucket, input.optionalText("Prefix") ?? "").flatMap((key) =>
    (bucket.objects.get(key) ?? []).toReversed().map((stored, index) => ({ stored, IsLatest: index === 0 })),
  );
  const rest = all.slice(firstAfter(all, input.optionalText("KeyMarker"), input.optionalText("VersionIdMarker")));
  const page = rest.slice(0, pageSize(input));
  const last = page.at(-1)?.stored;
  const more = page.length < rest.length;
  return {
    Name: bucket.name,
    ...filled("Versions", page.filter(({ stored }) => !stored.deleteMarker).map(versionEntry)),
    ...filled("DeleteMarkers", page.filter(({ stored }) => stored.deleteMarker).map(entryOf)),
    IsTruncated: more,
    ...(more ? { NextKeyMarker: last?.key, NextVersionIdMarker: last?.versionId } : {}),
  };
}

interface Listed {
  stored: Stored;
  IsLatest: boolean;
}

const entryOf = ({ stored, IsLatest }: Listed) => ({
  Key: stored.key,
  VersionId: stored.versionId,
  IsLatest,
  LastModified: wholeSeconds(stored.lastModified),
});

const versionEntry = (one: Listed) => ({
  ...entryOf(one),
  Size: sizeOf(one.stored.content),
  ETag: `"${one.stored.etag}"`,
});

/** Where a page begins: behind the version that the last one ended with, or behind all of its key. */
function firstAfter(
  all: readonly { stored: Stored }[],
  key: string | undefined,
  versionId: string | undefined,
): number {
  if (key === undefined) return 0;
  const named = all.findIndex(({ stored }) => stored.key === key && stored.versionId === versionId);
  if (named >= 0) return named + 1;
  const next = all.findIndex(({ stored }) => byKey(stored.key, key) > 0);
  return next < 0 ? all.length : next;
}

/** Keys that aren't deleted, in order, a page at a time. */
export function listObjects(bucket: Bucket, input: Input) {
  const prefix = input.optionalText("Prefix") ?? "";
  const after = input.optionalText("ContinuationToken") ?? "";
  const rest = keysOf(bucket, prefix)
    .map((key) => bucket.objects.get(key)?.at(-1))
    .filter((stored) => stored !== undefined)
    .filter((stored) => !stored.deleteMarker && byKey(stored.key, after) > 0);
  const page = rest.slice(0, pageSize(input));
  const more = page.length < rest.length;
  return {
    Name: bucket.name,
    Prefix: prefix,
    KeyCount: page.length,
    ...filled("Contents", page.map(objectEntry)),
    IsTruncated: more,
    ...(more ? { NextContinuationToken: page.at(-1)?.key } : {}),
  };
}

const objectEntry = (stored: Stored) => ({
  Key: stored.key,
  Size: sizeOf(stored.content),
  ETag: `"${stored.etag}"`,
  LastModified: wholeSeconds(stored.lastModified),
});
