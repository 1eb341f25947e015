import { isBounded } from "./check";
import type { Bias, Bound, FacetEntry } from "./evidence";
import { formatNames, type Measurement, measuredValue } from "./finding";

/** Threshold of both bias checks: which facets and values are judged. */
export const facetsThreshold = {
  description:
    "Facets to judge, each with its values (an empty list: all of them); a value `(60` means the interval that begins there. `{}` judges every facet and value of the report.",
  type: "object",
  additionalProperties: { type: "array", uniqueItems: true, items: { type: "string", minLength: 1 } },
  default: {},
} as const;

type NamedFacets = Readonly<Record<string, readonly string[]>>;

/** A facet's value to judge, or why it can't be. */
type Target = { facet: string; metrics: FacetEntry["metrics"] } | { facet: string; problem: string };

/**
 * Measures every bounded metric for every facet and value, or for those that the policy names.
 * @param bounds thresholds by Clarify's metric code
 */
export function measureBias(
  { facets }: Bias,
  named: NamedFacets,
  bounds: Readonly<Record<string, Bound>>,
): Measurement[] {
  const bounded = Object.entries(bounds).filter(([, bound]) => isBounded(bound));
  if (bounded.length === 0) return [];
  const wanted =
    Object.keys(named).length === 0 ? [...facets.keys()].map((facet) => [facet, []] as const) : Object.entries(named);
  if (wanted.length === 0) return [unmeasured("facets", undefined, "the report has no facet")];
  return wanted
    .flatMap(([facet, values]) => targetsOf(facets, facet, values))
    .flatMap((target) =>
      "problem" in target
        ? [unmeasured("facets", target.facet, target.problem)]
        : bounded.map(([metric, bound]) => ({
            metric,
            facet: target.facet,
            bound,
            ...measuredValue(target.metrics.get(metric), absent(metric, target.metrics)),
          })),
    );
}

const unmeasured = (metric: string, facet: string | undefined, problem: string): Measurement => ({
  metric,
  ...(facet === undefined ? {} : { facet }),
  value: null,
  bound: {},
  problem,
});

function targetsOf(facets: Bias["facets"], facet: string, values: readonly string[]): Target[] {
  const entries = facets.get(facet);
  if (entries === undefined) {
    return [{ facet, problem: `the report has no facet ${facet}; its facets are: ${formatNames(facets.keys())}` }];
  }
  if (entries.length === 0) return [{ facet, problem: `the report has no value of facet ${facet}` }];
  return values.length === 0
    ? entries.map((entry) => target(facet, entry))
    : values.map((value) => named(facet, value, entries));
}

const target = (facet: string, { value, metrics }: FacetEntry): Target => ({ facet: `${facet}=${value}`, metrics });

function named(facet: string, value: string, entries: readonly FacetEntry[]): Target {
  const same = entries.filter((entry) => entry.value === value);
  const found = same.length > 0 ? same : entries.filter((entry) => beginsThere(entry.value, value));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return target(facet, only);
  const there = formatNames(entries.map((entry) => entry.value));
  const problem =
    only === undefined
      ? `the report has no value ${value} of facet ${facet}`
      : `${value} is ambiguous: it fits several values of facet ${facet}`;
  return { facet: `${facet}=${value}`, problem: `${problem}; its values are: ${there}` };
}

/**
 * Whether an interval's text (`(60.0, 78.0]`) begins as `(60` says. Its upper end is the column's greatest value,
 * which differs from run to run, so a policy can't name the whole text.
 */
function beginsThere(interval: string, begin: string): boolean {
  const left = /^\(\s*([^\s,]+)\s*$/.exec(begin)?.[1];
  const found = /^\(\s*([^\s,]+)\s*,/.exec(interval)?.[1];
  return left !== undefined && found !== undefined && Number(left) === Number(found);
}

/** Metrics that reports of 2021 and 2022 lack. */
const LATER = ["GE", "SD"];

function absent(metric: string, metrics: FacetEntry["metrics"]): string {
  const older = LATER.includes(metric) ? "versions of Clarify up to 2022 don't write it, and " : "";
  return `the report has no ${metric}, only ${formatNames(metrics.keys())}; ${older}a job that names its methods writes those alone`;
}
