import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { RecordBucket } from "../stages/checkpoint";
import { versionsInOrder } from "./s3-keys";
import { s3WriteOnceStore } from "./s3-write-once-store";

/** The bucket of decision records and checkpoints. */
export function s3RecordBucket(s3: S3Client, bucket: string, owner: string): RecordBucket {
  const at = { Bucket: bucket, ExpectedBucketOwner: owner };
  return {
    ...s3WriteOnceStore(s3, bucket, owner),
    async *versions(beginning) {
      for await (const { size: _, ...one } of versionsInOrder(s3, { bucket, key: beginning }, owner)) yield one;
    },
    async readAt(Key, VersionId) {
      const { Body } = await s3.send(new GetObjectCommand({ ...at, Key, VersionId }));
      if (Body === undefined) throw new Error(`s3://${bucket}/${Key}: S3 answered without a body`);
      return Body.transformToByteArray();
    },
  };
}
