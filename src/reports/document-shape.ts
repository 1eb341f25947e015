import { hasOwn, isObject, type JsonObject, own, quoted, whatIs } from "./fields";

type Predicate = (root: unknown) => boolean;

const has =
  (...keys: string[]): Predicate =>
  (root) =>
    keys.some((key) => hasOwn(root, key));

function entriesOf(root: unknown, key: string): readonly JsonObject[] {
  const list = isObject(root) ? own(root, key) : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** Whether an entry of the list under that key has one of these keys. */
const entryHas =
  (list: string, ...keys: string[]): Predicate =>
  (root) =>
    entriesOf(root, list).some((entry) => keys.some((key) => Object.hasOwn(entry, key)));

/** Whether the document is a list whose first entry is such. */
const first =
  (matches: Predicate): Predicate =>
  (root) =>
    Array.isArray(root) && matches(root[0]);

/** Statistics of data quality: both they and their constraints list features. */
export const hasFeatureStatistics: Predicate = (root) =>
  has("features")(root) &&
  (has("dataset")(root) || entryHas("features", "numerical_statistics", "string_statistics")(root));

/** Constraints of data quality. */
export const hasFeatureConstraints: Predicate = (root) =>
  has("features")(root) &&
  (has("monitoring_config")(root) ||
    entryHas("features", "completeness", "num_constraints", "string_constraints")(root));

/** Documents that are told by their keys, the most telling first. */
const SHAPES: readonly (readonly [text: string, matches: Predicate])[] = [
  ["fmeval's output", first(has("eval_name"))],
  ["HELM's statistics of instances", first(has("instance_id"))],
  ["HELM's statistics", first((entry) => isObject(entry) && isObject(own(entry, "name")))],
  ["HELM's run specification", has("scenario_spec", "adapter_spec")],
  [
    "lm-evaluation-harness's results",
    (root) => has("results")(root) && has("versions", "configs", "config", "tasks")(root),
  ],
  ["a Clarify bias monitor's violations", entryHas("violations", "facet", "facet_value")],
  ["a Clarify explainability monitor's violations", entryHas("violations", "label")],
  ["violations of data quality", entryHas("violations", "feature_name")],
  ["violations of model quality", entryHas("violations", "metric_name")],
  ["a monitor's violations", has("violations")],
  ["a Clarify bias report", has("pre_training_bias_metrics", "post_training_bias_metrics")],
  ["a Clarify explainability report", has("explanations")],
  ["statistics of data quality", hasFeatureStatistics],
  ["constraints of data quality", hasFeatureConstraints],
  ["the monitoring_config of data quality constraints", has("evaluate_constraints", "distribution_constraints")],
  [
    "constraints of model quality",
    has("regression_constraints", "binary_classification_constraints", "multiclass_classification_constraints"),
  ],
  ["the description of a model package", has("ModelPackageArn", "ModelMetrics")],
];

/** An evaluation may have no telling key at all, so it's told last. */
const EVALUATION = has(
  "regression_metrics",
  "binary_classification_metrics",
  "multiclass_classification_metrics",
  "classification_metrics",
  "evaluation_result",
  "metric_groups",
);

/** What a document is when its keys tell that it is no evaluation of a model's quality; else undefined. */
export const knownShape = (root: unknown): string | undefined => SHAPES.find(([, matches]) => matches(root))?.[0];

/** Says in a message what a document is, or at least which keys it has. */
export function looksLike(root: unknown): string {
  const shape = knownShape(root) ?? (EVALUATION(root) ? "statistics of model quality" : undefined);
  if (shape !== undefined) return shape;
  if (!isObject(root)) return whatIs(root);
  const keys = Object.keys(root);
  const some = keys.slice(0, 5).map(quoted).join(", ");
  return keys.length === 0 ? "an empty object" : `an object with the keys ${some}${keys.length > 5 ? ", …" : ""}`;
}
