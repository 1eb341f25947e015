import type { Bound } from "../core/evidence";
import { formatBound } from "../core/finding";
import { isObject } from "../core/shape";

/** Who a change concerns where the organisation's policy counts. */
export const OTHER_GROUPS = "groups without a file of their own";

/** Who a change concerns that no group has otherwise. */
const ALL_GROUPS = "all groups";

/** What one value of a group's policy was, and what it became. */
export interface PolicyChange {
  group: string;
  /** `model-quality binary.auc`, `bias-post-training onFail`, `requiredEvidence`. */
  what: string;
  before: string;
  after: string;
  /** Of a bound that takes more, or less, than before. */
  effect?: "looser" | "stricter";
}

type Values = ReadonlyMap<string, unknown>;

/**
 * What differs between two policies as they are kept, each JSON text of `Policy.text`.
 * @throws Error for a text that is no policy
 */
export function policyChanges(before: string, after: string): PolicyChange[] {
  const [old, fresh] = [read(before), read(after)];
  const whole = differences(ALL_GROUPS, old.whole, fresh.whole);
  const names = [...new Set([...old.groups.keys(), ...fresh.groups.keys()])].sort();
  return [
    ...whole,
    ...differences(OTHER_GROUPS, old.organisation, fresh.organisation),
    ...names.flatMap((group) =>
      differences(group, old.groups.get(group) ?? old.organisation, fresh.groups.get(group) ?? fresh.organisation),
    ),
  ];
}

/** Groups that have a file of their own in a kept policy. @throws Error for a text that is no policy */
export const groupsWithFile = (policy: string): ReadonlySet<string> => new Set(read(policy).groups.keys());

/**
 * Whether a change concerns decisions on versions of a group.
 * @param withFile groups that have a file of their own in the policy that decided
 */
export function concerns({ group }: PolicyChange, of: string, withFile: ReadonlySet<string>): boolean {
  if (group === ALL_GROUPS) return true;
  return group === OTHER_GROUPS ? !withFile.has(of) : group === of;
}

/** One line for people. */
export const formatPolicyChange = ({ group, what, before, after, effect }: PolicyChange): string =>
  `${group}: ${what}: ${before} -> ${after}${effect === undefined ? "" : ` (${effect})`}`;

function read(text: string): { whole: Values; organisation: Values; groups: Map<string, Values> } {
  const parsed: unknown = JSON.parse(text);
  if (!isObject(parsed) || parsed.schemaVersion !== 1 || !isObject(parsed.groups)) {
    throw new Error(
      `a kept policy: expected schemaVersion 1 and groups, found ${text.slice(0, 60)}…; a newer governance reads newer ones`,
    );
  }
  return {
    whole: new Map([["evidenceDeadlineMinutes", parsed.evidenceDeadlineMinutes]]),
    organisation: valuesOf(parsed.organisation),
    groups: new Map(Object.entries(parsed.groups).map(([group, policy]) => [group, valuesOf(policy)])),
  };
}

function valuesOf(policy: unknown): Values {
  const { checks, ...others } = isObject(policy) ? policy : {};
  const ofChecks = Object.entries(isObject(checks) ? checks : {}).flatMap(([id, check]) => {
    const { thresholds, ...outcomes } = isObject(check) ? check : {};
    return [...leaves(id, outcomes), ...leaves(id, thresholds)];
  });
  return new Map([...leaves("", others), ...ofChecks]);
}

/** Bounds, lists and single values, by the names that lead to them. */
function leaves(name: string, value: unknown): [name: string, value: unknown][] {
  if (!isObject(value) || isBound(value)) return [[name, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(name === "" ? key : `${name} ${key}`, inner));
}

const isBound = (value: unknown): value is Bound =>
  isObject(value) &&
  Object.entries(value).every(([side, limit]) => (side === "min" || side === "max") && typeof limit === "number");

function differences(group: string, before: Values, after: Values): PolicyChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((what) => {
    const [old, fresh] = [before.get(what), after.get(what)];
    if (said(old) === said(fresh)) return [];
    const effect = isBound(old) && isBound(fresh) ? effectOf(old, fresh) : undefined;
    return [{ group, what, before: said(old), after: said(fresh), ...(effect !== undefined && { effect }) }];
  });
}

function said(value: unknown): string {
  if (value === undefined) return "not set";
  if (isBound(value)) return value.min === undefined && value.max === undefined ? "no bound" : formatBound(value);
  return Array.isArray(value) ? `[${value.map(String).join(", ")}]` : JSON.stringify(value);
}

function effectOf(before: Bound, after: Bound): "looser" | "stricter" | undefined {
  const [low, high] = [before.min ?? -Infinity, before.max ?? Infinity];
  const [newLow, newHigh] = [after.min ?? -Infinity, after.max ?? Infinity];
  if (newLow <= low && newHigh >= high) return "looser";
  return newLow >= low && newHigh <= high ? "stricter" : undefined;
}
