import type { Bound, Figure, PinnedObject, Range } from "./evidence";

const NAMES_SHOWN = 8;
const NAME_SHOWN = 40;

/** What a check found in the evidence. It never says whether that is good. */
export interface Measurement {
  /** Name of the threshold it is held against, or of what was counted. */
  metric: string;
  /** `name=value`. */
  facet?: string;
  feature?: string;
  /** A label, an answer's category: whatever else tells measurements of one metric apart. */
  category?: string;
  /** Absent, null, NaN or infinite can't be judged and never passes. */
  value: number | null | undefined;
  /** Ends of the value's confidence interval, where it was computed from a sample. */
  interval?: Range;
  /** Whether both ends of the interval must be inside of the bound, and not the value alone. */
  byInterval?: boolean;
  bound: Bound;
  /** The values it can have; absent where the threshold of its name says. */
  range?: Range;
  /** Why it can't be judged. */
  problem?: string;
}

/** A measurement's value as a report has it, or why there is none: `absent` where the report doesn't name it. */
export function measuredValue(figure: Figure | undefined, absent: string): Pick<Measurement, "value" | "problem"> {
  return figure === undefined ? { value: null, problem: absent } : { ...figure };
}

/** Names from a report, for a sentence: no more than fit on a line. */
export function formatNames(names: Iterable<string>): string {
  const all = [...names];
  const shown = all
    .slice(0, NAMES_SHOWN)
    .map((name) => (name.length > NAME_SHOWN ? `${name.slice(0, NAME_SHOWN)}…` : name));
  if (all.length === 0) return "none";
  return all.length > NAMES_SHOWN ? `${shown.join(", ")} and ${all.length - NAMES_SHOWN} more` : shown.join(", ");
}

export const OUTCOMES = ["pass", "fail", "cannot-evaluate"] as const;
/** pass: inside its bound. fail: outside. cannot-evaluate: the evidence doesn't tell. */
export type Outcome = (typeof OUTCOMES)[number];

/** A value as JSON can hold it: a finite number, the name of one that isn't, or null when absent. */
export type FindingValue = number | "NaN" | "Infinity" | "-Infinity" | null;

/** A measurement and its outcome. What doesn't apply is null. */
export interface Finding {
  check: string;
  metric: string;
  facet: string | null;
  feature: string | null;
  category: string | null;
  value: FindingValue;
  /** Ends of the value's confidence interval, both finite; absent where there is none. */
  interval?: Range;
  bound: Bound;
  outcome: Outcome;
  reason: string | null;
  evidence: Pick<PinnedObject, "uri" | "versionId" | "sha256"> | null;
}

/** A number inside its bound's text: `[0.8, 1.25]`, `at least 0.9`, `at most 0.1`. */
export function formatBound({ min, max }: Bound): string {
  if (min !== undefined && max !== undefined) return `[${min}, ${max}]`;
  if (min !== undefined) return `at least ${min}`;
  return max === undefined ? "none" : `at most ${max}`;
}

/** The ends of a value's interval, after a blank; nothing where there is none. */
export const formatInterval = ({ interval }: Finding): string =>
  interval === undefined ? "" : ` (${interval.map((end) => Number(end.toPrecision(4))).join(" to ")})`;

/** What a finding is about: `bias-post-training DPPL gender=F`. */
export function formatSubject({ check, metric, facet, feature, category }: Finding): string {
  return [check, metric, facet, feature, category].filter((part) => part !== null).join(" ");
}

/** One line for people: subject, value, bound, and the reason where there is one. */
export function formatFinding(finding: Finding): string {
  const subject = formatSubject(finding);
  if (finding.outcome === "cannot-evaluate")
    return `${subject}: cannot be evaluated, ${finding.reason ?? "no reason given"}`;
  return `${subject} = ${finding.value}${formatInterval(finding)}, bound ${formatBound(finding.bound)}`;
}
