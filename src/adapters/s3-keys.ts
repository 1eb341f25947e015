import {
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { ObjectLocation } from "../contract/evidence-uri";
import type { ListedObject } from "../stages/checkpoint";

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

/** The same one by one: in the order of keys, of each key the newest first. */
export async function* versionsInOrder(
  s3: S3Client,
  at: ObjectLocation,
  owner: string,
): AsyncGenerator<ListedObject & { size: number }> {
  for await (const page of versionPages(s3, at, owner)) {
    const versions = (page.Versions ?? []).map((one) => ({ ...one, isDeleteMarker: false }));
    const markers = (page.DeleteMarkers ?? []).map((one) => ({ ...one, Size: 0, isDeleteMarker: true }));
    for (const { Key, VersionId, LastModified, Size = 0, isDeleteMarker } of inOrder([...versions, ...markers])) {
      if (Key === undefined || VersionId === undefined || LastModified === undefined) continue;
      yield { key: Key, versionId: VersionId, writtenAt: LastModified, isDeleteMarker, size: Size };
    }
  }
}

interface Dated {
  Key?: string | undefined;
  LastModified?: Date | undefined;
  IsLatest?: boolean | undefined;
}

/** S3 lists versions and markers apart: by key, then the newest first. Its times are whole seconds, so the latest is asked for. */
const inOrder = <One extends Dated>(all: One[]): One[] =>
  all.sort(
    (one, other) =>
      Buffer.compare(Buffer.from(one.Key ?? ""), Buffer.from(other.Key ?? "")) ||
      Number(other.IsLatest ?? false) - Number(one.IsLatest ?? false) ||
      (other.LastModified?.getTime() ?? 0) - (one.LastModified?.getTime() ?? 0),
  );
