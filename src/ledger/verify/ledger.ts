import type { LedgerCopy } from "../copy";
import { verifyCheckpoints } from "./checkpoints";
import { verifyKept } from "./kept";
import { type RecordCounts, verifyRecords } from "./records";
import type { ChainEnd, VerifyTerms } from "./terms";

/** A ledger in which everything holds. */
export interface VerifiedLedger extends Pick<RecordCounts, "records" | "withoutCheckpoint"> {
  /** The last checkpoint; an auditor notes its number and SHA-256 for the next audit. */
  end: ChainEnd;
  policies: number;
  bundles: number;
}

/**
 * Verifies a ledger with public keys alone: first the chain of checkpoints, then every record, then the policies and
 * bundles beside them. Memory stays the same however many records there are; the largest checkpoint is what takes most.
 * @throws BrokenLink the first broken link in that order
 */
export async function verifyLedger(copy: LedgerCopy, terms: VerifyTerms): Promise<VerifiedLedger> {
  const end = await verifyCheckpoints(copy, terms);
  const counts = await verifyRecords(copy, terms);
  await verifyKept(copy, counts);
  const { records, withoutCheckpoint, policies, bundles } = counts;
  return { end, records, withoutCheckpoint, policies: policies.size, bundles: bundles.size };
}
