import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import type { CreatedObject } from "../stages/copy";
import type { source, target } from "./s3-evidence-carrier";

/** Parts of 1 GiB: an object of 10 TB stays under the limit of 10,000 parts, and S3 copies one within seconds. */
const PART = 1024 ** 3;

/** Parts under way at once. */
const AT_ONCE = 16;

type Source = ReturnType<typeof source>;
type Target = ReturnType<typeof target>;
type Part = { PartNumber: number; ETag: string };

/**
 * Copies an object above 5 GB in parallel parts, and compares the full-object CRC64NVME of both. No SHA-256 is claimed:
 * S3 has none of a multipart object's bytes.
 * @throws Error where the checksums differ or one is missing, after taking the unfinished upload away
 */
export async function copyInParts(
  s3: S3Client,
  object: CreatedObject,
  from: Source,
  { place, written }: Target,
): Promise<void> {
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      ...place,
      ...written,
      ChecksumAlgorithm: "CRC64NVME",
      ChecksumType: "FULL_OBJECT",
    }),
  );
  if (UploadId === undefined) throw new Error(`${object.key}: S3 gave no upload id`);
  const upload = { ...place, UploadId };
  try {
    const expected = await sourceChecksum(s3, object, from);
    const parts = await copyParts(s3, object, from, upload);
    // S3 compares the whole object with this checksum, and refuses to complete another.
    await s3.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts: parts },
        ChecksumType: "FULL_OBJECT",
        ...(expected === undefined ? {} : { ChecksumCRC64NVME: expected }),
        MpuObjectSize: object.size,
      }),
    );
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand(upload));
    throw error;
  }
}

/** The source's full-object CRC64NVME; S3 computes one for every object uploaded without another checksum. */
async function sourceChecksum(
  s3: S3Client,
  { bucket, key, versionId }: CreatedObject,
  { ExpectedSourceBucketOwner }: Source,
): Promise<string | undefined> {
  const { ChecksumCRC64NVME, ChecksumType } = await s3.send(
    new HeadObjectCommand({
      Bucket: bucket,
      Key: key,
      ...(versionId === undefined ? {} : { VersionId: versionId }),
      ExpectedBucketOwner: ExpectedSourceBucketOwner,
      ChecksumMode: "ENABLED",
    }),
  );
  return ChecksumType === "COMPOSITE" ? undefined : ChecksumCRC64NVME;
}

async function copyParts(
  s3: S3Client,
  { size, key }: CreatedObject,
  from: Source,
  upload: Target["place"] & { UploadId: string },
): Promise<Part[]> {
  const waiting = Array.from({ length: Math.ceil(size / PART) }, (_, index) => index + 1);
  const parts: Part[] = [];
  const copyNext = async (): Promise<void> => {
    for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
      const first = (number - 1) * PART;
      const last = Math.min(size, first + PART) - 1;
      const { CopyPartResult } = await s3.send(
        new UploadPartCopyCommand({
          ...upload,
          ...from,
          PartNumber: number,
          CopySourceRange: `bytes=${first}-${last}`,
        }),
      );
      if (CopyPartResult?.ETag === undefined) throw new Error(`${key}: S3 gave no ETag for part ${number}`);
      parts.push({ PartNumber: number, ETag: CopyPartResult.ETag });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, copyNext));
  return parts.sort((one, other) => one.PartNumber - other.PartNumber);
}
