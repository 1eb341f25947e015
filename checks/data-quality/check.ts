import { defineCheck, isBounded, isInRange } from "../../src/core/check";
import type { Bound, DataQuality, FeaturePresence, Figure } from "../../src/core/evidence";
import { formatNames, type Measurement, measuredValue } from "../../src/core/finding";
import { thresholds } from "./thresholds";

export default defineCheck({
  id: "data-quality",
  title: "Completeness of the training data",
  requires: "data-quality",
  thresholds,
  measure: (content, { completeness, missing, rows, violations }) => [
    ...measureFeatures(content, completeness, missing),
    ...(isBounded(rows)
      ? [{ metric: "rows", bound: rows, ...measuredValue(content.rows, "the report doesn't count its rows") }]
      : []),
    ...(content.violations && isBounded(violations)
      ? [{ metric: "violations", bound: violations, value: content.violations.length }]
      : []),
  ],
});

/** Features of the statistics, then those that the constraints alone name. */
function measureFeatures(content: DataQuality, completeness: Bound, missing: Bound): Measurement[] {
  const constraints = content.completeness ?? new Map<string, Figure>();
  const features = new Set([...content.features.keys(), ...constraints.keys()]);
  if (features.size === 0) {
    return [{ metric: "completeness", value: null, bound: completeness, problem: "the report has no feature" }];
  }
  const absent = `the statistics have no such feature; theirs are: ${formatNames(content.features.keys())}`;
  return [...features].flatMap((feature) => {
    const presence = content.features.get(feature);
    const constraint = constraints.get(feature);
    const bound = stricter(completeness, constraint);
    return [
      ...(isBounded(bound) || constraint !== undefined
        ? [{ metric: "completeness", feature, bound, ...completenessOf(presence, constraint, content.rows, absent) }]
        : []),
      ...(isBounded(missing)
        ? [{ metric: "missing", feature, bound: missing, ...measuredValue(presence?.missing, absent) }]
        : []),
    ];
  });
}

/** The policy's bound, or the constraint where that asks for more: a team may tighten, never loosen. */
function stricter(bound: Bound, constraint: Figure | undefined): Bound {
  const least = constraint?.value;
  if (typeof least !== "number" || constraint?.problem !== undefined) return bound;
  return { ...bound, min: Math.max(bound.min ?? least, least) };
}

function completenessOf(
  presence: FeaturePresence | undefined,
  constraint: Figure | undefined,
  counted: Figure | undefined,
  absent: string,
): Pick<Measurement, "value" | "problem"> {
  if (presence === undefined) return { value: null, problem: absent };
  if (constraint !== undefined && !isShare(constraint)) {
    return { value: null, problem: `the constraints' completeness isn't a share: ${shown(constraint)}` };
  }
  const { present, missing } = presence;
  if (!isCount(present) || !isCount(missing)) {
    return { value: null, problem: `its rows aren't counted: present ${shown(present)}, missing ${shown(missing)}` };
  }
  const rows = present.value + missing.value;
  if (counted !== undefined && counted.value !== rows) {
    return { value: null, problem: `it has ${rows} rows, and the report counts ${shown(counted)}` };
  }
  return rows === 0 ? { value: null, problem: "it has 0 rows" } : { value: present.value / rows };
}

type Counted = Figure & { value: number };

const isCount = (figure: Figure): figure is Counted =>
  figure.problem === undefined && figure.value !== null && isInRange(figure.value, [0, Number.POSITIVE_INFINITY]);

const isShare = ({ value, problem }: Figure): boolean =>
  problem === undefined && value !== null && isInRange(value, [0, 1]);

const shown = ({ value, problem }: Figure): string => problem ?? String(value);
