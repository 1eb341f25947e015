import { formatFinding } from "../core/finding";
import { shorten, singleLine } from "../core/verdict";
import type { FlowResult, FlowVersion } from "./flow";
import type { Note } from "./stand-in/trace";

/** Notes that tell the story; most others are of rules that look at an event and rightly leave it. */
const TELLING =
  /registered as|^now |PutObject by|CopyObject by|: matches (?!Scheduled)|^step |visible in|alarm|^function .* failed|dead letter/;

/** A note as a line of progress; undefined for one that would only be noise. */
export function progressLine({ at, subject, text }: Note, width: number): string | undefined {
  if (!TELLING.test(text)) return undefined;
  const line = `${at.toISOString().slice(11, 19)}  ${short(subject)}  ${short(text)}`;
  return shorten(singleLine(line), width);
}

/** ARNs and URIs by what tells them apart. */
const short = (text: string): string =>
  text
    .replace(/arn:aws[a-z-]*:iam::(\d+):role\/([\w-]+)/g, "$2 ($1)")
    .replace(/arn:aws[a-z-]*:[a-z0-9]+:[a-z0-9-]*:\d*:(model-package\/|pipeline\/model-governance-pipeline\/|:)?/g, "");

/** What became of each version, with what stands in the way of each that wasn't approved. */
export function resultTable({ versions }: FlowResult): string {
  const rows = versions.map((one) => [
    `${one.group}/${one.version}`,
    one.sample,
    one.approvalStatus,
    `${one.elapsed.toFixed(0)} s`,
  ]);
  const table = [["version", "sample", "decision", "after"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const lines = versions.flatMap((one, index) => [
    line(rows[index] ?? []),
    ...reasons(one).map((reason) => `    ${reason}`),
  ]);
  return [line(table[0] ?? []), line(widths.map((width) => "-".repeat(width))), ...lines].join("\n");
}

/** What is kept of all decisions, in one line. */
export const recordsLine = ({ records: { signed, covered, checkpoints } }: FlowResult): string =>
  `Decision records: ${signed} signed, ${covered} of them covered by ${checkpoints} checkpoint${checkpoints === 1 ? "" : "s"}.`;

const reasons = ({ verdict }: FlowVersion): string[] =>
  (verdict?.findings ?? [])
    .filter(({ outcome }) => outcome !== "pass")
    .map((finding) => singleLine(formatFinding(finding)));
