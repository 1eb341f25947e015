import type { Noted } from "../contract/names";
import { PENDING } from "../contract/registry-event";
import type { ModelPackage } from "../core/ports";
import type { RecordChain } from "../ledger/chain";
import { isBaseline } from "../ledger/decision-record";
import { METADATA } from "./apply-record";

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
   */
  | { is: "wrong"; noted: Noted; what: string; unless?: Noted };

/**
 * Compares a decided version with its records: nothing but the record in force sets a status, and what was approved stays
 * what was approved.
 * @param records how many it has, by which one fact is told from the next
 * @param peopleOnRecord whether people decide on record: then nobody sets by hand what a record leaves to them
 */
export function whatIsWrong(
  version: Pick<ModelPackage, "approvalStatus" | "fingerprint" | "customerMetadata">,
  chain: RecordChain | undefined,
  { records, peopleOnRecord }: { records: number; peopleOnRecord: boolean },
): Compared {
  const { approvalStatus: status, fingerprint, customerMetadata } = version;
  if (!isDecidedStatus(status)) return AS_RECORDED;
  if (chain === undefined)
    return { is: "wrong", noted: "unrecorded", what: `it is ${status}, and no record says who decided that, and why` };
  const { inForce } = chain;
  // Recorded only: the registry says what others set.
  if (inForce === undefined) return AS_RECORDED;
  const { body, sha256 } = inForce;
  if (body.decision === PENDING && !isBaseline(body)) {
    if (!peopleOnRecord || isLeftOver(version, chain)) return AS_RECORDED;
    const what = `it is ${status}, which somebody set by hand: its record ${inForce.name} leaves it to people, who decide on record`;
    // Before people decided on record, they decided by hand.
    return { is: "wrong", noted: `otherwise-${status}-${records}`, what, unless: `as-${status}-${records}` };
  }
  // A baseline found its status, and set none.
  const isApplied = isBaseline(body) || customerMetadata.get(METADATA.recordSha256) === sha256;
  // The first record is of a pending version: whoever was faster than decide set a status of their own.
  const mayBeUnderWay = !isApplied && (body.previous !== null || body.kind === "revocation");
  if (mayBeUnderWay) return { is: "under way" };
  if (status !== body.decision || !isApplied) {
    const what = `it is ${status}, which something else than its record ${inForce.name} set: that says ${body.decision}`;
    const noted = status === body.decision ? "unmarked" : "otherwise";
    return { is: "wrong", noted: `${noted}-${status}-${records}`, what };
  }
  if (status === "Approved" && fingerprint !== body.fingerprint) {
    const what = `it was changed after it was approved: its fingerprint is ${fingerprint}, its record ${inForce.name} says ${body.fingerprint}`;
    return { is: "wrong", noted: `altered-${fingerprint}`, what };
  }
  return AS_RECORDED;
}

/** Whether a status is that of a record before the one that leaves the version to people: nothing sets another until they decide. */
function isLeftOver(
  { approvalStatus, customerMetadata }: Pick<ModelPackage, "approvalStatus" | "customerMetadata">,
  { records }: RecordChain,
): boolean {
  const set = records.findLast(({ body }) => body.binding && body.decision !== PENDING);
  return set?.body.decision === approvalStatus && customerMetadata.get(METADATA.recordSha256) === set.sha256;
}

/** Subject of the notice about one version. */
export function subjectOf(noted: Noted): string {
  if (noted === "unrecorded") return "Decided without a record";
  if (noted.startsWith("otherwise-")) return "Decided otherwise than recorded";
  return noted.startsWith("unmarked-") ? "Set by something else than its record" : "Changed after its approval";
}

const AS_RECORDED: Compared = { is: "as recorded" };
