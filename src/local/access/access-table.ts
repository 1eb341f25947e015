import { isRecord, listOf } from "../stand-in/inputs";
import type { Policies, PolicyStatement } from "./declared-policies";
import type { Allowed } from "./matrix";
import type { Pair } from "./pairs";

/** A line of the table of what roles are allowed: one statement's actions, on the things that they are allowed on. */
export interface AccessLine {
  sid: string;
  actions: readonly string[];
  on: readonly string[];
  /** Of which requests it holds; empty for all. */
  when: string;
}

/** What a role is allowed, by the statements that let it, in their order of names. */
export function accessLines(principal: string, allowed: readonly Allowed[], policies: Policies): AccessLine[] {
  const own = (policies.principals.get(principal)?.policies ?? []).flatMap(({ document }) => document.Statement);
  const held = new Set(own.map(({ Sid }) => Sid));
  const sidsOf = ({ by }: Allowed): string[] => {
    const sids = [...new Set(by.map(({ sid }) => sid))];
    return sids.some((sid) => held.has(sid)) ? sids.filter((sid) => held.has(sid)) : sids;
  };
  const bySid = grouped(allowed.flatMap((one) => sidsOf(one).map((sid) => [sid, one] as const)));
  return [...bySid].sort(byName).flatMap(([sid, all]) => {
    const conditions = own.filter(({ Sid }) => Sid === sid).map(conditionOf);
    return linesOf(sid, all, [...new Set(conditions.filter((text) => text !== ""))]);
  });
}

function linesOf(sid: string, allowed: readonly Allowed[], conditions: readonly string[]): AccessLine[] {
  const byAction = grouped(allowed.map((one) => [one.action, one] as const));
  const alike = grouped(
    [...byAction].map(([action, all]) => {
      const unless = [...new Set(all.flatMap((one) => one.unless))].sort().map((deny) => `not against ${deny}`);
      const line = { on: all.map(({ target }) => target.label), when: [...conditions, ...unless].join("; ") };
      return [JSON.stringify(line), { ...line, action }] as const;
    }),
  );
  return [...alike.values()].map((same) => ({
    sid,
    actions: same.map(({ action }) => action).sort(),
    on: same[0]?.on ?? [],
    when: same[0]?.when ?? "",
  }));
}

/** A statement's conditions, but for who asks. */
function conditionOf({ Condition }: PolicyStatement): string {
  if (!isRecord(Condition)) return "";
  return Object.entries(Condition)
    .flatMap(([operator, keys]) =>
      (isRecord(keys) ? Object.entries(keys) : []).map(([key, values]) => ({ operator, key, values })),
    )
    .filter(({ key }) => key !== "aws:PrincipalArn")
    .map(({ operator, key, values }) => `${key} ${operator} ${listOf(values).join(", ")}`)
    .join(" and ");
}

/** How much of what could be asked of some things somebody is allowed; things that are alike are on one line. */
export interface ShareLine {
  on: readonly string[];
  /** One for each way of asking: `all 12`, `none of 12`, `of 30: s3:PutObject`, `all 30 but s3:PutObject`. */
  allowed: readonly string[];
}

/**
 * @param asked all pairs in question
 * @param ways what is allowed of them, for example without the organization's policies and with them
 */
export function shareLines(asked: readonly Pair[], ways: readonly (readonly Pair[])[]): ShareLine[] {
  const allowedOn = ways.map((allowed) => grouped(allowed.map((pair) => [pair.target.arn, pair.action] as const)));
  const byTarget = grouped(asked.map((pair) => [pair.target.arn, pair] as const));
  const alike = grouped(
    [...byTarget].map(([arn, pairs]) => {
      const actions = pairs.map(({ action }) => action);
      const allowed = allowedOn.map((of) => shareOf(actions, of.get(arn) ?? []));
      return [JSON.stringify([actions, allowed]), { label: pairs[0]?.target.label ?? arn, allowed }] as const;
    }),
  );
  return [...alike.values()].map((same) => ({ on: same.map(({ label }) => label), allowed: same[0]?.allowed ?? [] }));
}

function shareOf(asked: readonly string[], allowed: readonly string[]): string {
  const refused = asked.filter((action) => !allowed.includes(action));
  const listed = (actions: readonly string[]) => [...actions].sort().join(", ");
  if (allowed.length === 0) return `none of ${asked.length}`;
  if (refused.length === 0) return `all ${asked.length}`;
  return refused.length < allowed.length
    ? `all ${asked.length} but ${listed(refused)}`
    : `of ${asked.length}: ${listed(allowed)}`;
}

/** Values by their keys, both in their order. */
export function grouped<Value>(entries: readonly (readonly [string, Value])[]): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const [key, value] of entries) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}

const byName = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);
