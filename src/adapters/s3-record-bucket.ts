import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { RecordBucket } from "../stages/checkpoint";
import { keysBelow, versionPages } from "./s3-keys";
import { s3WriteOnceStore } from "./s3-write-once-store";

/** The bucket of decision records and checkpoints. */
export function s3RecordBucket(s3: S3Client, bucket: string, owner: string): RecordBucket {
  const at = { Bucket: bucket, ExpectedBucketOwner: owner };
  return {
    ...s3WriteOnceStore(s3, bucket, owner),
    keys: (beginning) => keysBelow(s3, { bucket, key: beginning }, owner),
    async *versions(beginning) {
      for await (const page of versionPages(s3, { bucket, key: beginning }, owner)) {
        const versions = (page.Versions ?? []).map((one) => ({ ...one, isDeleteMarker: false }));
        const markers = (page.DeleteMarkers ?? []).map((one) => ({ ...one, isDeleteMarker: true }));
        for (const one of inOrder([...versions, ...markers])) {
          const { Key: key, VersionId: versionId, LastModified: writtenAt, isDeleteMarker } = one;
          if (key === undefined || versionId === undefined || writtenAt === undefined) continue;
          yield { key, versionId, writtenAt, isDeleteMarker };
        }
      }
    },
    async readAt(Key, VersionId) {
      const { Body } = await s3.send(new GetObjectCommand({ ...at, Key, VersionId }));
      if (Body === undefined) throw new Error(`s3://${bucket}/${Key}: S3 answered without a body`);
      return Body.transformToByteArray();
    },
  };
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
