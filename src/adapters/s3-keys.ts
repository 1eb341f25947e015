import {
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { ObjectLocation } from "../contract/evidence-uri";

/** Keys of a bucket that begin so, in their order. */
export async function keysBelow(s3: S3Client, { bucket, key }: ObjectLocation, owner: string): Promise<string[]> {
  const keys: string[] = [];
  let page: ListObjectsV2CommandOutput | undefined;
  do {
    page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: key,
        ExpectedBucketOwner: owner,
        ...(page?.NextContinuationToken !== undefined && { ContinuationToken: page.NextContinuationToken }),
      }),
    );
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
  } while (page.NextContinuationToken !== undefined);
  return keys;
}

/** Versions and delete markers of all keys that begin so, a page at a time; the caller may leave before the last. */
export async function* versionPages(
  s3: S3Client,
  { bucket, key }: ObjectLocation,
  owner: string,
): AsyncGenerator<ListObjectVersionsCommandOutput> {
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    page = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        Prefix: key,
        ExpectedBucketOwner: owner,
        ...(page === undefined ? {} : { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }),
      }),
    );
    yield page;
  } while (page.IsTruncated);
}
