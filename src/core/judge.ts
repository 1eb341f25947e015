import { type Check, isInRange, rangeOf } from "./check";
import type { Bound, Evidence, PinnedObject, Range } from "./evidence";
import type { Finding, FindingValue, Measurement, Outcome } from "./finding";
import type { GroupPolicy, OnOutcome } from "./policy";
import type { Decision, Verdict } from "./verdict";

/**
 * Judges a version's evidence by its group's policy. Pure: the same evidence, policy and checks give the same verdict.
 * Only a version all of whose findings pass is Approved, and there is always one.
 * @throws whatever a check throws: a bug of ours, never a finding
 */
export function judge(evidence: readonly Evidence[], policy: GroupPolicy, checks: readonly Check[]): Verdict {
  const judged = checks.flatMap((check) => findingsOf(check, evidence, policy));
  const findings = judged.length > 0 ? judged : [NOTHING_JUDGED];
  return { decision: decide(findings, policy), findings, policy: { digest: policy.digest } };
}

/** A version must not pass because nothing was asked of it, and a person must be told that. */
const NOTHING_JUDGED: Finding = {
  check: "evidence",
  metric: "report",
  facet: null,
  feature: null,
  category: null,
  value: null,
  bound: {},
  outcome: "cannot-evaluate",
  reason: "the version names no report that a check judges; name one in its ModelMetrics",
  evidence: null,
};

function findingsOf(check: Check, evidence: readonly Evidence[], policy: GroupPolicy): Finding[] {
  const documents = evidence.filter((document) => document.kind === check.requires);
  if (documents.length === 0) {
    if (!policy.requiredEvidence.includes(check.requires)) return [];
    return [reportProblem(check, `the version names no ${check.requires} report, and the policy requires one`)];
  }
  return documents.flatMap((document) => {
    if ("problem" in document) return [reportProblem(check, document.problem, document.sources[0])];
    const measurements = check.measure(document, policy.checks[check.id]?.thresholds ?? {});
    if (measurements.length === 0) {
      const reason = `no threshold of ${check.id} applies to this report: bound at least one of its metrics in the policy`;
      return [reportProblem(check, reason, document.sources[0])];
    }
    return measurements.map((measured) => found(check, measured, document.sources[0]));
  });
}

const reportProblem = (check: Check, problem: string, source?: PinnedObject): Finding =>
  found(check, { metric: "report", value: null, bound: {}, problem }, source);

function found(check: Check, measured: Measurement, source: PinnedObject | undefined): Finding {
  const { outcome, reason } = outcomeOf(measured, measured.range ?? rangeOf(check.thresholds, measured.metric));
  return {
    check: check.id,
    metric: measured.metric,
    facet: measured.facet ?? null,
    feature: measured.feature ?? null,
    category: measured.category ?? null,
    value: findingValue(measured.value),
    ...(measured.interval?.every(Number.isFinite) ? { interval: measured.interval } : {}),
    bound: measured.bound,
    outcome,
    reason: reason ?? null,
    evidence: source ? { uri: source.uri, versionId: source.versionId, sha256: source.sha256 } : null,
  };
}

function findingValue(value: number | null | undefined): FindingValue {
  if (value === null || value === undefined) return null;
  if (Number.isNaN(value)) return "NaN";
  if (value === Number.POSITIVE_INFINITY) return "Infinity";
  return value === Number.NEGATIVE_INFINITY ? "-Infinity" : value;
}

/** The one place where a value meets its bound. Both ends of a bound are inside it. */
function outcomeOf(measured: Measurement, range: Range): { outcome: Outcome; reason?: string } {
  const cannot = (reason: string) => ({ outcome: "cannot-evaluate" as const, reason });
  const { value, bound, problem } = measured;
  if (problem !== undefined) return cannot(problem);
  if (typeof value !== "number") return cannot("the report has no value for it");
  if (!Number.isFinite(value)) return cannot(`its value is ${value}, not a finite number`);
  if (!isInRange(value, range)) {
    return cannot(`its value ${value} is outside of what the metric can be, ${range[0]} to ${range[1]}`);
  }
  if (bound.min === undefined && bound.max === undefined) return cannot("it was measured against no bound");
  const judged = measured.byInterval ? measured.interval : [value];
  if (judged === undefined) return cannot("it has no confidence interval, and the policy judges by its ends");
  const odd = judged.find((end) => !isInRange(end, range));
  if (odd !== undefined) return cannot(`its confidence interval has an end of ${odd}, which the metric can't be`);
  const outside = judged.find((end) => !inside(end, bound));
  if (outside === undefined) return { outcome: "pass" };
  const side = bound.min !== undefined && outside < bound.min ? "below" : "above";
  return {
    outcome: "fail",
    reason: `${outside}${measured.byInterval ? ", an end of its interval," : ""} is ${side} its bound`,
  };
}

const inside = (value: number, { min, max }: Bound): boolean =>
  (min === undefined || value >= min) && (max === undefined || value <= max);

function decide(findings: readonly Finding[], policy: GroupPolicy): Decision {
  const asks = findings
    .filter(({ outcome }) => outcome !== "pass")
    .map(({ check, outcome }): OnOutcome => {
      const of = policy.checks[check];
      return (outcome === "fail" ? of?.onFail : of?.onCannotEvaluate) ?? "reject";
    });
  if (asks.includes("reject")) return "Rejected";
  return asks.includes("review") ? "PendingManualApproval" : "Approved";
}
