import type { CheckPolicy, GroupPolicy, Policy } from "../core/policy";

/** A bound as people read it; thresholds that bound nothing are left out. */
function bounds(thresholds: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const bounding = Object.entries(thresholds).filter(([, value]) => JSON.stringify(value) !== "{}");
  return Object.fromEntries(bounding.map(([name, value]) => [name, worded(value)]));
}

function worded(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("min" in value || "max" in value)) return value;
  const { min, max } = value as { min?: number; max?: number };
  if (min === undefined) return `at most ${max}`;
  return max === undefined ? `at least ${min}` : `${min} to ${max}`;
}

const checkOf = ({ onFail, onCannotEvaluate, thresholds }: CheckPolicy) => ({
  onFail,
  onCannotEvaluate,
  thresholds: bounds(thresholds),
});

const groupOf = ({ requiredEvidence, acceptUndigestedEvidence, acceptReusedEvidence, checks }: GroupPolicy) => ({
  requiredEvidence,
  acceptUndigestedEvidence,
  acceptReusedEvidence,
  checks: Object.fromEntries(Object.entries(checks).map(([id, check]) => [id, checkOf(check)])),
});

/** The effective policy of each group, so that a preview shows an edit as what it does. */
export const policyOutputs = (policy: Policy, groups: readonly string[]) => ({
  evidenceDeadlineMinutes: policy.evidenceDeadlineMinutes,
  groups: Object.fromEntries(groups.map((group) => [group, groupOf(policy.forGroup(group))])),
});
