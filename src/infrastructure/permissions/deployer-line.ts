import type { Conditions } from "./grant";

/** One line of the table of what a stack's deployer may do. */
export interface DeployerLine {
  /** Statement id: letters and digits. */
  sid: string;
  /** What it is for, in words. */
  for: string;
  /** What of the stack file asks for it, in words; always where it isn't said. */
  with?: string;
  /** Whether this stack file asks for it. */
  asked: boolean;
  may: readonly string[];
  /** ARNs, patterns of ARNs, or `*` for actions that name no resource. */
  on: readonly string[];
  when?: Conditions;
}

/** A line that every stack has. */
export const always = (
  sid: string,
  what: string,
  may: readonly string[],
  on: readonly string[],
  when?: Conditions,
): DeployerLine => ({ sid, for: what, asked: true, may, on, ...(when && { when }) });

/** A line that a stack has whose file asks for it. */
export const asks = (asked: boolean, words: string, line: DeployerLine): DeployerLine => ({
  ...line,
  with: words,
  asked,
});

/** Actions of one service: `of("sqs", "CreateQueue", "DeleteQueue")`. */
export const of = (service: string, ...actions: readonly string[]): string[] =>
  actions.map((action) => `${service}:${action}`);
