import type { S3Client } from "@aws-sdk/client-s3";
import { spendingPrefix } from "../contract/names";
import type { Estimate, SpendingBook } from "../core/inference-ports";
import { isObject } from "../core/shape";
import { keysBelow } from "./s3-keys";
import { s3WriteOnceStore } from "./s3-write-once-store";

/** Estimates in a bucket in which each key is written once. */
export function s3SpendingBook(s3: S3Client, bucket: string, owner: string): SpendingBook {
  const store = s3WriteOnceStore(s3, bucket, owner);
  const keyOf = (month: string, executionId: string) => `${spendingPrefix(month)}${executionId}.json`;
  return {
    async before(month, executionId) {
      const estimates: Estimate[] = [];
      for (const key of await keysBelow(s3, { bucket, key: spendingPrefix(month) }, owner)) {
        if (key === keyOf(month, executionId)) continue;
        const bytes = await store.read(key);
        if (bytes !== undefined) estimates.push(parseEstimate(bytes, key));
      }
      return estimates;
    },
    async note(month, executionId, estimate) {
      await store.write(keyOf(month, executionId), JSON.stringify({ schemaVersion: 1, ...estimate }));
    },
  };
}

function parseEstimate(bytes: Uint8Array, key: string): Estimate {
  const found: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (isObject(found) && typeof found.version === "string" && typeof found.amount === "number") {
    return { version: found.version, amount: found.amount };
  }
  throw new Error(`${key} is no estimate as the collecting step writes it`);
}
