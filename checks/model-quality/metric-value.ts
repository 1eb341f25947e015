import { isInRange } from "../../src/core/check";
import type { Figures } from "../../src/core/evidence";
import { formatNames, type Measurement, measuredValue } from "../../src/core/finding";

const SHARE = [0, 1] as const;
const GAIN = /^(.+)_over_best_constant_classifier$/;

/** A metric as the report has it, or one that is made of two of its metrics. */
export function metricValue(metrics: Figures, name: string): Pick<Measurement, "value" | "problem"> {
  const of = GAIN.exec(name)?.[1];
  if (of === undefined) return reportedValue(metrics, name);
  const model = reportedValue(metrics, of);
  const constant = reportedValue(metrics, `${of}_best_constant_classifier`);
  const problem = model.problem ?? constant.problem;
  if (problem !== undefined) return { value: null, problem: `it needs both figures: ${problem}` };
  const [value, least] = [model.value ?? Number.NaN, constant.value ?? Number.NaN];
  // A difference could be in its range though its parts aren't in theirs.
  if (!isInRange(value, SHARE) || !isInRange(least, SHARE)) {
    return {
      value: null,
      problem: `it needs two shares, and ${of} is ${value}, ${of}_best_constant_classifier ${least}`,
    };
  }
  return { value: value - least };
}

const reportedValue = (metrics: Figures, name: string): Pick<Measurement, "value" | "problem"> =>
  measuredValue(metrics.get(name), `the report has no ${name}; its metrics are: ${formatNames(metrics.keys())}`);
