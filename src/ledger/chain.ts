import type { DecisionRecord, RecordLink } from "./decision-record";
import type { Signed } from "./signed";

/** A version's records, one after another. */
export interface RecordChain {
  /** All of it, in its order. */
  records: readonly Signed<DecisionRecord>[];
  /** What the next one goes on from. */
  last: Signed<DecisionRecord>;
  /** The last that the registry is to say; absent where all were recorded only. */
  inForce?: Signed<DecisionRecord>;
}

/**
 * The order of a version's records: each goes on from the one that it names. Executions of two attempts may both have
 * written a first one, and two calls may both have gone on from the same; then the lowest attempt counts, and what goes on
 * from the others doesn't.
 * @returns undefined where there is none
 */
export function chainOf(records: readonly Signed<DecisionRecord>[]): RecordChain | undefined {
  const sorted = [...records].sort((one, other) => one.body.attempt - other.body.attempt);
  let chain: RecordChain | undefined;
  for (let next = sorted.find(({ body }) => body.previous === null); next !== undefined; ) {
    const before: Signed<DecisionRecord> = next;
    const inForce = before.body.binding ? before : chain?.inForce;
    chain = { records: [...(chain?.records ?? []), before], last: before, ...(inForce && { inForce }) };
    next = sorted.find(({ body }) => body.attempt > before.body.attempt && isLinkTo(body.previous, before));
  }
  return chain;
}

const isLinkTo = (link: RecordLink | null, { sha256, body }: Signed<DecisionRecord>): boolean =>
  link !== null && link.sha256 === sha256 && link.attempt === body.attempt;

/** What a record says that goes on from it. */
export const linkTo = ({ sha256, body }: Signed<DecisionRecord>): RecordLink => ({ attempt: body.attempt, sha256 });
