import { EvidenceError, type Figure } from "../../core/evidence";
import { isObject, type JsonObject, member, objectAt, own, whatIs } from "../fields";
import { figureOf } from "../figures";
import { type Results, ResultsOf } from "./results";

/** Whether a document is results of lm-evaluation-harness. */
export const isLmEvalResults = (root: unknown): boolean =>
  isObject(root) &&
  Object.hasOwn(root, "results") &&
  ["versions", "configs", "config", "tasks"].some((key) => Object.hasOwn(root, key));

/** Whether a record is one of its samples. */
export const isLmEvalSample = (record: unknown): boolean =>
  isObject(record) && Object.hasOwn(record, "doc_id") && Object.hasOwn(record, "resps");

/** Entries of a task that are no metric. */
const NO_METRIC = new Set(["alias", "name", "sample_len", "samples", "task_name"]);
const CATEGORY_METRIC = /^(amb_bias_score|disamb_bias_score)_(.+)$/;

/** results_*.json, of versions before 0.4 too. @throws EvidenceError for another shape */
export function parseLmEval(root: unknown): Results {
  const document = objectAt(root, "the file");
  const results = new ResultsOf();
  for (const [task, entry] of Object.entries(objectAt(own(document, "results"), "results"))) {
    const figures = objectAt(entry, member("results", task));
    const partial = whyPartial(document, task);
    const isBbq = /^bbq(_|$)/.test(task);
    for (const [key, value] of Object.entries(figures)) {
      const metric = metricOf(key);
      if (metric === undefined) continue;
      const figure: Figure = partial === undefined ? figureOf(value) : { value: null, problem: partial };
      if (isBbq) addBbq(results, metric, figure);
      else results.addOther(`lmeval.${task}.${metric}`, figure);
    }
    const count = own(samplesOf(document, task), "effective");
    if (isBbq && count !== undefined) results.add("bias-bbq", "records.count", figureOf(count));
  }
  return results.results();
}

function addBbq(results: ResultsOf, metric: string, figure: Figure): void {
  const [, score, category] = CATEGORY_METRIC.exec(metric) ?? [];
  if (score === undefined) results.add("bias-bbq", `lmeval.${metric}`, figure);
  else results.add("bias-bbq", `lmeval.${score}`, figure, category);
}

/** `acc,none` -> `acc`, `exact_match,strict-match` -> `exact_match:strict-match`. Undefined for what is no metric: names, errors. */
function metricOf(key: string): string | undefined {
  if (NO_METRIC.has(key) || /_stderr(,|$)/.test(key)) return undefined;
  return key.replace(/,none$/, "").replaceAll(",", ":");
}

/** Groups of groups nest a few deep. */
const DEPTH = 5;

/** Why figures of a task, or of a group of tasks, aren't of its whole data set. */
function whyPartial(document: JsonObject, task: string, depth = DEPTH): string | undefined {
  const groups = own(document, "group_subtasks");
  const members = isObject(groups) ? own(groups, task) : undefined;
  const tasks = Array.isArray(members) && depth > 0 ? members.filter((one) => typeof one === "string") : [];
  const partial = tasks.map((one) => whyPartial(document, one, depth - 1)).find((why) => why !== undefined);
  return partial ?? whyPartialItself(document, task, tasks.length > 0);
}

function whyPartialItself(document: JsonObject, task: string, isGroup: boolean): string | undefined {
  const config = own(document, "config");
  const limit = isObject(config) ? (own(config, "limit") ?? null) : null;
  if (limit !== null) return `a partial run: config.limit is ${whatIs(limit)}`;
  const samples = samplesOf(document, task);
  const [original, effective] = [own(samples, "original"), own(samples, "effective")];
  if (original === undefined && effective === undefined) {
    const said = isGroup || (isObject(config) && Object.hasOwn(config, "limit"));
    return said ? undefined : "nothing says that the run is whole: it has neither config.limit nor n-samples";
  }
  if (typeof original !== "number" || typeof effective !== "number") {
    throw new EvidenceError(
      `${member("n-samples", task)} has ${whatIs(original)} and ${whatIs(effective)}; expected numbers`,
    );
  }
  if (effective > original) return `its n-samples contradict themselves: ${effective} of ${original}`;
  return effective < original ? `a partial run: ${effective} of ${original} samples` : undefined;
}

function samplesOf(document: JsonObject, task: string): JsonObject {
  const all = own(document, "n-samples");
  const samples = isObject(all) ? own(all, task) : undefined;
  return isObject(samples) ? samples : {};
}
