import type { CreatedObject } from "../stages/copy";

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

/** User metadata of a copy: which source version it is of. */
const SOURCE = { version: "source-version", etag: "source-etag" } as const;

/** What identifies the source version; the ETag alone where the bucket keeps no versions. */
export const sourceIdentity = ({ versionId, etag }: CreatedObject): Record<string, string> => ({
  [SOURCE.etag]: etag,
  ...(versionId === undefined ? {} : { [SOURCE.version]: versionId }),
});

/** Inputs that the calls of one copy share, whether it is made at once or in parts. */
export type ObjectCopy = ReturnType<typeof planCopy>;

/**
 * @param contentType the source's, which replaced metadata would lose
 * @param key the copy's, where it isn't the source's
 */
export function planCopy(
  object: CreatedObject,
  { artifact, evidence, evidenceKeyArn }: CarrierBuckets,
  contentType: string | undefined,
  key = object.key,
) {
  return {
    size: object.size,
    place: { Bucket: evidence.name, Key: key, ExpectedBucketOwner: evidence.owner },
    from: {
      CopySource: copySource(object),
      CopySourceIfMatch: quoted(object.etag),
      ExpectedSourceBucketOwner: artifact.owner,
    },
    written: {
      Metadata: sourceIdentity(object),
      ...(contentType === undefined ? {} : { ContentType: contentType }),
      ServerSideEncryption: "aws:kms" as const,
      SSEKMSKeyId: evidenceKeyArn,
    },
  };
}

/** An ETag as S3's answers have it; events have it bare. */
export const quoted = (etag: string): string => `"${etag.replaceAll('"', "")}"`;

/** `bucket/key?versionId=…`, each part of the key URL-encoded, as the header wants it. */
function copySource({ bucket, key, versionId }: CreatedObject): string {
  const encoded = key.split("/").map(encodeURIComponent).join("/");
  return `${bucket}/${encoded}${versionId === undefined ? "" : `?versionId=${encodeURIComponent(versionId)}`}`;
}

/** Checksums of an object's whole bytes, by S3's names, base64. */
export interface Checksums {
  SHA256?: string;
  CRC64NVME?: string;
}

/** The checksums that an answer of S3 has; a composite one is of the parts' checksums, not of the bytes. */
export function wholeChecksums(answer: {
  ChecksumSHA256?: string | undefined;
  ChecksumCRC64NVME?: string | undefined;
  ChecksumType?: string | undefined;
}): Checksums {
  const { ChecksumSHA256, ChecksumCRC64NVME, ChecksumType } = answer;
  if (ChecksumType === "COMPOSITE") return {};
  return {
    ...(ChecksumSHA256 === undefined ? {} : { SHA256: ChecksumSHA256 }),
    ...(ChecksumCRC64NVME === undefined ? {} : { CRC64NVME: ChecksumCRC64NVME }),
  };
}
