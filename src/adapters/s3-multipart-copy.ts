import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { type Checksums, type ObjectCopy, wholeChecksums } from "./s3-object-copy";

/** Least size of a part, in bytes: S3 copies one within seconds. */
const PART = 1024 ** 3;

/** Parts that an upload may have. */
const MOST_PARTS = 10_000;

/** Parts under way at once. */
const AT_ONCE = 16;

type Upload = ObjectCopy["place"] & { UploadId: string };

/**
 * Copies an object above 5 GB in parallel parts. S3 compares the full-object CRC64NVME of the copy with the source's.
 * No SHA-256 is claimed: S3 has none of a multipart object's bytes.
 * @param expected the source's full-object CRC64NVME, where it has one (an uploader may have chosen another checksum)
 * @throws what S3 says, after taking the unfinished upload away
 */
export async function copyInParts(s3: S3Client, plan: ObjectCopy, expected: string | undefined): Promise<Checksums> {
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      ...plan.place,
      ...plan.written,
      ChecksumAlgorithm: "CRC64NVME",
      ChecksumType: "FULL_OBJECT",
    }),
  );
  if (UploadId === undefined) throw new Error(`${plan.place.Key}: S3 gave no upload id`);
  const upload = { ...plan.place, UploadId };
  try {
    return await fill(s3, plan, upload, expected);
  } catch (error) {
    await abort(s3, upload, error);
    throw error;
  }
}

async function fill(s3: S3Client, plan: ObjectCopy, upload: Upload, expected: string | undefined): Promise<Checksums> {
  const parts = await copyParts(s3, plan, upload);
  const completed = await s3.send(
    new CompleteMultipartUploadCommand({
      ...upload,
      MultipartUpload: { Parts: parts },
      ChecksumType: "FULL_OBJECT",
      ...(expected === undefined ? {} : { ChecksumCRC64NVME: expected }),
      MpuObjectSize: plan.size,
    }),
  );
  const checksums = wholeChecksums(completed);
  if (checksums.CRC64NVME === undefined) throw new Error(`${plan.place.Key}: S3 gave no CRC64NVME of the copy`);
  return checksums;
}

/** All parts in their order; after a failure no further part is begun, and those under way are waited for. */
async function copyParts(s3: S3Client, plan: ObjectCopy, upload: Upload): Promise<CompletedPart[]> {
  const size = Math.max(PART, Math.ceil(plan.size / MOST_PARTS));
  const parts: CompletedPart[] = [];
  let next = 0;
  const copyNext = async (): Promise<void> => {
    for (let first = next; first < plan.size; first = next) {
      next += size;
      try {
        parts.push(await copyPart(s3, plan, upload, [first, Math.min(plan.size, first + size) - 1], first / size + 1));
      } catch (error) {
        next = plan.size;
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, copyNext));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return parts.sort((one, other) => (one.PartNumber ?? 0) - (other.PartNumber ?? 0));
}

async function copyPart(
  s3: S3Client,
  { from, place }: ObjectCopy,
  upload: Upload,
  [first, last]: readonly [number, number],
  number: number,
): Promise<CompletedPart> {
  const { CopyPartResult } = await s3.send(
    new UploadPartCopyCommand({
      ...upload,
      ...from,
      PartNumber: number,
      CopySourceRange: `bytes=${first}-${last}`,
    }),
  );
  if (CopyPartResult?.ETag === undefined) throw new Error(`${place.Key}: S3 gave no ETag for part ${number}`);
  return { PartNumber: number, ETag: CopyPartResult.ETag };
}

/** An upload that can't be taken away is the bucket's life cycle's to remove; what went wrong before says more. */
async function abort(s3: S3Client, upload: Upload, because: unknown): Promise<void> {
  try {
    await s3.send(new AbortMultipartUploadCommand(upload));
  } catch (error) {
    throw new AggregateError([because, error], `${upload.Key}: the copy failed, and so did removing its parts`);
  }
}
