import type { Surroundings } from "../service";
import type { Bucket } from "./bucket";
import { sizeOf } from "./content";
import type { Stored } from "./stored";

/** Why an object came to be, in the event's words. */
export type Reason = "PutObject" | "CopyObject" | "CompleteMultipartUpload";

/** What is said of one change. */
export interface Change {
  /** Account of who asked for it. */
  requester: string;
  /** Grows with every change of a bucket. */
  sequence: number;
}

/** A hex number that can be compared with others of the same key. */
export const sequencerOf = (sequence: number): string =>
  (0x6700000000 + sequence).toString(16).toUpperCase().padStart(18, "0");

/** Puts "Object Created" on the bus of the bucket's account, where the bucket sends its events there. Keys are plain here. */
export function announceCreated(
  bucket: Bucket,
  stored: Stored,
  reason: Reason,
  change: Change,
  around: Surroundings,
): void {
  const size = sizeOf(stored.content);
  publish(bucket, stored, "Object Created", { size }, { reason }, change, around);
}

/** Puts "Object Deleted" on the bus; without a version id in the call it is a marker that was made. */
export function announceDeleted(
  bucket: Bucket,
  stored: Stored,
  type: "Delete Marker Created" | "Permanently Deleted",
  change: Change,
  around: Surroundings,
): void {
  publish(bucket, stored, "Object Deleted", {}, { reason: "DeleteObject", "deletion-type": type }, change, around);
}

function publish(
  bucket: Bucket,
  stored: Stored,
  detailType: string,
  size: { size?: number },
  why: Readonly<Record<string, string>>,
  { requester, sequence }: Change,
  around: Surroundings,
): void {
  if (!bucket.eventBridge) {
    around.trace.note(`s3://${bucket.name}/${stored.key}`, "nobody is told: the bucket sends no events to EventBridge");
    return;
  }
  around.publish({
    "detail-type": detailType,
    source: "aws.s3",
    account: bucket.account,
    region: bucket.region,
    resources: [bucket.arn],
    detail: {
      version: "0",
      bucket: { name: bucket.name },
      object: {
        key: stored.key,
        ...size,
        etag: stored.etag,
        ...(bucket.versioned ? { "version-id": stored.versionId } : {}),
        sequencer: sequencerOf(sequence),
      },
      "request-id": requestId(sequence),
      requester,
      "source-ip-address": "10.0.1.23",
      ...why,
    },
  });
}

const requestId = (sequence: number): string => sequence.toString(36).toUpperCase().padStart(16, "N4N7GDK58NMKJ12R");
