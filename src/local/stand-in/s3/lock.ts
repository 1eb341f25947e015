import { isRecord, nameOf } from "../inputs";
import { AwsError, type DeclaredResource, UnknownToStandIn } from "../service";
import type { Bucket } from "./bucket";
import type { LockMode, Retained, Stored } from "./stored";

/** What a bucket gives each new version. */
export interface DefaultRetention {
  mode: LockMode;
  days: number;
}

const DAY = 86_400_000;
const MODES = ["GOVERNANCE", "COMPLIANCE"] as const;
export const isMode = (value: unknown): value is LockMode => MODES.some((mode) => mode === value);

/** Default retention of a declared configuration. @throws Error where S3 would refuse it */
export function defaultRetention(setting: DeclaredResource, { lockEnabled, name }: Bucket): DefaultRetention {
  if (!lockEnabled) throw new Error(`${nameOf(setting)}: Object Lock isn't enabled for bucket ${name}`);
  const { rule, objectLockEnabled = "Enabled" } = setting.inputs;
  const { defaultRetention: given, ...otherRules } = isRecord(rule) ? rule : {};
  const { mode, days, ...others } = isRecord(given) ? given : {};
  const unknown = [...Object.keys(otherRules), ...Object.keys(others)];
  if (unknown.length > 0) throw new UnknownToStandIn(`${nameOf(setting)}: rule's ${unknown.join(", ")}`);
  if (objectLockEnabled !== "Enabled" || !isMode(mode) || typeof days !== "number" || !(days >= 1 && days <= 36_500)) {
    throw new Error(
      `${nameOf(setting)}: rule.defaultRetention: expected mode ${MODES.join(" or ")} and 1 to 36500 days`,
    );
  }
  return { mode, days };
}

/** Retention of a version that is new: its own, or what the bucket gives. Markers of deletion have none. */
export function retentionOfNew({ defaultRetention: given }: Bucket, stored: Stored): Retained | undefined {
  if (stored.retention !== undefined || given === undefined || stored.deleteMarker) return stored.retention;
  return { mode: given.mode, until: new Date(stored.lastModified.getTime() + given.days * DAY) };
}

export const isProtected = ({ retention }: Stored, now: Date): boolean =>
  retention !== undefined && retention.until > now;

/** Refuses to take a version away that is still retained. */
export function requireUnlocked(stored: Stored, now: Date): void {
  if (isProtected(stored, now)) throw protectedByLock();
}

export const protectedByLock = () =>
  new AwsError("AccessDenied", "Access Denied because object protected by object lock.", 403);

/** What descriptions say of it. */
export const lockOf = ({ retention }: Stored) =>
  retention === undefined ? {} : { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: retention.until };
