import type { Figures } from "../../src/core/evidence";
import { formatNames, type Measurement } from "../../src/core/finding";

/** A feature's share of attribution, 0 to 1, or why it can't be told. */
export type Share = Pick<Measurement, "value" | "problem">;

/**
 * Shares of mean absolute SHAP values: |v| by the sum of |v|. A report doesn't say how it aggregated; a negative value
 * shows that it took the median, of which there are no shares.
 */
export function sharesOf(features: Figures): (feature: string) => Share {
  const problem = problemWith(features);
  if (problem !== undefined) return () => ({ value: null, problem });
  const sum = sumOf(features);
  return (feature) => ({ value: (features.get(feature)?.value ?? Number.NaN) / sum });
}

function sumOf(features: Figures): number {
  return [...features.values()].reduce((sum, { value }) => sum + (value ?? Number.NaN), 0);
}

/** Why no share of these features can be told: each depends on all. */
function problemWith(features: Figures): string | undefined {
  const unusable = named(features, (value) => !Number.isFinite(value));
  if (unusable.length > 0)
    return `shares need every feature's value, and these have none that is finite: ${formatNames(unusable)}`;
  const negative = named(features, (value) => value < 0);
  if (negative.length > 0) {
    return `shares need mean absolute SHAP values, and these are negative: ${formatNames(negative)}; run the job with agg_method mean_abs`;
  }
  const sum = sumOf(features);
  return sum > 0 && Number.isFinite(sum) ? undefined : `the values' sum is ${sum}, so there are no shares of it`;
}

const named = (features: Figures, wanted: (value: number) => boolean): string[] =>
  [...features].flatMap(([name, { value, problem }]) =>
    wanted(problem === undefined && value !== null ? value : Number.NaN) ? [name] : [],
  );
