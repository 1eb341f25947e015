import { EvidenceError, type Figure, type Figures, type ModelQuality, type ProblemType } from "../core/evidence";
import { knownShape, looksLike } from "./document-shape";
import { hasOwn, isObject, type JsonObject, listAt, objectAt, own, textAt } from "./fields";
import { figureOf, figuresByName, isMetric, metricFigure } from "./figures";

/** Metric groups of Model Monitor, and those that people's evaluation scripts write. */
const GROUPS: ReadonlyMap<string, ProblemType> = new Map([
  ["regression_metrics", "regression"],
  ["binary_classification_metrics", "binary"],
  ["multiclass_classification_metrics", "multiclass"],
  ["classification_metrics", "unstated"],
  ["metrics", "unstated"],
  ["metric_groups", "unstated"],
]);

/** What some pipelines wrap their evaluation in. */
const WRAPPER = "evaluation_result";

/** Tables and curves that stand among the metrics. */
const NO_METRIC = ["confusion_matrix", "receiver_operating_characteristic_curve", "precision_recall_curve"];

/**
 * Reads Model Monitor's `statistics.json` of model quality or an `evaluation.json`: a metric group, a model card's
 * `metric_groups`, or metrics alone (`{"accuracy": 0.9}`), also inside of `evaluation_result`.
 * @throws EvidenceError where there are no metrics, or several groups, or the document is something else
 */
export function parseModelQuality(root: unknown): ModelQuality {
  const document = evaluationOf(root);
  const [name, ...others] = [...GROUPS.keys()].filter((group) => Object.hasOwn(document, group));
  if (name === undefined) return { problemType: "unstated", metrics: plainMetrics(document), ...rowsOf(document) };
  requireNothingBeside(document, name, others);
  const metrics = groupMetrics(own(document, name), name);
  return { problemType: GROUPS.get(name) ?? "unstated", metrics, ...rowsOf(document) };
}

function evaluationOf(root: unknown): JsonObject {
  const shape = knownShape(root);
  if (shape !== undefined) throw new EvidenceError(`is ${shape}; expected statistics of model quality`);
  const document = objectAt(root, "the document");
  if (!Object.hasOwn(document, WRAPPER)) return document;
  requireNothingBeside(
    document,
    WRAPPER,
    [...GROUPS.keys()].filter((group) => Object.hasOwn(document, group)),
  );
  return objectAt(own(document, WRAPPER), WRAPPER);
}

/** Metrics in two places of one file may contradict each other, and only one place would be read. */
function requireNothingBeside(document: JsonObject, name: string, others: readonly string[]): void {
  const beside = Object.entries(document).flatMap(([key, entry]) => (key !== name && isMetric(entry) ? [key] : []));
  const all = [name, ...others, ...beside.filter((key) => key !== "version" && !others.includes(key))];
  if (all.length > 1) throw new EvidenceError(`is ambiguous: it has ${all.join(" and ")}; expected one of them`);
}

function groupMetrics(group: unknown, name: string): Figures {
  if (name === "metric_groups") return cardMetrics(group);
  const entries = Object.entries(objectAt(group, name)).filter(([metric]) => !NO_METRIC.includes(metric));
  if (entries.length === 0) throw new EvidenceError(`${name} has no metric; expected at least one`);
  return figuresByName(entries.map(([metric, entry]) => [metric, metricFigure(entry)]));
}

/** A model card's groups: lists of metrics with a name. Two groups may have metrics of one name. */
function cardMetrics(groups: unknown): Figures {
  const metrics = listAt(groups, "metric_groups").flatMap((group, index) => {
    const path = `metric_groups[${index}].metric_data`;
    return listAt(own(objectAt(group, `metric_groups[${index}]`), "metric_data"), path).map(
      (entry, at): [string, Figure] => {
        const metric = objectAt(entry, `${path}[${at}]`);
        return [textAt(own(metric, "name"), `${path}[${at}].name`), metricFigure(metric)];
      },
    );
  });
  return figuresByName(metrics);
}

/** Metrics without a group. One must be a number, else any object would be an evaluation. */
function plainMetrics(document: JsonObject): Figures {
  const entries = Object.entries(document).filter(([name]) => name !== "version" && name !== "dataset");
  if (!entries.some(([, entry]) => isMetric(entry))) {
    throw new EvidenceError(`has no metrics of model quality: it is ${looksLike(document)}`);
  }
  return figuresByName(
    entries
      .filter(([, entry]) => isMetric(entry) || typeof entry !== "object" || entry === null)
      .map(([name, entry]) => [name, metricFigure(entry)]),
  );
}

function rowsOf(document: JsonObject): { rows?: Figure } {
  const dataset = own(document, "dataset");
  return isObject(dataset) && hasOwn(dataset, "item_count") ? { rows: figureOf(own(dataset, "item_count")) } : {};
}
