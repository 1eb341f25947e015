import type { Input } from "../call-input";
import { isRecord } from "../inputs";
import { AwsError } from "../service";
import type { Bucket } from "./bucket";
import { isMode, isProtected, protectedByLock } from "./lock";
import type { ObjectStore } from "./object-store";
import { find } from "./objects";
import type { Stored } from "./stored";

function lockable(bucket: Bucket, input: Input): Stored {
  if (!bucket.lockEnabled) throw new AwsError("InvalidRequest", "Bucket is missing Object Lock Configuration");
  return find(bucket, input.text("Key"), input.optionalText("VersionId"));
}

export function getRetention(_store: ObjectStore, bucket: Bucket, input: Input) {
  const { retention } = lockable(bucket, input);
  if (retention !== undefined) return { Retention: { Mode: retention.mode, RetainUntilDate: retention.until } };
  const message = "The specified object does not have a ObjectLock configuration";
  throw new AwsError("NoSuchObjectLockConfiguration", message, 404);
}

/** A retention is only ever made longer: going around governance's isn't known here. */
export function putRetention({ around }: ObjectStore, bucket: Bucket, input: Input) {
  const stored = lockable(bucket, input);
  const asked = input.value("Retention");
  const { Mode: mode, RetainUntilDate: until, ...others } = isRecord(asked) ? asked : {};
  if (!isMode(mode) || !(until instanceof Date) || Object.keys(others).length > 0)
    throw new AwsError("MalformedXML", "The XML you provided was not well-formed");
  const now = around.clock.now();
  if (until <= now) throw new AwsError("InvalidArgument", "The retain until date must be in the future!");
  const { retention: before } = stored;
  if (before !== undefined && isProtected(stored, now) && (until < before.until || mode !== before.mode))
    throw protectedByLock();
  stored.retention = { mode, until };
  around.trace.note(`s3://${bucket.name}/${stored.key}`, `kept until ${until.toISOString()}, ${mode}`);
  return {};
}
