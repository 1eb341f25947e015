import { CopyObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import type { Carried, CreatedObject, EvidenceCarrier } from "../stages/copy";
import { isAwsError } from "./aws-error";
import { listVersions } from "./s3-evidence-store";
import { copyInParts } from "./s3-multipart-copy";
import {
  type CarrierBuckets,
  type Checksums,
  type ObjectCopy,
  type OwnedBucket,
  planCopy,
  quoted,
  sourceIdentity,
  wholeChecksums,
} from "./s3-object-copy";

/** Largest object that CopyObject takes, in bytes. */
const ONE_CALL = 5 * 1024 ** 3;

/** Copies by S3 itself: the bytes never pass through the function. */
export function s3EvidenceCarrier(s3: S3Client, buckets: CarrierBuckets): EvidenceCarrier {
  return {
    async carry(object) {
      const source = await headSource(s3, object, buckets.artifact);
      if (source === undefined) return GONE;
      const expected = wholeChecksums(source);
      const before = await existingCopy(s3, object, buckets.evidence);
      const checksums = before ?? (await write(s3, planCopy(object, buckets, source.ContentType), expected));
      if (checksums === "gone") return GONE;
      requireEqual(expected, checksums, object);
      return { effect: before === undefined ? "copied" : "repeat", checksums: { ...checksums } };
    },
  };
}

const GONE: Carried = { effect: "gone", checksums: {} };

/** The source version's head; undefined where it was deleted, or, without versions, replaced. */
async function headSource(
  s3: S3Client,
  { bucket, key, versionId, etag }: CreatedObject,
  artifact: OwnedBucket,
): Promise<HeadObjectCommandOutput | undefined> {
  try {
    const head = await s3.send(
      new HeadObjectCommand({
        Bucket: bucket,
        Key: key,
        ...(versionId === undefined ? {} : { VersionId: versionId }),
        ExpectedBucketOwner: artifact.owner,
        ChecksumMode: "ENABLED",
      }),
    );
    return head.ETag === quoted(etag) ? head : undefined;
  } catch (error) {
    if (isAwsError(error, "NotFound", "NoSuchKey", "NoSuchVersion")) return undefined;
    throw error;
  }
}

/** Checksums of a version in the evidence bucket that is a copy of this source version, where there is one. */
async function existingCopy(
  s3: S3Client,
  object: CreatedObject,
  { name, owner }: OwnedBucket,
): Promise<Checksums | undefined> {
  const identity = Object.entries(sourceIdentity(object));
  for (const { versionId, size } of await listVersions(s3, { bucket: name, key: object.key }, owner)) {
    if (size !== object.size || versionId === null) continue;
    const head = await s3.send(
      new HeadObjectCommand({
        Bucket: name,
        Key: object.key,
        VersionId: versionId,
        ExpectedBucketOwner: owner,
        ChecksumMode: "ENABLED",
      }),
    );
    if (identity.every(([field, value]) => head.Metadata?.[field] === value)) return wholeChecksums(head);
  }
  return undefined;
}

async function write(s3: S3Client, plan: ObjectCopy, expected: Checksums): Promise<Checksums | "gone"> {
  try {
    return await (plan.size > ONE_CALL ? copyInParts(s3, plan, expected.CRC64NVME) : copyAtOnce(s3, plan));
  } catch (error) {
    // Of an unversioned bucket another object may lie there by now: its own event carries that one.
    if (isAwsError(error, "NoSuchKey", "NoSuchVersion", "PreconditionFailed")) return "gone";
    throw error;
  }
}

async function copyAtOnce(s3: S3Client, { place, written, from }: ObjectCopy): Promise<Checksums> {
  const { CopyObjectResult } = await s3.send(
    new CopyObjectCommand({
      ...place,
      ...written,
      ...from,
      MetadataDirective: "REPLACE",
      // COPY would need the permission to read tags as soon as an object has one.
      TaggingDirective: "REPLACE",
      ChecksumAlgorithm: "SHA256",
    }),
  );
  const checksums = wholeChecksums(CopyObjectResult ?? {});
  if (checksums.SHA256 === undefined) throw new Error(`${place.Key}: S3 gave no SHA-256 of the copy`);
  return checksums;
}

function requireEqual(source: Checksums, copy: Checksums, { bucket, key, versionId }: CreatedObject): void {
  for (const algorithm of ["SHA256", "CRC64NVME"] as const) {
    const [expected, found] = [source[algorithm], copy[algorithm]];
    if (expected === undefined || found === undefined || expected === found) continue;
    throw new Error(
      `${bucket}/${key} version ${versionId ?? "none"}: ${algorithm} of the copy is ${found}, of the source ${expected}; look at the evidence bucket's copy`,
    );
  }
}
