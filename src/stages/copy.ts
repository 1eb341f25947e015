import { isObject } from "../core/shape";

/** An object that was created in the team's bucket, as its event names it. */
export interface CreatedObject {
  bucket: string;
  /** Plain, not URL-encoded. */
  key: string;
  /** Absent where the bucket keeps no versions. */
  versionId?: string;
  etag: string;
  /** Bytes. */
  size: number;
}

/** Carries objects from the artifact bucket to the evidence bucket, under the same key. */
export interface EvidenceCarrier {
  /** Whether the evidence bucket has this very source version already. */
  has(object: CreatedObject): Promise<boolean>;
  /** `gone`: the source version was deleted or replaced meanwhile; a newer one has an event of its own. */
  carry(object: CreatedObject): Promise<"carried" | "gone">;
}

export interface CopySettings {
  artifactBucket: string;
  /** Key prefixes that are evidence; everything else stays where it is. */
  prefixes: readonly string[];
}

export interface CopyResult {
  effect: "copied" | "repeat" | "ignored" | "gone";
  reason: string;
}

/**
 * Carries one created object, if it is evidence. A repeat changes nothing.
 * @throws what may be tried again: an AWS error, a checksum that differs
 */
export async function copy(
  object: CreatedObject,
  carrier: EvidenceCarrier,
  settings: CopySettings,
): Promise<CopyResult> {
  const { bucket, key } = object;
  if (bucket !== settings.artifactBucket) return { effect: "ignored", reason: `${bucket} isn't the artifact bucket` };
  if (!settings.prefixes.some((prefix) => key.startsWith(prefix))) {
    return { effect: "ignored", reason: `not under an evidence prefix (${settings.prefixes.join(", ")})` };
  }
  if (await carrier.has(object)) return { effect: "repeat", reason: "this source version was copied before" };
  const carried = await carrier.carry(object);
  return carried === "carried"
    ? { effect: "copied", reason: "new source version" }
    : { effect: "gone", reason: "the source version was deleted or replaced before it could be copied" };
}

/**
 * Reads an EventBridge "Object Created" event of S3.
 * @returns undefined for another event
 * @throws Error where it is one and lacks what is needed to copy its object
 */
export function parseCreatedObject(message: unknown): CreatedObject | undefined {
  if (!isObject(message) || message.source !== "aws.s3" || message["detail-type"] !== "Object Created")
    return undefined;
  const detail = isObject(message.detail) ? message.detail : {};
  const bucket = isObject(detail.bucket) ? detail.bucket.name : undefined;
  const { key, etag, size, "version-id": versionId } = isObject(detail.object) ? detail.object : {};
  if (typeof bucket !== "string" || typeof key !== "string" || typeof etag !== "string" || typeof size !== "number") {
    throw new Error("Object Created event: detail.bucket.name, detail.object.key, etag or size is missing");
  }
  return { bucket, key, etag, size, ...(typeof versionId === "string" && versionId !== "" ? { versionId } : {}) };
}
