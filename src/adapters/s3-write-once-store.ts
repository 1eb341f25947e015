import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { WriteOnceStore } from "../core/ports";
import { isAwsError } from "./aws-error";
import { keysBelow } from "./s3-keys";

/** A bucket in which each key is written once (its policy demands If-None-Match). */
export function s3WriteOnceStore(s3: S3Client, bucket: string, owner: string): WriteOnceStore {
  const at = (key: string) => ({ Bucket: bucket, Key: key, ExpectedBucketOwner: owner });
  const readVersion: WriteOnceStore["readVersion"] = async (key) => {
    try {
      const { Body, VersionId } = await s3.send(new GetObjectCommand(at(key)));
      if (Body === undefined) throw new Error(`s3://${bucket}/${key}: S3 answered without a body`);
      return { bytes: await Body.transformToByteArray(), versionId: VersionId ?? null };
    } catch (error) {
      if (isAwsError(error, "NoSuchKey")) return undefined;
      throw error;
    }
  };
  const write = async (key: string, body: string, triesLeft: number): Promise<"written" | "exists"> => {
    const put = { ...at(key), Body: body, ContentType: "application/json", ChecksumAlgorithm: "SHA256" } as const;
    try {
      await s3.send(new PutObjectCommand({ ...put, IfNoneMatch: "*" }));
      return "written";
    } catch (error) {
      if (isAwsError(error, "PreconditionFailed")) return "exists";
      // A race with another writer: the next try meets what that writer left.
      if (isAwsError(error, "ConditionalRequestConflict") && triesLeft > 0) return write(key, body, triesLeft - 1);
      throw error;
    }
  };
  return {
    readVersion,
    async has(key) {
      try {
        await s3.send(new HeadObjectCommand(at(key)));
        return true;
      } catch (error) {
        if (isAwsError(error, "NotFound")) return false;
        throw error;
      }
    },
    keys: (beginning) => keysBelow(s3, { bucket, key: beginning }, owner),
    read: async (key) => (await readVersion(key))?.bytes,
    write: (key, body) => write(key, body, TRIES - 1),
  };
}

/** Of a write that races with others. */
const TRIES = 3;
