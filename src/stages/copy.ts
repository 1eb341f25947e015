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

/** What carrying an object came to. */
export interface Carried {
  /**
   * `repeat`: the evidence bucket had this very source version. `gone`: the source version was deleted or replaced
   * meanwhile; a newer one has an event of its own.
   */
  effect: "copied" | "repeat" | "gone";
  /** Checksums of the copy's bytes by S3's names, base64: SHA256 up to 5 GB, CRC64NVME above. */
  checksums: Readonly<Record<string, string>>;
}

/** Carries objects from the artifact bucket to the evidence bucket, under the same key. */
export interface EvidenceCarrier {
  /** @throws Error where source and copy have different checksums of one algorithm */
  carry(object: CreatedObject): Promise<Carried>;
}

export interface CopySettings {
  artifactBucket: string;
  /** Key prefixes that are evidence; everything else stays where it is. */
  prefixes: readonly string[];
}

export interface CopyResult {
  effect: Carried["effect"] | "ignored";
  reason: string;
  checksums?: Carried["checksums"];
}

const REASONS: Record<Carried["effect"], string> = {
  copied: "a new source version",
  repeat: "this source version was copied before",
  gone: "the source version was deleted or replaced before it could be copied",
};

const ignored = (reason: string): CopyResult => ({ effect: "ignored", reason });

/**
 * Carries one created object, if it is evidence. A repeat changes nothing.
 * @throws what may be tried again: an AWS error, a checksum that differs
 */
export async function copy(
  object: CreatedObject,
  carrier: EvidenceCarrier,
  settings: CopySettings,
): Promise<CopyResult> {
  if (object.bucket !== settings.artifactBucket) return ignored(`${object.bucket} isn't the artifact bucket`);
  if (!settings.prefixes.some((prefix) => object.key.startsWith(prefix))) {
    return ignored(`not under an evidence prefix (${settings.prefixes.join(", ")})`);
  }
  const { effect, checksums } = await carrier.carry(object);
  return { effect, reason: REASONS[effect], checksums };
}

/** Source and type of S3's event. */
const SOURCE = "aws.s3";
const CREATED = "Object Created";

/**
 * Reads an EventBridge "Object Created" event of S3.
 * @returns undefined for another event
 * @throws Error where it is one and lacks what is needed to copy its object
 */
export function parseCreatedObject(message: unknown): CreatedObject | undefined {
  if (!isObject(message) || message.source !== SOURCE || message["detail-type"] !== CREATED) return undefined;
  const detail = isObject(message.detail) ? message.detail : {};
  const bucket = isObject(detail.bucket) ? detail.bucket.name : undefined;
  const { key, etag, size, "version-id": versionId } = isObject(detail.object) ? detail.object : {};
  if (typeof bucket !== "string" || typeof key !== "string" || typeof etag !== "string" || typeof size !== "number") {
    throw new Error("Object Created event: detail.bucket.name, detail.object.key, etag or size is missing");
  }
  return { bucket, key, etag, size, ...(typeof versionId === "string" && versionId !== "" ? { versionId } : {}) };
}

/** The event that says so, as the copy queue gets it from the bus: for objects whose own event came before the rule, or was lost. */
export const createdObjectMessage = ({ bucket, key, versionId, etag, size }: CreatedObject): string =>
  JSON.stringify({
    source: SOURCE,
    "detail-type": CREATED,
    detail: {
      bucket: { name: bucket },
      object: { key, size, etag, ...(versionId !== undefined && { "version-id": versionId }) },
      reason: "governance sync",
    },
  });
