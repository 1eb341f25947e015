import { policyKey } from "../../contract/names";
import { sha256 } from "../../core/verdict";
import { BrokenLink, keysOf, type LedgerCopy, onlyVersion } from "../../ledger/copy";

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
