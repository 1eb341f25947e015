import { BrokenLink } from "../../src/ledger/copy";
import { verifyEvidence } from "../../src/ledger/verify/evidence";
import { verifyLedger } from "../../src/ledger/verify/ledger";
import type { VerifyTerms } from "../../src/ledger/verify/terms";
import type { MemoryLedger } from "./ledger-world";

/** The first broken link, as one sentence; undefined where all holds. */
export async function firstBrokenLink(
  ledger: MemoryLedger,
  changed: Partial<VerifyTerms> = {},
): Promise<string | undefined> {
  try {
    await verifyLedger(ledger.copy(), { ...(await ledger.terms()), ...changed });
    await verifyEvidence(ledger.copy());
    return undefined;
  } catch (error) {
    if (error instanceof BrokenLink) return `${error.at} ${error.what}`;
    throw error;
  }
}
