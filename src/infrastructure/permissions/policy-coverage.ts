import { isObject } from "../../core/shape";
import type { Statement } from "./grant";

/** What a policy that others wrote lacks. */
export interface Uncovered {
  /** Statements of which the policy doesn't allow all. */
  missing: Statement[];
  /** Ids of statements that deny some of it to whoever asks. A Deny with a condition isn't judged. */
  denying: string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** One thing that is to be allowed. */
interface Need {
  /** Names under which a policy may let that principal in, such as its whole account. */
  who: readonly string[];
  action: string;
  /** Undefined in a policy that has no resources. */
  resource: string | undefined;
  conditions: readonly Condition[];
}

interface Condition {
  operator: string;
  /** In small letters. */
  key: string;
  values: readonly string[];
}

/**
 * What a policy that exists doesn't let in of what is needed. A statement that allows more covers one that allows less:
 * everybody a role, an account its roles, `s3:Get*` an action of it, no condition any. One with NotPrincipal, NotAction or
 * NotResource that allows is taken for none.
 * @param found JSON; undefined where there is no policy
 * @param self what `*` stands for in that policy as a resource, where that is one thing alone: a key
 * @throws Error where it is no policy document
 */
export function uncovered(found: string | undefined, needed: readonly Statement[], self?: string): Uncovered {
  const there = found === undefined ? [] : statementsOf(found);
  if (there === undefined) throw new Error(`found no policy document, but ${found?.slice(0, 80)}`);
  const [allows, denies] = ["Allow", "Deny"].map((effect) => there.filter(({ Effect }) => Effect === effect));
  const needs = needed.map((statement) => needsOf(statement, self));
  const unconditional = denies?.filter(({ Condition }) => conditionsOf(Condition).length === 0) ?? [];
  return {
    missing: needed.filter((_, at) => needs[at]?.some((need) => !allows?.some((one) => isAllowedBy(one, need)))),
    denying: unconditional
      .filter((one) => needs.flat().some((need) => isAbout(one, need)))
      .map(({ Sid }) => (typeof Sid === "string" ? Sid : "without an id")),
  };
}

/** The statements of a policy document; undefined for any other text. */
export function statementsOf(text: string): Fields[] | undefined {
  try {
    const document: unknown = JSON.parse(text);
    const statements = isObject(document) ? listOf(document.Statement) : [undefined];
    return statements.every(isObject) ? statements : undefined;
  } catch {
    return undefined;
  }
}

const listOf = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat());
const textsOf = (value: unknown): string[] => listOf(value).map(String);

function needsOf({ Principal, Action, Resource, Condition }: Statement, self: string | undefined): Need[] {
  const conditions = conditionsOf(Condition);
  // A role that isn't made yet is named by its account and this condition; once it is, a policy may name it itself.
  const roles = conditions.flatMap(({ operator, key, values }) =>
    key === "aws:principalarn" && operator === "ArnEquals" ? values : [],
  );
  const resources = Resource === undefined ? [undefined] : textsOf(Resource).map((of) => (of === "*" && self) || of);
  return principalsOf(Principal).flatMap((principal) =>
    textsOf(Action).flatMap((action) =>
      resources.map((resource) => ({ who: [...namesOf(principal), ...roles], action, resource, conditions })),
    ),
  );
}

/** `service:…` for a service, otherwise as the policy says. */
const principalsOf = (principal: unknown): string[] =>
  isObject(principal)
    ? Object.entries(principal).flatMap(([kind, names]) =>
        textsOf(names).map((name) => (kind === "AWS" ? name : `${kind}:${name}`)),
      )
    : textsOf(principal);

function namesOf(principal: string): string[] {
  const [, partition, account] = /^arn:([a-z-]+):iam::(\d{12}):/.exec(principal) ?? [];
  return account === undefined ? [principal] : [principal, "*", account, `arn:${partition}:iam::${account}:root`];
}

const conditionsOf = (block: unknown): Condition[] =>
  Object.entries(isObject(block) ? block : {}).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: textsOf(values),
    })),
  );

const isAllowedBy = (statement: Fields, need: Need): boolean =>
  statement.NotPrincipal === undefined &&
  statement.NotAction === undefined &&
  statement.NotResource === undefined &&
  isAbout(statement, need) &&
  conditionsOf(statement.Condition).every((condition) => follows(condition, need.conditions));

/** Whether a statement speaks of all of that, conditions aside. */
function isAbout(statement: Fields, { who, action, resource }: Need): boolean {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = statement;
  const names = (principal: unknown) => principalsOf(principal).some((name) => who.includes(name));
  const acts = (patterns: unknown) =>
    textsOf(patterns).some((one) => isWithin(action.toLowerCase(), one.toLowerCase()));
  const holds = (patterns: unknown) => resource === undefined || textsOf(patterns).some((of) => isWithin(resource, of));
  return (
    (NotPrincipal === undefined ? names(Principal) : !names(NotPrincipal)) &&
    (NotAction === undefined ? acts(Action) : !acts(NotAction)) &&
    (NotResource === undefined ? Resource === undefined || holds(Resource) : !holds(NotResource))
  );
}

/** Operators that one of a condition's values fulfils, and whether these may be patterns. */
const POSITIVE: Readonly<Record<string, boolean>> = {
  StringEquals: false,
  StringLike: true,
  ArnEquals: true,
  ArnLike: true,
};

/** Whether a condition holds wherever some others do. */
const follows = ({ operator, key, values }: Condition, from: readonly Condition[]): boolean =>
  from.some((other) => {
    if (other.key !== key) return false;
    const takesPatterns = POSITIVE[operator.replace(/IfExists$/, "")];
    if (takesPatterns === undefined || POSITIVE[other.operator] === undefined) {
      return operator === other.operator && [...values].sort().join() === [...other.values].sort().join();
    }
    return other.values.every((value) =>
      values.some((one) => one === value || (takesPatterns && isWithin(value, one))),
    );
  });

/** Whether all that a text may stand for is what a pattern stands for. */
function isWithin(text: string, pattern: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/[*?]/g, (one) => (one === "*" ? ".*" : "[^*]"));
  return new RegExp(`^${source}$`, "s").test(text);
}
