import { EvidenceError, type Figure } from "../../core/evidence";
import { isObject, type JsonObject, listAt, objectAt, own, shortText, textAt, whatIs } from "../fields";
import { metricFigure } from "../figures";
import { type Results, ResultsOf } from "./results";

/** Whether a document is evaluations of fmeval: its own list, or Clarify's object around one. */
export const isFmeval = (root: unknown): boolean =>
  (isObject(root) && (Object.hasOwn(root, "evaluations") || isEvaluation(root))) ||
  (Array.isArray(root) && isEvaluation(root[0]));

const isEvaluation = (value: unknown): boolean =>
  isObject(value) && (Object.hasOwn(value, "eval_name") || Object.hasOwn(value, "evaluation_name"));

/** Whether a record is one of fmeval's. */
export const isFmevalRecord = (record: unknown): boolean =>
  isObject(record) && Array.isArray(own(record, "scores")) && !Object.hasOwn(record, "completions");

/** EvalOutput, as a list or alone, and output.json of Clarify's foundation-model jobs. @throws EvidenceError for another shape */
export function parseFmeval(root: unknown): Results {
  const results = new ResultsOf();
  for (const [at, entry] of evaluationsOf(root).entries())
    readEvaluation(objectAt(entry, `evaluations[${at}]`), `evaluations[${at}]`, results);
  return results.results();
}

function evaluationsOf(root: unknown): readonly unknown[] {
  if (Array.isArray(root)) return listAt(root, "the file");
  return isObject(root) && Object.hasOwn(root, "evaluations")
    ? listAt(own(root, "evaluations"), "evaluations")
    : [root];
}

function readEvaluation(evaluation: JsonObject, path: string, results: ResultsOf): void {
  const name = textAt(own(evaluation, "eval_name") ?? own(evaluation, "evaluation_name"), `${path}.eval_name`);
  const dataset = textAt(own(evaluation, "dataset_name"), `${path}.dataset_name`);
  const error = own(evaluation, "error") ?? null;
  if (error !== null)
    throw new EvidenceError(`${path}: the evaluation ${shortText(name)} failed: ${shortText(String(error))}`);
  const add = adderFor(name, dataset, results);
  addScores(own(evaluation, "dataset_scores"), `${path}.dataset_scores`, (metric, figure) => add(metric, figure));
  for (const [at, entry] of optionalList(own(evaluation, "category_scores"), `${path}.category_scores`).entries()) {
    const where = `${path}.category_scores[${at}]`;
    const category = objectAt(entry, where);
    const named = textAt(own(category, "name"), `${where}.name`);
    addScores(own(category, "scores"), `${where}.scores`, (metric, figure) => add(metric, figure, named));
  }
}

type Add = (metric: string, figure: Figure, category?: string) => void;

/** Toxicity on BOLD's prompts is what a check is about; fmeval's other evaluations are model quality. */
function adderFor(evaluation: string, dataset: string, results: ResultsOf): Add {
  if (evaluation === "toxicity" && /bold/i.test(dataset)) {
    return (metric, figure, category) => results.add("toxicity-bold", `fmeval.${metric}`, figure, category);
  }
  const task = `fmeval.${evaluation}.${dataset}`;
  return (metric, figure, category) =>
    category === undefined ? results.addOther(`${task}.${metric}`, figure) : undefined;
}

function addScores(value: unknown, path: string, add: (metric: string, figure: Figure) => void): void {
  for (const [at, entry] of listAt(value, path).entries()) {
    const score = objectAt(entry, `${path}[${at}]`);
    add(textAt(own(score, "name"), `${path}[${at}].name`), metricFigure(score));
  }
}

function optionalList(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new EvidenceError(`${path} is ${whatIs(value)}; expected a list or null`);
  return value;
}

interface Tallied {
  sum: number;
  count: number;
  failed: number;
}

/**
 * Records of one evaluation, whose means fmeval itself makes without those that failed: with any of them a score has no value.
 * @param task name of the evaluation and its data set: the file's, since records don't say
 */
export function parseFmevalRecords(records: Iterable<unknown>, task: string): Results {
  const scores = new Map<string, Tallied>();
  let count = 0;
  for (const record of records) {
    count++;
    const path = `record ${count}`;
    for (const [at, entry] of listAt(own(objectAt(record, path), "scores"), `${path}.scores`).entries()) {
      const score = objectAt(entry, `${path}.scores[${at}]`);
      tally(scores, textAt(own(score, "name"), `${path}.scores[${at}].name`), metricFigure(score));
    }
  }
  const results = new ResultsOf();
  for (const [name, { sum, count: of, failed }] of scores) {
    const missing = count - of - failed;
    const problem = failed + missing === 0 ? undefined : `${failed + missing} of ${count} records have no value of it`;
    results.addOther(`fmeval.${task}.${name}`, problem === undefined ? { value: sum / of } : { value: null, problem });
  }
  return results.results();
}

function tally(scores: Map<string, Tallied>, name: string, figure: Figure): void {
  const so = scores.get(name) ?? { sum: 0, count: 0, failed: 0 };
  const sound = figure.problem === undefined && figure.value !== null && Number.isFinite(figure.value);
  scores.set(name, {
    sum: so.sum + (sound ? (figure.value ?? 0) : 0),
    count: so.count + (sound ? 1 : 0),
    failed: so.failed + (sound ? 0 : 1),
  });
}
