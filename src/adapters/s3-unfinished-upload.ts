import { createHash } from "node:crypto";
import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type Part,
  paginateListParts,
  type S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { isAwsError } from "./aws-error";
import type { ObjectCopy } from "./s3-object-copy";

/** A multipart upload of one copy, and what it has so far. */
export interface Upload {
  /** Names it in every call. */
  at: ObjectCopy["place"] & { UploadId: string };
  /** Parts that are there, marks too. */
  parts: readonly Part[];
}

/**
 * Numbers of the parts that say what an upload is a copy of. They are left out when it is completed. S3 lists neither an
 * upload's metadata nor a checksum that could be known before, but a part's size: it is made to say it.
 */
const MARKS = [9_999, 10_000] as const;

/** Parts that are left for the object itself. */
export const MOST_PARTS = 9_998;

/** Sizes of the marks, in bytes: 48 bits of a digest over the source version, the target and its encryption. */
function marksOf(plan: ObjectCopy): readonly [number, number][] {
  const digest = createHash("sha256").update(JSON.stringify(plan)).digest();
  return MARKS.map((number, at) => [number, digest.readUIntBE(3 * at, 3) + 1]);
}

/** Makes an upload known as that copy's. What the marks hold is of no account: beginnings of the source. */
export async function mark(s3: S3Client, plan: ObjectCopy, { at }: Upload): Promise<void> {
  for (const [PartNumber, size] of marksOf(plan)) {
    const CopySourceRange = `bytes=0-${size - 1}`;
    await s3.send(new UploadPartCopyCommand({ ...at, ...plan.from, PartNumber, CopySourceRange }));
  }
}

/**
 * An upload that an earlier invocation began for this very copy and didn't complete. Never one of another source version
 * under the same key.
 */
export async function unfinishedUpload(s3: S3Client, plan: ObjectCopy): Promise<Upload | undefined> {
  const marks = marksOf(plan);
  for await (const UploadId of uploadsOf(s3, plan.place)) {
    const at = { ...plan.place, UploadId };
    const parts = await partsOf(s3, at);
    const has = ([number, size]: readonly [number, number]) =>
      parts.some(({ PartNumber, Size }) => PartNumber === number && Size === size);
    if (marks.every(has)) return { at, parts };
  }
  return undefined;
}

/** Ids of the uploads under exactly this key: a list is by prefix, and the shortest key of a prefix comes first. */
async function* uploadsOf(s3: S3Client, place: ObjectCopy["place"]): AsyncGenerator<string> {
  const { Bucket, Key, ExpectedBucketOwner } = place;
  let page: ListMultipartUploadsCommandOutput | undefined;
  do {
    page = await s3.send(
      new ListMultipartUploadsCommand({
        ...{ Bucket, Prefix: Key, ExpectedBucketOwner },
        ...(page && { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }),
      }),
    );
    yield* (page.Uploads ?? []).flatMap((upload) => (upload.Key === Key ? (upload.UploadId ?? []) : []));
  } while (page.IsTruncated && page.NextKeyMarker === Key);
}

/** None where the upload was completed or aborted since it was listed. */
async function partsOf(client: S3Client, at: Upload["at"]): Promise<Part[]> {
  const parts: Part[] = [];
  try {
    for await (const page of paginateListParts({ client }, at)) parts.push(...(page.Parts ?? []));
    return parts;
  } catch (error) {
    if (isAwsError(error, "NoSuchUpload")) return [];
    throw error;
  }
}
