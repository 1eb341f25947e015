import { defineCheck, isBounded } from "../../src/core/check";
import type { Bound, Figures } from "../../src/core/evidence";
import { formatNames, type Measurement } from "../../src/core/finding";
import { type Share, sharesOf } from "./shares";
import { thresholds } from "./thresholds";

const FORBIDDEN: Bound = { max: 0 };
/** A bound includes its end, so "more than nothing" is a millionth. */
const REQUIRED: Bound = { min: 1e-6 };

/** Names that a job without headers gives: any feature may hide behind one. */
const PLACEHOLDER = /^(feature_|column_|_c)\d+$/i;

export default defineCheck({
  id: "explainability",
  title: "What the model's predictions rest on",
  requires: "explainability",
  thresholds,
  measure: ({ labels }, { share, forbiddenFeatures, requiredFeatures }) => {
    if (labels.size === 0) return [{ metric: "share", value: null, bound: share, problem: "the report has no label" }];
    return [...labels].flatMap(([label, features]) => [
      ...(isBounded(share) ? measureShares(label, features, share) : []),
      ...forbiddenFeatures.flatMap((name) =>
        measureNamed({ metric: "forbidden", bound: FORBIDDEN, label, name, features, absent: { value: 0 } }),
      ),
      ...requiredFeatures.flatMap((name) =>
        measureNamed({ metric: "required", bound: REQUIRED, label, name, features, absent: noFeature(features) }),
      ),
    ]);
  },
});

function measureShares(label: string, features: Figures, bound: Bound): Measurement[] {
  const names = [...features.keys()];
  if (names.length === 0) {
    return [{ metric: "share", category: label, value: null, bound, problem: "the report has no feature for it" }];
  }
  const shareOf = sharesOf(features);
  return names.map((feature) => ({ metric: "share", feature, category: label, bound, ...shareOf(feature) }));
}

interface NamedFeature {
  metric: "forbidden" | "required";
  bound: Bound;
  label: string;
  /** As the policy writes it. */
  name: string;
  features: Figures;
  /** What holds where the report's features are named, and this one isn't among them. */
  absent: Share;
}

function measureNamed({ metric, bound, label, name, features, absent }: NamedFeature): Measurement[] {
  const measured = (feature: string, share: Share): Measurement => ({
    metric,
    feature,
    category: label,
    bound,
    range: [0, 1],
    ...share,
  });
  const found = [...features.keys()].filter((feature) => folded(feature) === folded(name));
  if (found.length > 0) return found.map((feature) => measured(feature, sharesOf(features)(feature)));
  const unnamed = [...features.keys()].filter((feature) => PLACEHOLDER.test(feature.trim()));
  if (unnamed.length === 0 && features.size > 0) return [measured(name, absent)];
  const problem = `the report doesn't name its features (${formatNames(unnamed)}), so this one can't be found; give the job headers`;
  return [measured(name, { value: null, problem })];
}

const folded = (name: string): string => name.trim().normalize("NFC").toLowerCase();

const noFeature = (features: Figures): Share => ({
  value: null,
  problem: `the report has no such feature; its features are: ${formatNames(features.keys())}`,
});
