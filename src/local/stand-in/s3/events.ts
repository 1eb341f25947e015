import type { Surroundings } from "../service";
import type { Bucket } from "./bucket";
import { type Stored, sizeOf } from "./stored";

/** Why an object came to be, in the event's words. */
export type Reason = "PutObject" | "CopyObject" | "CompleteMultipartUpload";

/** Puts "Object Created" on the bus of the bucket's account, where the bucket sends its events there. Keys are plain here. */
export function announce(
  bucket: Bucket,
  stored: Stored,
  reason: Reason,
  requester: string,
  around: Surroundings,
): void {
  if (!bucket.eventBridge) {
    around.trace.note(`s3://${bucket.name}/${stored.key}`, "the bucket sends no events to EventBridge");
    return;
  }
  const sequence = around.clock.now().getTime() * 4096 + Math.floor(around.clock.random() * 4096);
  around.publish({
    "detail-type": "Object Created",
    source: "aws.s3",
    account: bucket.account,
    region: bucket.region,
    resources: [`arn:${bucket.partition}:s3:::${bucket.name}`],
    detail: {
      version: "0",
      bucket: { name: bucket.name },
      object: {
        key: stored.key,
        size: sizeOf(stored.content),
        etag: stored.etag,
        ...(bucket.versioned ? { "version-id": stored.versionId } : {}),
        sequencer: sequence.toString(16).toUpperCase().padStart(18, "0"),
      },
      "request-id": sequence.toString(36).toUpperCase(),
      requester,
      "source-ip-address": "10.0.1.23",
      reason,
    },
  });
}
