import type { Noted } from "../contract/names";
import { PENDING } from "../contract/registry-event";
import type { ModelPackage } from "../core/ports";
import type { RecordChain } from "../ledger/chain";
import { type DecisionRecord, isBaseline } from "../ledger/decision-record";
import type { Signed } from "../ledger/signed";
import { isSetBy } from "./apply-record";

export type DecidedStatus = "Approved" | "Rejected";
export const isDecidedStatus = (status: string): status is DecidedStatus =>
  status === "Approved" || status === "Rejected";

/** What is to be said of a decided version. */
export type Compared =
  | { is: "as recorded" }
  /** A record is written that isn't applied yet: decide or revoke is at work, or broke off. */
  | { is: "under way" }
  /**
   * @property noted what it is noted as, so that people are told once
   * @property unless where that is noted, it was right when it was set
   * @property unapplied the record in force is still to be applied: to a version as the record before left it, or to another
   */
  | { is: "wrong"; noted: Noted; what: string; unless?: Noted; unapplied?: "as before" | "otherwise" };

/** How long decide, review and revoke may take from a record to its status, retries included. */
const UNDER_WAY_MS = 15 * 60_000;

/**
 * Compares a decided version with its records: nothing but the record in force sets a status, and what was approved stays
 * what was approved.
 * @param records how many it has, by which one fact is told from the next
 * @param peopleOnRecord whether people decide on record: then nobody sets by hand what a record leaves to them
 * @param now a record that was written just before may be on its way to the registry
 */
export function whatIsWrong(
  version: Pick<ModelPackage, "approvalStatus" | "fingerprint" | "customerMetadata">,
  chain: RecordChain | undefined,
  { records, peopleOnRecord, now }: { records: number; peopleOnRecord: boolean; now: Date },
): Compared {
  const { approvalStatus: status, fingerprint } = version;
  if (!isDecidedStatus(status)) return AS_RECORDED;
  if (chain === undefined)
    return { is: "wrong", noted: "unrecorded", what: `it is ${status}, and no record says who decided that, and why` };
  const { inForce } = chain;
  const byHand = (record: string, says: string): Compared => ({
    ...{ is: "wrong", noted: `otherwise-${status}-${records}` },
    what: `it is ${status}, which somebody set by hand: its record ${record} ${says}, and people decide on record`,
    // Before people decided on record, or while its group was observed, they decided by hand.
    unless: `as-${status}-${records}`,
  });
  if (inForce === undefined) return peopleOnRecord ? byHand(chain.last.name, "sets no status") : AS_RECORDED;
  const { body } = inForce;
  if (body.decision === PENDING && !isBaseline(body)) {
    if (!peopleOnRecord || isLeftOver(version, chain)) return AS_RECORDED;
    return byHand(inForce.name, "leaves it to people");
  }
  // A baseline found its status, and set none.
  const isApplied = isBaseline(body) || isSetBy(version, inForce);
  // The first record is of a pending version: whoever was faster than decide set a status of their own.
  const isUnapplied = !isApplied && (body.previous !== null || body.kind === "revocation");
  const before = isUnapplied && isAsBefore(version, chain);
  const isYoung = now.getTime() - Date.parse(body.decidedAt) < UNDER_WAY_MS;
  if (isUnapplied && (isYoung || (before && status === body.decision))) return { is: "under way" };
  const unapplied = isUnapplied ? ({ unapplied: before ? "as before" : "otherwise" } as const) : {};
  if (status === "Approved" && body.decision === "Approved" && fingerprint !== body.fingerprint) {
    const what = `it was changed after it was approved: its fingerprint is ${fingerprint}, its record ${inForce.name} says ${body.fingerprint}`;
    return { is: "wrong", noted: `altered-${fingerprint}`, what, ...unapplied };
  }
  if (status !== body.decision || !isApplied) {
    const what = `it is ${status}, which something else than its record ${inForce.name} set: that says ${body.decision}`;
    const noted = status === body.decision ? "unmarked" : "otherwise";
    return { is: "wrong", noted: `${noted}-${status}-${records}`, what, ...unapplied };
  }
  return AS_RECORDED;
}

/** Whether a status is that of a record before the one that leaves the version to people: nothing sets another until they decide. */
const isLeftOver = (version: Pick<ModelPackage, "approvalStatus" | "customerMetadata">, chain: RecordChain): boolean =>
  isLeftBy(version, chain.records.findLast(setsStatus));

/** Whether a version is as the record before the one in force left it: that one was written, and not applied. */
const isAsBefore = (
  version: Pick<ModelPackage, "approvalStatus" | "fingerprint" | "customerMetadata">,
  { records, inForce }: RecordChain,
): boolean => {
  const before = records.findLast((one) => one !== inForce && setsStatus(one));
  const isUnchanged = version.approvalStatus !== "Approved" || version.fingerprint === before?.body.fingerprint;
  return isUnchanged && isLeftBy(version, before);
};

const setsStatus = ({ body }: Signed<DecisionRecord>): boolean => body.binding && body.decision !== PENDING;

const isLeftBy = (
  version: Pick<ModelPackage, "approvalStatus" | "customerMetadata">,
  record: Signed<DecisionRecord> | undefined,
): boolean => record !== undefined && record.body.decision === version.approvalStatus && isSetBy(version, record);

/** Subject of the notice about one version. */
export function subjectOf(noted: Noted): string {
  if (noted === "unrecorded") return "Decided without a record";
  if (noted.startsWith("otherwise-")) return "Decided otherwise than recorded";
  return noted.startsWith("unmarked-") ? "Set by something else than its record" : "Changed after its approval";
}

const AS_RECORDED: Compared = { is: "as recorded" };
