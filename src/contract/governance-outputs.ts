import type { FunctionOf } from "./names";

/** What commands take from the outputs of the governance account's stack. */
export interface GovernanceOutputs {
  /** ARNs of what the stack makes whose names don't say them, by what it is for: keys, queues, rules, the topic. */
  made: Readonly<Record<string, string>>;
  /** The checks' image, `repository@sha256:…`. */
  checksImage: string;
  /** Queues of what nothing took, by the names of their outputs. */
  deadLetters: ReadonlyMap<string, string>;
}

/** Name of the output that holds `made`. */
export const MADE_OUTPUT = "madeArns";

/** In `made`: the queue of what is watched, and the rule that feeds it. */
export const WATCH_QUEUE = "watch-queue";
export const WATCH_RULE = "watch-rule";

/** In `made`: the rule that tells of failed executions, and the one that calls a function on its schedule. */
export const FAILURE_RULE = "failure-rule";
export const scheduleRule = (of: FunctionOf): string => `${of}-schedule`;

/** Outputs of the queues of dead letters that a rule sends to as well. */
export const START_DEAD_LETTERS = "startDeadLettersUrl";
export const FAILURE_DEAD_LETTERS = "failureDeadLettersUrl";
export const WATCH_DEAD_LETTERS = "watchDeadLettersUrl";

/** Outputs of the queues whose dead letters are requests: moved back they would be somebody else's, and are refused. */
export const REQUEST_DEAD_LETTERS = "requestDeadLettersUrl";
export const REVOCATION_DEAD_LETTERS = "revocationDeadLettersUrl";

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Entries whose values are texts; undefined where one isn't. */
function texts(fields: Fields): [string, string][] | undefined {
  const entries = Object.entries(fields).filter((entry): entry is [string, string] => isText(entry[1]));
  return entries.length === Object.keys(fields).length ? entries : undefined;
}

/**
 * Reads a stack's outputs, as `pulumi stack output --json` prints them.
 * @throws Error that names each output which is missing or malformed
 */
export function parseGovernanceOutputs(outputs: unknown): GovernanceOutputs {
  const fields = isFields(outputs) ? outputs : {};
  const made = isFields(fields[MADE_OUTPUT]) ? texts(fields[MADE_OUTPUT]) : undefined;
  const { checksImage } = fields;
  const queues = Object.entries(fields).filter(([name]) => name.endsWith("DeadLettersUrl"));
  const deadLetters = texts(Object.fromEntries(queues)) ?? [];
  if (
    made !== undefined &&
    made.length > 0 &&
    isText(checksImage) &&
    checksImage.includes("@") &&
    deadLetters.length > 0
  )
    return { made: Object.fromEntries(made), checksImage, deadLetters: new Map(deadLetters) };
  throw new Error(
    `${MADE_OUTPUT}, checksImage or the queues of dead letters are missing or malformed; expected all outputs of the governance account's stack of this release: update the stack, and print them again`,
  );
}

/** Those of what is made that are keys. */
export const keysOf = ({ made }: Pick<GovernanceOutputs, "made">): Record<string, string> =>
  Object.fromEntries(Object.entries(made).filter(([of]) => /-key(-\d{12})?$/.test(of)));
