import {
  GetObjectRetentionCommand,
  type ObjectLockRetention,
  PutObjectRetentionCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Retention } from "../contract/retention";
import type { EvidenceLock } from "../core/ports";
import { isAwsError } from "./aws-error";

/**
 * S3's Object Lock, in buckets of one account. A lock that lasts keeps its mode.
 * @param mode of a new lock
 */
export function s3EvidenceLock(
  s3: S3Client,
  owner: string,
  mode: Retention["mode"],
  now: () => Date = () => new Date(),
): EvidenceLock {
  return {
    async keepUntil({ bucket, key, versionId }, until) {
      const at = {
        Bucket: bucket,
        Key: key,
        ...(versionId === null ? {} : { VersionId: versionId }),
        ExpectedBucketOwner: owner,
      };
      const before = await retentionOf(s3, at);
      // S3 refuses to shorten a retention, and nobody means to.
      if (isKept(before, until)) return;
      // Nor does it let a lock's mode change while it lasts, such as of evidence from before the setting changed.
      const isLocked = before?.RetainUntilDate !== undefined && before.RetainUntilDate > now();
      const Mode = isLocked ? (before.Mode ?? mode) : mode;
      try {
        await s3.send(new PutObjectRetentionCommand({ ...at, Retention: { Mode, RetainUntilDate: until } }));
      } catch (error) {
        // A decision on another version with the same evidence may have prolonged it between the two calls.
        if (!isAwsError(error, "AccessDenied") || !isKept(await retentionOf(s3, at), until)) throw error;
      }
    },
  };
}

const isKept = (retention: ObjectLockRetention | undefined, until: Date): boolean =>
  retention?.RetainUntilDate !== undefined && retention.RetainUntilDate >= until;

async function retentionOf(
  s3: S3Client,
  at: { Bucket: string; Key: string; VersionId?: string; ExpectedBucketOwner: string },
): Promise<ObjectLockRetention | undefined> {
  try {
    return (await s3.send(new GetObjectRetentionCommand(at))).Retention;
  } catch (error) {
    if (isAwsError(error, "NoSuchObjectLockConfiguration")) return undefined;
    throw error;
  }
}
