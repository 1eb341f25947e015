import {
  BUNDLES_PREFIX,
  bundleKey,
  CHECKPOINTS_PREFIX,
  DEFINITIONS_PREFIX,
  definitionKey,
  keptPromptSetKey,
  POLICIES_PREFIX,
  PROMPT_SETS_PREFIX,
  policyKey,
  RECORDS_PREFIX,
} from "../../contract/names";
import { sha256 } from "../../core/verdict";
import { BrokenLink, type CopiedKey, keysOf, type LedgerCopy, onlyVersion } from "../copy";
import type { RecordCounts } from "./records";

const PREFIXES = [
  ...[RECORDS_PREFIX, CHECKPOINTS_PREFIX, POLICIES_PREFIX, BUNDLES_PREFIX],
  ...[PROMPT_SETS_PREFIX, DEFINITIONS_PREFIX],
];

/**
 * Verifies what lies beside the records: each policy, bundle, manifest and definition is what its key says, and all policies and
 * bundles that records name are there. One that no record names is no fault: it is kept before the first decision. Keys of no other kind are there.
 * @throws BrokenLink the first that isn't so
 */
export async function verifyKept(
  copy: LedgerCopy,
  { policies, bundles }: Omit<RecordCounts, "records">,
): Promise<void> {
  await verifyByDigest(copy, POLICIES_PREFIX, policyKey, policies);
  await verifyByDigest(copy, BUNDLES_PREFIX, bundleKey, bundles);
  await verifyPromptSets(copy, new Set());
  await verifyDefinitions(copy);
  for await (const { key } of keysOf(copy, "")) {
    if (!PREFIXES.some((beginning) => key.startsWith(beginning)))
      throw new BrokenLink(key, `doesn't belong here; expected keys that begin with ${PREFIXES.join(", ")}`);
  }
}

/**
 * Verifies that each manifest of a prompt set is what its key says, and that these are there.
 * @param expected SHA-256 of each that a checks.json names
 * @throws BrokenLink the first that isn't so
 */
export const verifyPromptSets = (copy: LedgerCopy, expected: ReadonlySet<string>): Promise<void> =>
  verifyByDigest(copy, PROMPT_SETS_PREFIX, keptPromptSetKey, expected);

async function verifyByDigest(
  copy: LedgerCopy,
  beginning: string,
  keyOf: (sha256: string) => string,
  expected: ReadonlySet<string>,
): Promise<void> {
  const missing = new Set(expected);
  for await (const one of keysOf(copy, beginning)) {
    missing.delete(await requireDigest(copy, one, keyOf));
  }
  const [first] = [...missing].sort();
  if (first !== undefined) throw new BrokenLink(keyOf(first), "is missing: records were decided by it");
}

/** A deployment that goes back to a former definition writes the same once more. */
async function verifyDefinitions(copy: LedgerCopy): Promise<void> {
  for await (const { key, versions } of keysOf(copy, DEFINITIONS_PREFIX)) {
    for (const version of versions) await requireDigest(copy, { key, versions: [version] }, definitionKey);
  }
}

/** @returns the SHA-256 that the key is made of */
async function requireDigest(copy: LedgerCopy, one: CopiedKey, keyOf: (sha256: string) => string): Promise<string> {
  const { bytes } = await onlyVersion(copy, one);
  const digest = sha256(bytes);
  if (keyOf(digest) !== one.key) throw new BrokenLink(one.key, `was changed: its SHA-256 is ${digest}`);
  return digest;
}

/**
 * Text of a policy that lies beside the records.
 * @throws BrokenLink where it isn't in the copy, or was changed
 */
export const policyText = async (copy: LedgerCopy, digest: string): Promise<string> =>
  (await keptBytes(copy, policyKey(digest), digest)).toString();

/** Bytes of what lies at a key that is made of their SHA-256. @throws BrokenLink as `policyText` does */
export async function keptBytes(copy: LedgerCopy, key: string, digest: string): Promise<Buffer> {
  for await (const one of keysOf(copy, key)) {
    const { bytes } = await onlyVersion(copy, one);
    const found = sha256(bytes);
    if (found !== digest) throw new BrokenLink(key, `was changed: its SHA-256 is ${found}`);
    return Buffer.from(bytes);
  }
  throw new BrokenLink(key, "is missing");
}
