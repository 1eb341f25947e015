import {
  BUNDLES_PREFIX,
  bundleKey,
  CHECKPOINTS_PREFIX,
  POLICIES_PREFIX,
  policyKey,
  RECORDS_PREFIX,
} from "../../contract/names";
import { sha256 } from "../../core/verdict";
import { BrokenLink, keysOf, type LedgerCopy, onlyVersion } from "../copy";
import type { RecordCounts } from "./records";

const PREFIXES = [RECORDS_PREFIX, CHECKPOINTS_PREFIX, POLICIES_PREFIX, BUNDLES_PREFIX];

/**
 * Verifies the policies and bundles that lie beside the records: each is what its key says, and all that records name are
 * there. One that no record names is no fault: it is kept before the first decision. Keys of no other kind are there.
 * @throws BrokenLink the first that isn't so
 */
export async function verifyKept(
  copy: LedgerCopy,
  { policies, bundles }: Omit<RecordCounts, "records">,
): Promise<void> {
  await verifyByDigest(copy, POLICIES_PREFIX, policyKey, policies);
  await verifyByDigest(copy, BUNDLES_PREFIX, bundleKey, bundles);
  for await (const { key } of keysOf(copy, "")) {
    if (!PREFIXES.some((beginning) => key.startsWith(beginning)))
      throw new BrokenLink(key, `doesn't belong here; expected keys that begin with ${PREFIXES.join(", ")}`);
  }
}

async function verifyByDigest(
  copy: LedgerCopy,
  beginning: string,
  keyOf: (sha256: string) => string,
  expected: ReadonlySet<string>,
): Promise<void> {
  const missing = new Set(expected);
  for await (const one of keysOf(copy, beginning)) {
    const { bytes } = await onlyVersion(copy, one);
    const digest = sha256(bytes);
    if (keyOf(digest) !== one.key) throw new BrokenLink(one.key, `was changed: its SHA-256 is ${digest}`);
    missing.delete(digest);
  }
  const [first] = [...missing].sort();
  if (first !== undefined) throw new BrokenLink(keyOf(first), "is missing: records were decided by it");
}
