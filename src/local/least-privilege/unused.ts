import { grouped } from "../access/access-table";
import type { Asked } from "../access/authoriser";
import type { PolicyStatement } from "../access/declared-policies";
import { pairsOf, SOME, servicesIn, type Target, targetsOf } from "../access/pairs";
import type { EvaluatedProgram } from "../evaluate-program";
import { authoriserOf, outsidersOf } from "../program-world";
import { arnParts, wildcardMatches } from "../stand-in/arns";
import { listOf } from "../stand-in/inputs";

/** An action that a statement of a role's own policy allows, and the things on which nothing asked for it. */
export interface Unused {
  /** The role's name without its Region; roles of one name in several accounts are one. */
  role: string;
  sid: string;
  action: string;
  /** Things by the program's own names: `bucket records/records/*`. */
  on: readonly string[];
}

/** One of all that roles are allowed: an action of a statement, on one of its things. */
interface Allowed {
  role: string;
  sid: string;
  action: string;
  on: string;
  used: boolean;
}

/**
 * All that roles' own policies allow and no run used, in the order of the policies. A thing that one of the programs
 * used is used.
 * @param programs those that were run; what they asked is known of them
 */
export async function unused(programs: readonly EvaluatedProgram[]): Promise<Unused[]> {
  const things = new Map<string, Allowed>();
  for (const one of (await Promise.all(programs.map(allowedOf))).flat()) {
    const key = JSON.stringify([one.role, one.sid, one.action, one.on]);
    things.set(key, { ...one, used: one.used || things.get(key)?.used === true });
  }
  const byAction = grouped(
    [...things.values()].map((one) => [JSON.stringify([one.role, one.sid, one.action]), one] as const),
  );
  return [...byAction.values()].flatMap((all) => {
    const idle = all.filter(({ used }) => !used);
    const [first] = idle;
    if (first === undefined) return [];
    const { role, sid, action } = first;
    return [{ role, sid, action, on: idle.map(({ on }) => on) }];
  });
}

async function allowedOf(program: EvaluatedProgram): Promise<Allowed[]> {
  const { policies, asked } = authoriserOf(program);
  const targets = targetsOf(program.resources, policies);
  const pairs = await pairsOf(targets, servicesIn(targets, policies), program.governance.account);
  // A statement names several things, of which each action takes those of its own kind.
  const taken = new Set(pairs.map(({ action, target }) => `${action} ${target.label}`));
  const people = Object.keys(outsidersOf(program));
  return [...policies.principals].flatMap(([principal, held]) => {
    const own = asked.filter(({ request }) => request.principal === principal);
    const statements = held.policies.flatMap(({ name, document }) => document.Statement.map((of) => ({ name, of })));
    return people.includes(principal)
      ? []
      : statements.flatMap(({ name, of }) =>
          allowedBy(of, targets)
            .filter(({ action, on }) => taken.has(`${action} ${on}`))
            .map((one) => usedBy(own, principal, name, one)),
        );
  });
}

/** Each action of a statement, with each pattern of its resources. */
const allowedBy = ({ Sid = "", Effect, Action, Resource }: PolicyStatement, targets: readonly Target[]) =>
  Effect === "Deny"
    ? []
    : listOf(Action).flatMap((action) =>
        listOf(Resource)
          .map(String)
          .flatMap((pattern) =>
            labelsOf(pattern, targets).map((on) => ({ sid: Sid, action: String(action), pattern, on })),
          ),
      );

function usedBy(
  asked: readonly Asked[],
  principal: string,
  policy: string,
  { sid, action, pattern, on }: { sid: string; action: string; pattern: string; on: string },
): Allowed {
  const used = asked.some(
    ({ request, by }) =>
      request.action === action &&
      by.some((of) => of.policy === policy && of.sid === sid) &&
      wildcardMatches(pattern, request.resource.arn),
  );
  return { role: roleName(principal), sid, action, on, used };
}

/** By the program's own names: of the thing, or of all that it makes which the pattern has. */
function labelsOf(pattern: string, targets: readonly Target[]): string[] {
  if (pattern === "*") return [pattern];
  const same = targets.find(({ arn }) => arn === pattern.replaceAll("*", SOME));
  const all = same === undefined ? targets.filter(({ arn }) => wildcardMatches(pattern, arn)) : [same];
  return all.length === 0 ? [pattern] : all.map(({ label }) => label);
}

/** A role's name without its Region: there is one of a name in each account. */
export const roleName = (arn: string): string =>
  (arnParts(arn)?.resource ?? arn).replace(/^role\//, "").replace(/-[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-\d$/, "");
