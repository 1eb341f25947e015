import { canonical } from "../core/canonical";
import { isObject } from "../core/shape";
import type { PolicyDocument } from "../infrastructure/permissions/grant";
import { statementsOf, uncovered } from "../infrastructure/permissions/policy-coverage";

/**
 * In what a policy isn't as expected, in words; nothing where it says the same. AWS may give lists in another order, and a
 * list of one as the one.
 * @param found JSON; undefined where there is no policy
 */
export function policyDifferences(expected: PolicyDocument, found: string | undefined): string[] {
  if (found === undefined) return ["there is no policy"];
  const wanted = expected.Statement.map(alike);
  const there = statementsOf(found)?.map(alike);
  if (there === undefined) return ["the policy is no policy document"];
  const isMissing = (one: Alike) => !there.some(({ text }) => text === one.text);
  const isForeign = (one: Alike) => !wanted.some(({ text }) => text === one.text);
  const foreign = there.filter(isForeign);
  const missing = wanted.filter(isMissing);
  const changed = (one: Alike) => foreign.some(({ sid }) => sid === one.sid);
  return [
    ...missing.map((one) => `statement ${one.sid} ${changed(one) ? "was changed" : "is missing"}`),
    ...foreign
      .filter(({ sid }) => !missing.some((one) => one.sid === sid))
      .map(({ sid }) => `statement ${sid} isn't the program's`),
  ];
}

/** What a policy that is its owner's lacks of what is expected; others' statements in it are no difference. */
export function policyGaps(expected: PolicyDocument, found: string | undefined): string[] {
  const { missing, denying } = uncovered(found, expected.Statement);
  return [
    ...missing.map(({ Sid }) => `it doesn't allow all of statement ${Sid}`),
    ...denying.map((sid) => `statement ${sid} denies what the flow needs`),
  ];
}

/** Statements of `expected` that no policy of those has. */
export function missingStatements(expected: readonly PolicyDocument[], found: readonly string[]): string[] {
  const there = new Set(found.flatMap((text) => (statementsOf(text) ?? []).map((one) => alike(one).text)));
  return expected.flatMap(({ Statement }) =>
    Statement.map(alike).flatMap(({ sid, text }) => (there.has(text) ? [] : [sid])),
  );
}

interface Alike {
  sid: string;
  /** The same for statements that say the same. */
  text: string;
}

const alike = (statement: object): Alike => ({
  sid: "Sid" in statement && typeof statement.Sid === "string" ? statement.Sid : "without an id",
  text: canonical(normal(statement)),
});

/** Every list in one order, and a single text as a list. */
function normal(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "boolean") return [String(value)];
  if (Array.isArray(value)) return value.map(String).sort();
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, normal(inner)]));
}
