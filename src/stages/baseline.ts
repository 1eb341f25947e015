import { cutOverOf, isBeforeCutOver, type TakeOver } from "../contract/cut-over";
import { PENDING } from "../contract/registry-event";
import type { ListedVersion } from "../core/ports";
import { DECISIONS, type Decision } from "../core/verdict";
import type { RecordChain } from "../ledger/chain";
import { type DecisionRecord, isBaseline, isJudged } from "../ledger/decision-record";
import type { Signed } from "../ledger/signed";

/** The record that says how a version was which others had decided on; undefined where it has none. */
export const baselineOf = ({ records }: RecordChain): Signed<DecisionRecord> | undefined =>
  records.find(({ body }) => isBaseline(body));

/**
 * Why a version isn't one that others decided on before this project did; undefined where it is. Without a cut-over an
 * observed group's pending versions are judged yet.
 */
export function whyNotBefore(
  { id: { group }, createdAt, approvalStatus }: ListedVersion,
  { cutOvers, observedGroups }: TakeOver,
): string | undefined {
  if (Object.hasOwn(cutOvers, group))
    return isBeforeCutOver(cutOvers, group, createdAt)
      ? undefined
      : `it wasn't registered before ${cutOvers[group]}, the cut-over of its group`;
  if (!observedGroups.includes(group)) return "its group has no cut-over: nobody else decides on its versions";
  return approvalStatus === PENDING ? "it waits to be judged, as its group has no cut-over" : undefined;
}

/** Why a version gets no baseline; undefined where it may. */
export function whyNoBaseline(
  version: ListedVersion,
  chain: RecordChain | undefined,
  takeOver: TakeOver,
  now: Date,
): string | undefined {
  const cutOver = cutOverOf(takeOver.cutOvers, version.id.group);
  if (cutOver !== undefined && now < new Date(cutOver))
    return `the cut-over of its group is at ${cutOver}: others may still decide on it until then`;
  // Without a cut-over what policy found counts, whatever others made of it.
  const judged = cutOver === undefined ? chain?.records.find(({ body }) => isJudged(body)) : undefined;
  const recorded = chain?.inForce ?? judged;
  return (
    whyNotBefore(version, takeOver) ??
    (recorded === undefined ? undefined : `its record ${recorded.name} says who decided on it, or what was found`)
  );
}

/** @throws Error for a status that no record can have */
export function statusBefore({ approvalStatus, id: { arn } }: Pick<ListedVersion, "approvalStatus" | "id">): Decision {
  const decision = DECISIONS.find((one) => one === approvalStatus);
  if (decision !== undefined) return decision;
  throw new Error(`${arn}: found the status ${approvalStatus}, expected ${DECISIONS.join(", ")}`);
}
