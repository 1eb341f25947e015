import { ListObjectsV2Command, type ListObjectsV2CommandOutput, type S3Client } from "@aws-sdk/client-s3";
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
