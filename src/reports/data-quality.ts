import { type DataQuality, EvidenceError, type FeaturePresence, type Figure, type Figures } from "../core/evidence";
import { hasFeatureConstraints, hasFeatureStatistics, looksLike } from "./document-shape";
import { hasOwn, isObject, type JsonObject, listAt, objectAt, own, textAt } from "./fields";
import { figureOf, figuresByName, twice } from "./figures";

/** Where a feature's counts stand, by its type. */
const SUMMARIES = ["numerical_statistics", "string_statistics"];
export type DataQualityClass = "statistics" | "constraints";

/**
 * Tells Model Monitor's `statistics.json` of data quality from its `constraints.json`: both list features.
 * @throws EvidenceError for a document that is neither, or both
 */
export function dataQualityClass(root: unknown): DataQualityClass {
  if (!hasOwn(root, "features")) {
    throw new EvidenceError(`is ${looksLike(root)}; expected statistics, constraints or violations of data quality`);
  }
  const statistics = hasFeatureStatistics(root);
  const constraints = hasFeatureConstraints(root);
  if (statistics === constraints) {
    const found = statistics ? "both statistics and constraints" : "neither statistics nor constraints";
    throw new EvidenceError(`has features with ${found} of data quality; expected one of them`);
  }
  return statistics ? "statistics" : "constraints";
}

/**
 * Reads rows, and each feature's counts of present and missing values. A feature's name that stands twice has none.
 * @throws EvidenceError where features are absent, empty or without a name
 */
export function parseDataQualityStatistics(root: unknown): DataQuality {
  const features = new Map<string, FeaturePresence>();
  for (const [name, feature] of namedFeatures(root)) {
    features.set(name, features.has(name) ? presenceTwice : presenceOf(feature));
  }
  return { ...rowsOf(own(objectAt(root, "the document"), "dataset")), features };
}

/**
 * Reads the least completeness asked of each feature; a feature without `completeness` asks for none.
 * @throws EvidenceError where features are absent, empty or without a name
 */
export function parseDataQualityConstraints(root: unknown): Figures {
  const figures = namedFeatures(root).map(([name, feature]): [string, Figure] => [
    name,
    Object.hasOwn(feature, "completeness") ? figureOf(own(feature, "completeness")) : unconstrained,
  ]);
  return new Map([...figuresByName(figures)].filter(([, figure]) => figure !== unconstrained));
}

const unconstrained: Figure = { value: null };

function namedFeatures(root: unknown): [string, JsonObject][] {
  return listAt(own(objectAt(root, "the document"), "features"), "features").map((feature, index) => {
    const object = objectAt(feature, `features[${index}]`);
    return [textAt(own(object, "name"), `features[${index}].name`), object];
  });
}

function rowsOf(dataset: unknown): { rows?: Figure } {
  return isObject(dataset) && hasOwn(dataset, "item_count") ? { rows: figureOf(own(dataset, "item_count")) } : {};
}

const both = (figure: Figure): FeaturePresence => ({ present: figure, missing: figure });

const presenceTwice = both(twice("the report has several features of this name"));

/** Counts stand under the summary of the feature's type; which of the two it is doesn't matter. */
function presenceOf(feature: JsonObject): FeaturePresence {
  const summaries = SUMMARIES.filter((key) => Object.hasOwn(feature, key));
  const [summary] = summaries;
  if (summary === undefined || summaries.length > 1) {
    const found = summary === undefined ? "neither" : "both";
    return both({ value: null, problem: `the feature has ${found} of ${SUMMARIES.join(" and ")}` });
  }
  const statistics = own(feature, summary);
  const common = isObject(statistics) ? own(statistics, "common") : undefined;
  if (!isObject(common)) return both({ value: null, problem: `the feature has no ${summary}.common` });
  return { present: figureOf(own(common, "num_present")), missing: figureOf(own(common, "num_missing")) };
}
