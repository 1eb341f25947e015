import { hasOwn, isObject, type JsonObject, own, quoted, whatIs } from "./fields";

type Predicate = (root: unknown) => boolean;

const has =
  (...keys: string[]): Predicate =>
  (root) =>
    keys.some((key) => hasOwn(root, key));

const entriesOf = (root: unknown, key: string): readonly JsonObject[] => {
  const list = isObject(root) ? own(root, key) : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
};

const entryHas =
  (list: string, ...keys: string[]): Predicate =>
  (root) =>
    entriesOf(root, list).some((entry) => keys.some((key) => Object.hasOwn(entry, key)));

const firstHas =
  (key: string, inner: string): Predicate =>
  (root) =>
    Array.isArray(root) && isObject(root[0]) && hasOwn(root[0], key) && (inner === "" || hasOwn(root[0][key], inner));

const every =
  (...all: Predicate[]): Predicate =>
  (root) =>
    all.every((one) => one(root));

const LANGUAGE = "a language model's evaluation, which no check reads yet";

/** Documents that are told by their keys, most telling first; a bare `evaluation.json` is none of them. */
const SHAPES: readonly (readonly [text: string, matches: Predicate])[] = [
  [`fmeval's output (${LANGUAGE})`, firstHas("eval_name", "")],
  [`HELM's statistics of instances (${LANGUAGE})`, firstHas("instance_id", "")],
  [`HELM's statistics (${LANGUAGE})`, firstHas("name", "name")],
  [`HELM's run specification (${LANGUAGE})`, has("scenario_spec", "adapter_spec")],
  [
    `the results of lm-evaluation-harness (${LANGUAGE})`,
    every(has("results"), has("versions", "configs", "config", "tasks")),
  ],
  ["a Clarify bias monitor's violations", every(has("violations"), entryHas("violations", "facet", "facet_value"))],
  ["a Clarify explainability monitor's violations", every(has("violations"), entryHas("violations", "label"))],
  ["violations of data quality", every(has("violations"), entryHas("violations", "feature_name"))],
  ["violations of model quality", every(has("violations"), entryHas("violations", "metric_name"))],
  ["a monitor's violations", has("violations")],
  ["a Clarify bias report", has("pre_training_bias_metrics", "post_training_bias_metrics")],
  ["a Clarify explainability report", has("explanations")],
  [
    "statistics of data quality",
    every(has("features"), (root) => has("dataset")(root) || entryHas("features", ...STATISTICS)(root)),
  ],
  [
    "constraints of data quality",
    every(has("features"), (root) => has("monitoring_config")(root) || entryHas("features", ...CONSTRAINTS)(root)),
  ],
  ["the monitoring_config part of data quality constraints", has("evaluate_constraints", "distribution_constraints")],
  [
    "constraints of model quality",
    has("regression_constraints", "binary_classification_constraints", "multiclass_classification_constraints"),
  ],
  ["the description of a model package", has("ModelPackageArn", "ModelMetrics")],
];

const STATISTICS = ["numerical_statistics", "string_statistics"];
const CONSTRAINTS = ["completeness", "num_constraints", "string_constraints"];

/** What a document is when its keys tell; undefined for others, model quality statistics among them. */
export const knownShape = (root: unknown): string | undefined => SHAPES.find(([, matches]) => matches(root))?.[0];

/** Says in a message what a document is, or at least which keys it has. */
export function looksLike(root: unknown): string {
  const shape = knownShape(root);
  if (shape !== undefined) return shape;
  if (!isObject(root)) return whatIs(root);
  const keys = Object.keys(root);
  const some = keys.slice(0, 5).map(quoted).join(", ");
  return keys.length === 0 ? "an empty object" : `an object with the keys ${some}${keys.length > 5 ? ", …" : ""}`;
}
