import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { isAwsError } from "./aws-error";
import { type Checksums, type ObjectCopy, wholeChecksums } from "./s3-object-copy";
import { MOST_PARTS, mark, type Upload, unfinishedUpload } from "./s3-unfinished-upload";

/** Least size of a part, in bytes: S3 copies one within seconds. */
const PART = 1024 ** 3;

/** Parts under way at once. */
const AT_ONCE = 16;

/** What S3 says of a source that is gone, or of parts that don't make up the source: going on with them is no use. */
const IN_VAIN = [
  ...["NoSuchKey", "NoSuchVersion", "PreconditionFailed"],
  ...["BadDigest", "InvalidPart", "InvalidPartOrder", "InvalidRequest", "EntityTooSmall"],
] as const;

/**
 * Copies an object above 5 GB in parallel parts, and goes on with those that an earlier call for the same source version
 * has copied. S3 compares the full-object CRC64NVME of the copy with the source's. No SHA-256 is claimed: S3 has none of a
 * multipart object's bytes.
 * @param expected the source's full-object CRC64NVME, where it has one (an uploader may have chosen another checksum)
 * @throws what S3 says. The parts stay for the next try, unless they are of no use; what nobody takes up is the bucket's
 * life cycle's to remove.
 */
export async function copyInParts(s3: S3Client, plan: ObjectCopy, expected: string | undefined): Promise<Checksums> {
  const found = await unfinishedUpload(s3, plan);
  const upload = found ?? (await begin(s3, plan));
  try {
    if (found === undefined) await mark(s3, plan, upload);
    const Parts = await copyParts(s3, plan, upload);
    return await complete(s3, plan, upload, { Parts, ...(expected !== undefined && { expected }) });
  } catch (error) {
    if (isAwsError(error, ...IN_VAIN)) await abort(s3, upload, error);
    throw error;
  }
}

async function begin(s3: S3Client, { place, written }: ObjectCopy): Promise<Upload> {
  const checksum = { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "FULL_OBJECT" } as const;
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...place, ...written, ...checksum }));
  if (UploadId === undefined) throw new Error(`${place.Key}: S3 gave no upload id`);
  return { at: { ...place, UploadId }, parts: [] };
}

async function complete(
  s3: S3Client,
  plan: ObjectCopy,
  { at }: Upload,
  { Parts, expected }: { Parts: CompletedPart[]; expected?: string },
): Promise<Checksums> {
  const completed = await s3.send(
    new CompleteMultipartUploadCommand({
      ...at,
      MultipartUpload: { Parts },
      ChecksumType: "FULL_OBJECT",
      ...(expected === undefined ? {} : { ChecksumCRC64NVME: expected }),
      MpuObjectSize: plan.size,
    }),
  );
  const checksums = wholeChecksums(completed);
  if (checksums.CRC64NVME === undefined) throw new Error(`${plan.place.Key}: S3 gave no CRC64NVME of the copy`);
  return checksums;
}

/** One part of the object: its number, its first and its last byte. */
interface Range {
  number: number;
  first: number;
  last: number;
}

/** The ranges of an object, in order. */
function* rangesOf(size: number): Generator<Range> {
  const step = Math.max(PART, Math.ceil(size / MOST_PARTS));
  for (let first = 0; first < size; first += step) {
    yield { number: first / step + 1, first, last: Math.min(size, first + step) - 1 };
  }
}

/** All parts in their order; after a failure no further part is begun, and those under way are waited for. */
async function copyParts(s3: S3Client, plan: ObjectCopy, upload: Upload): Promise<CompletedPart[]> {
  const sizes = new Map(upload.parts.map((part) => [part.PartNumber, part]));
  const parts: CompletedPart[] = [];
  const ranges = rangesOf(plan.size);
  const copyNext = async (): Promise<void> => {
    // The workers take from one generator; closing it stops them all.
    for (let { value } = ranges.next(); value !== undefined; { value } = ranges.next()) {
      try {
        parts.push(there(sizes.get(value.number), value) ?? (await copyPart(s3, plan, upload, value)));
      } catch (error) {
        ranges.return(undefined);
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, copyNext));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return parts.sort((one, other) => (one.PartNumber ?? 0) - (other.PartNumber ?? 0));
}

/** That part, where an earlier call has copied it whole. */
const there = (part: Upload["parts"][number] | undefined, { number, first, last }: Range): CompletedPart | undefined =>
  part?.ETag !== undefined && part.Size === last - first + 1 ? { PartNumber: number, ETag: part.ETag } : undefined;

async function copyPart(
  s3: S3Client,
  { from, place }: ObjectCopy,
  { at }: Upload,
  { number, first, last }: Range,
): Promise<CompletedPart> {
  const { CopyPartResult } = await s3.send(
    new UploadPartCopyCommand({ ...at, ...from, PartNumber: number, CopySourceRange: `bytes=${first}-${last}` }),
  );
  if (CopyPartResult?.ETag === undefined) throw new Error(`${place.Key}: S3 gave no ETag for part ${number}`);
  return { PartNumber: number, ETag: CopyPartResult.ETag };
}

/** What went wrong before says more than an upload that can't be taken away. */
async function abort(s3: S3Client, { at }: Upload, because: unknown): Promise<void> {
  try {
    await s3.send(new AbortMultipartUploadCommand(at));
  } catch (error) {
    throw new AggregateError([because, error], `${at.Key}: the copy failed, and so did removing its parts`);
  }
}
