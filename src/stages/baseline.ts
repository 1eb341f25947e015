import { isBeforeCutOver, type TakeOver } from "../contract/cut-over";
import { PENDING } from "../contract/registry-event";
import type { ListedVersion } from "../core/ports";
import { DECISIONS, type Decision } from "../core/verdict";
import type { RecordChain } from "../ledger/chain";
import { type DecisionRecord, isBaseline } from "../ledger/decision-record";
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
export const whyNoBaseline = (
  version: ListedVersion,
  chain: RecordChain | undefined,
  takeOver: TakeOver,
): string | undefined =>
  whyNotBefore(version, takeOver) ??
  (chain?.inForce === undefined ? undefined : `its record ${chain.inForce.name} says who decided on it`);

/** @throws Error for a status that no record can have */
export function statusBefore({ approvalStatus, id: { arn } }: Pick<ListedVersion, "approvalStatus" | "id">): Decision {
  const decision = DECISIONS.find((one) => one === approvalStatus);
  if (decision !== undefined) return decision;
  throw new Error(`${arn}: found the status ${approvalStatus}, expected ${DECISIONS.join(", ")}`);
}
