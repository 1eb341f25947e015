import { wildcardMatches } from "./arns";
import { isRecord } from "./inputs";
import { UnknownToStandIn } from "./service";

type Matcher = (value: unknown) => boolean;

const textTest =
  (test: (value: string) => boolean): Matcher =>
  (value) =>
    typeof value === "string" && test(value);

/**
 * Operators of EventBridge's patterns that the stand-in knows ("Comparison operators for use in event patterns",
 * EventBridge User Guide).
 */
const OPERATORS: Readonly<Record<string, (operand: unknown) => Matcher>> = {
  prefix: (operand) => textTest((value) => value.startsWith(String(operand))),
  suffix: (operand) => textTest((value) => value.endsWith(String(operand))),
  wildcard: (operand) => textTest((value) => wildcardMatches(String(operand).replaceAll("?", "\\?"), value)),
  "equals-ignore-case": (operand) => textTest((value) => value.toLowerCase() === String(operand).toLowerCase()),
  exists: (operand) => (value) => (value !== undefined) === (operand === true),
  "anything-but": (operand) => {
    const excluded = Array.isArray(operand) ? operand.map(matcherOf) : [matcherOf(operand)];
    return (value) => value !== undefined && excluded.every((matches) => !matches(value));
  },
};

function matcherOf(wanted: unknown): Matcher {
  if (!isRecord(wanted)) return (value) => value === wanted;
  const [[operator, operand] = ["", undefined], ...further] = Object.entries(wanted);
  const make = OPERATORS[operator];
  if (make === undefined || further.length > 0) {
    throw new UnknownToStandIn(`event pattern operator ${JSON.stringify(wanted)}`);
  }
  return make(operand);
}

/** Where an event differs from what a pattern wants. */
export interface Mismatch {
  /** Like `detail.ModelApprovalStatus`. */
  field: string;
  found: unknown;
  wanted: unknown;
}

/** All leaves of a pattern with their path. */
function leaves(pattern: Readonly<Record<string, unknown>>, path: readonly string[]): [string[], unknown[]][] {
  return Object.entries(pattern).flatMap(([field, wanted]) => {
    const at = [...path, field];
    if (Array.isArray(wanted)) return [[at, wanted]];
    if (isRecord(wanted)) return leaves(wanted, at);
    throw new Error(`event pattern: ${at.join(".")} must be a list of what it may be, found ${JSON.stringify(wanted)}`);
  });
}

const valueAt = (event: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, field) => (isRecord(value) ? value[field] : undefined), event);

/**
 * A parsed pattern: gives the first field of an event that isn't as wanted, undefined where it matches. A field that
 * holds a list matches with any of its items.
 * @throws UnknownToStandIn for an operator it doesn't know
 */
export function eventPattern(pattern: unknown): (event: unknown) => Mismatch | undefined {
  if (!isRecord(pattern) || Object.keys(pattern).length === 0)
    throw new Error("event pattern: must be an object with fields");
  const wants = leaves(pattern, []).map(([path, wanted]) => ({ path, wanted, matchers: wanted.map(matcherOf) }));
  return (event) => {
    const differing = wants.find(({ path, matchers }) => {
      const value = valueAt(event, path);
      const values: unknown[] = Array.isArray(value) && value.length > 0 ? value : [value];
      return !values.some((item) => matchers.some((matches) => matches(item)));
    });
    if (differing === undefined) return undefined;
    return { field: differing.path.join("."), found: valueAt(event, differing.path), wanted: differing.wanted };
  };
}
