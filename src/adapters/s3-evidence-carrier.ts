import { CopyObjectCommand, HeadObjectCommand, ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";
import type { CreatedObject, EvidenceCarrier } from "../stages/copy";
import { isAwsError } from "./aws-error";
import { copyInParts } from "./s3-multipart-copy";

/** One bucket and its owner, sent with every call. */
export interface OwnedBucket {
  name: string;
  owner: string;
}

export interface CarrierBuckets {
  artifact: OwnedBucket;
  evidence: OwnedBucket;
  /** KMS key of the evidence bucket. */
  evidenceKeyArn: string;
}

/** Largest object that CopyObject takes, in bytes. */
const ONE_CALL = 5 * 1024 ** 3;

/** User metadata of a copy: which source version it is of. */
const SOURCE = { version: "source-version", etag: "source-etag" } as const;

/** Copies by S3 itself: the bytes never pass through the function. */
export function s3EvidenceCarrier(s3: S3Client, buckets: CarrierBuckets): EvidenceCarrier {
  return {
    has: (object) => hasCopy(s3, object, buckets.evidence),
    async carry(object) {
      try {
        await (object.size > ONE_CALL
          ? copyInParts(s3, object, source(object, buckets), target(object, buckets))
          : copyAtOnce(s3, object, buckets));
        return "carried";
      } catch (error) {
        // Of an unversioned bucket another object may lie there by now: its own event carries that one.
        if (isAwsError(error, "NoSuchKey", "NoSuchVersion", "PreconditionFailed")) return "gone";
        throw error;
      }
    },
  };
}

/** What identifies the source version; the ETag alone where the bucket keeps no versions. */
const identity = ({ versionId, etag }: CreatedObject): Record<string, string> => ({
  [SOURCE.etag]: etag,
  ...(versionId === undefined ? {} : { [SOURCE.version]: versionId }),
});

/** `bucket/key?versionId=…`, each part of the key URL-encoded, as the header wants it. */
export function source({ bucket, key, versionId, etag }: CreatedObject, { artifact }: CarrierBuckets) {
  const encoded = key.split("/").map(encodeURIComponent).join("/");
  return {
    CopySource: `${bucket}/${encoded}${versionId === undefined ? "" : `?versionId=${encodeURIComponent(versionId)}`}`,
    CopySourceIfMatch: `"${etag.replaceAll('"', "")}"`,
    ExpectedSourceBucketOwner: artifact.owner,
  };
}

export function target(object: CreatedObject, { evidence, evidenceKeyArn }: CarrierBuckets) {
  return {
    place: { Bucket: evidence.name, Key: object.key, ExpectedBucketOwner: evidence.owner },
    written: {
      Metadata: identity(object),
      ServerSideEncryption: "aws:kms" as const,
      SSEKMSKeyId: evidenceKeyArn,
    },
  };
}

async function copyAtOnce(s3: S3Client, object: CreatedObject, buckets: CarrierBuckets): Promise<void> {
  const { place, written } = target(object, buckets);
  const { CopyObjectResult } = await s3.send(
    new CopyObjectCommand({
      ...place,
      ...written,
      ...source(object, buckets),
      MetadataDirective: "REPLACE",
      // COPY would need the permission to read tags as soon as an object has one.
      TaggingDirective: "REPLACE",
      ChecksumAlgorithm: "SHA256",
    }),
  );
  if (CopyObjectResult?.ChecksumSHA256 === undefined) throw new Error(`${object.key}: S3 gave no SHA-256 of the copy`);
}

/** Whether any version of the key in the evidence bucket is a copy of this source version. */
async function hasCopy(s3: S3Client, object: CreatedObject, evidence: OwnedBucket): Promise<boolean> {
  const { Versions } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: evidence.name, Prefix: object.key, ExpectedBucketOwner: evidence.owner }),
  );
  for (const { Key, VersionId, Size } of Versions ?? []) {
    if (Key !== object.key || Size !== object.size || VersionId === undefined) continue;
    const head = await s3.send(
      new HeadObjectCommand({ Bucket: evidence.name, Key, VersionId, ExpectedBucketOwner: evidence.owner }),
    );
    if (isCopyOf(head.Metadata ?? {}, object)) return true;
  }
  return false;
}

const isCopyOf = (metadata: Readonly<Record<string, string>>, object: CreatedObject): boolean =>
  Object.entries(identity(object)).every(([name, value]) => metadata[name] === value);
