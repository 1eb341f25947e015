import { defineCheck, isBounded, rangeOf } from "../../src/core/check";
import type { Bound, ModelQuality, ProblemType } from "../../src/core/evidence";
import { formatNames, type Measurement, measuredValue } from "../../src/core/finding";
import { metricValue } from "./metric-value";
import { thresholds } from "./thresholds";

export default defineCheck({
  id: "model-quality",
  title: "Model quality on the holdout",
  requires: "model-quality",
  thresholds,
  measure: (content, { problem, rows, violations, ...metrics }) => [
    ...measureMetrics(content, problem === "any" ? content.problemType : problem, metrics),
    ...(isBounded(rows)
      ? [{ metric: "rows", bound: rows, ...measuredValue(content.rows, "the report doesn't count its rows") }]
      : []),
    ...measureConstraints(content),
    ...(content.violations && isBounded(violations)
      ? [{ metric: "violations", bound: violations, value: content.violations.length }]
      : []),
  ],
});

/** Metrics that the policy bounds for this kind of problem; there must be one, whatever else passes. */
function measureMetrics(
  content: ModelQuality,
  problem: ProblemType,
  metrics: Readonly<Record<string, Bound>>,
): Measurement[] {
  const prefix = `${problem}.`;
  const bounded = Object.entries(metrics).filter(([name, bound]) => name.startsWith(prefix) && isBounded(bound));
  if (bounded.length === 0) return [unbounded(content, problem)];
  return bounded.map(([metric, bound]) => ({
    metric,
    bound,
    ...(content.problemType === problem
      ? metricValue(content.metrics, metric.slice(prefix.length))
      : { value: null, problem: `the policy expects ${problem} metrics, and the report has ${reported(content)}` }),
  }));
}

const unbounded = (content: ModelQuality, problem: ProblemType): Measurement => ({
  metric: `${problem}.*`,
  value: null,
  bound: {},
  problem: `no threshold applies: the policy bounds no ${problem} metric, and the report has ${reported(content)}`,
});

const reported = ({ problemType, metrics }: ModelQuality): string =>
  `${problemType} metrics (${formatNames(metrics.keys())})`;

/** The baseline's own constraints, where the version names them: the report must meet them as well. */
const measureConstraints = ({ constraints = [], metrics, problemType }: ModelQuality): Measurement[] =>
  constraints.map(({ metric, bound }) => ({
    metric: "constraint",
    category: metric,
    bound,
    range: rangeOf(thresholds, `${problemType}.${metric}`),
    ...metricValue(metrics, metric),
  }));
