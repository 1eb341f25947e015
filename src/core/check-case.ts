import type {
  Bound,
  EstimatedFigure,
  EvidenceContent,
  EvidenceKind,
  Figure,
  Figures,
  LanguageEvaluation,
} from "./evidence";
import type { Finding, FindingValue, Outcome } from "./finding";

/** What a check's cases must show, each at least once. */
export const CASE_KINDS = ["passing", "failing", "exactly-at-limit", "missing-evidence"] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

/** A finding as a case writes it: `check` and `evidence` are the same in all, and a field left out is null. */
export interface ExpectedFinding
  extends Partial<Pick<Finding, "facet" | "feature" | "category" | "interval" | "reason">> {
  metric: string;
  value: FindingValue;
  bound: Bound;
  outcome: Outcome;
}

/** Evidence and thresholds, and every finding that they make. */
export interface CheckCase<Kind extends EvidenceKind = EvidenceKind> {
  name: string;
  shows: CaseKind;
  evidence: EvidenceContent[Kind];
  /** As a policy file says them: they replace the defaults one by one. */
  thresholds: Readonly<Record<string, unknown>>;
  findings: readonly ExpectedFinding[];
}

/** Figures of plain numbers; a figure with a problem is written out. */
export const figures = (values: Readonly<Record<string, number | Figure>>): Figures =>
  new Map(
    Object.entries(values).map(([name, value]) => [name, typeof value === "number" ? { value } : value] as const),
  );

/** An evaluation of plain numbers; a figure with an interval or a problem is written out. */
export const evaluation = (
  metrics: Readonly<Record<string, number | EstimatedFigure>>,
  categories: Readonly<Record<string, Readonly<Record<string, number | EstimatedFigure>>>> = {},
): LanguageEvaluation => ({
  metrics: figures(metrics),
  categories: new Map(Object.entries(categories).map(([name, of]) => [name, figures(of)] as const)),
});
