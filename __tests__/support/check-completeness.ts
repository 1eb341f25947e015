import type { Check, ThresholdSchema } from "../../src/core/check";
import { CASE_KINDS, type CaseKind, type CheckCase, type ExpectedFinding } from "../../src/core/check-case";

/** What makes a check half made: a kind of case that none shows, a duplicate, a threshold that says too little. */
export function problemsWithCheck(check: Check, cases: readonly CheckCase[]): string[] {
  return [
    ...CASE_KINDS.filter((kind) => !cases.some(({ shows }) => shows === kind)).map((kind) => `no case shows ${kind}`),
    ...cases.filter((one) => !SHOWS[one.shows](one.findings)).map((one) => `${one.name} doesn't show ${one.shows}`),
    ...duplicates(cases),
    ...Object.entries(check.thresholds.properties).flatMap(([name, schema]) => problemsWithThreshold(name, schema)),
  ];
}

const SHOWS: Record<CaseKind, (findings: readonly ExpectedFinding[]) => boolean> = {
  passing: (findings) => findings.length > 0 && findings.every(({ outcome }) => outcome === "pass"),
  failing: (findings) => findings.some(({ outcome }) => outcome === "fail"),
  "exactly-at-limit": (findings) =>
    findings.some(({ outcome, value, bound }) => outcome === "pass" && (value === bound.min || value === bound.max)),
  "missing-evidence": (findings) => findings.some(({ outcome }) => outcome === "cannot-evaluate"),
};

function duplicates(cases: readonly CheckCase[]): string[] {
  const byName = new Set<string>();
  const byContent = new Map<string, string>();
  return cases.flatMap(({ name, evidence, thresholds }) => {
    const content = JSON.stringify([evidence, thresholds], distinguishable);
    const before = byContent.get(content);
    byContent.set(content, before ?? name);
    const sameName = byName.has(name) ? [`two cases have the name: ${name}`] : [];
    byName.add(name);
    return before === undefined ? sameName : [...sameName, `${before} and ${name} are the same case`];
  });
}

/** JSON has neither maps nor NaN. */
function distinguishable(_: string, value: unknown): unknown {
  if (value instanceof Map) return [...value];
  return typeof value === "number" ? String(value) : value;
}

function problemsWithThreshold(name: string, schema: ThresholdSchema): string[] {
  const isBound = schema.properties !== undefined;
  return [
    ...(schema.description?.trim() ? [] : [`${name} has no description`]),
    ...(schema.default === undefined ? [`${name} has no default`] : []),
    ...(isBound && schema.$comment === undefined ? [`${name} has no range: make it by bound, twoSided or upper`] : []),
  ];
}
