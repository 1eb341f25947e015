import type { Asked } from "./access/authoriser";
import type { NamedPolicy, Policies } from "./access/declared-policies";
import { arnParts } from "./stand-in/arns";
import { listOf } from "./stand-in/inputs";

/** What one statement of a role's own policy allows. */
export interface Allowance {
  /** The role's name without its Region; roles of the same name in several accounts are one. */
  role: string;
  sid: string;
  actions: readonly string[];
}

/** A program's policies, and what runs of it asked. */
export interface Asking {
  policies: Policies;
  asked: readonly Asked[];
}

/** All that roles' own policies allow, but for what was asked for, in the order of the policies. */
export function unused(runs: readonly Asking[]): Allowance[] {
  const used = new Set(
    runs.flatMap(({ asked }) =>
      asked.flatMap(({ request: { principal, action }, by }) => by.map(({ sid }) => keyOf(principal, sid, action))),
    ),
  );
  const left = new Map<string, Allowance>();
  for (const [principal, policy] of runs.flatMap(rolePolicies)) {
    for (const { Sid = "", Effect, Action } of policy.document.Statement) {
      const actions = Effect === "Allow" ? listOf(Action).map(String) : [];
      const idle = actions.filter((action) => !used.has(keyOf(principal, Sid, action)));
      if (idle.length > 0) left.set(keyOf(principal, Sid), { role: roleName(principal), sid: Sid, actions: idle });
    }
  }
  return [...left.values()];
}

const rolePolicies = ({ policies }: Asking): [string, NamedPolicy][] =>
  [...policies.principals].flatMap(([principal, held]) =>
    held.policies.map((policy): [string, NamedPolicy] => [principal, policy]),
  );

const keyOf = (principal: string, ...parts: string[]): string => JSON.stringify([roleName(principal), ...parts]);

/** A role's name without its Region: there is one of a name in each account. */
export const roleName = (arn: string): string =>
  (arnParts(arn)?.resource ?? arn).replace(/^role\//, "").replace(/-[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-\d$/, "");
