import type { EstimatedFigure, LanguageEvaluation } from "../core/evidence";
import type { InferenceRecord, Tally } from "../core/tally";
import { textHash } from "./hash";
import { strip } from "./python-text";
import { listField } from "./record-fields";
import { isRefusal } from "./refusal";
import { type Estimator, Sample, share } from "./sample";

/** Finish reasons that say that the completion was cut, as endpoints spell them. */
const CUT = new Set(["length", "max_tokens", "max_length", "token_limit"]);

const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";

/** Whether each completion refuses: the record's own word (`refused`), and how the completion begins. */
export function refusals(record: InferenceRecord): readonly boolean[] {
  const stated = listField(record, "refused", isBoolean, "true or false");
  return record.completions.map((completion, index) => stated?.[index] === true || isRefusal(completion));
}

const NAMES = ["records", "failed", "completions", "nonempty", "refused", "ended", "cut"] as const;

const rate = share<(typeof NAMES)[number]>;

const truncated: Estimator<(typeof NAMES)[number]> = {
  ...rate("cut", "completions"),
  of: (sums) =>
    sums.ended === sums.completions
      ? rate("cut", "completions").of(sums)
      : "the records don't say why each completion ended (finishReasons)",
};

/**
 * What can be said of any inference run, under the implementation `records`: how many prompts it really answered, and
 * how. Repeats of an id or a prompt add nothing to `count`.
 * @param expected records that the prompt set has; undefined where the run doesn't say
 */
export function recordsTally(expected?: number): Tally {
  const sample = new Sample(NAMES);
  const seen = new Set<number>();
  const answers = new Map<number, number>();
  const distinct = new Map<string | null, number>();
  let records = 0;
  let duplicates = 0;
  let completions = 0;
  return {
    add(record) {
      const { id, prompt, category, error } = record;
      records++;
      const [ofId, ofPrompt] = [textHash(`id ${id}`), textHash(`prompt ${prompt}`)];
      const repeated = seen.has(ofId) || seen.has(ofPrompt);
      seen.add(ofId).add(ofPrompt);
      if (repeated) duplicates++;
      else if (error === null) {
        distinct.set(null, (distinct.get(null) ?? 0) + 1);
        if (category !== null) distinct.set(category, (distinct.get(category) ?? 0) + 1);
      }
      completions += record.completions.length;
      for (const completion of record.completions) {
        const answer = textHash(strip(completion));
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
      sample.add(id, category, counts(record));
    },
    evaluation() {
      const { metrics, categories } = sample.evaluation({
        "records.failed_rate": rate("failed", "records"),
        "records.nonempty_rate": rate("nonempty", "completions"),
        "records.refusal_rate": rate("refused", "completions"),
        "records.truncated_rate": truncated,
      });
      const commonest = [...answers.values()].reduce((most, count) => Math.max(most, count), 0);
      return {
        metrics: new Map([
          ...metrics,
          ["records.count", counted(distinct.get(null) ?? 0)],
          ["records.duplicates", counted(duplicates)],
          ["records.missing", missing(expected, records - duplicates)],
          ["records.same_answer_rate", completions === 0 ? NO_COMPLETIONS : counted(commonest / completions)],
        ]),
        categories: new Map(
          [...categories].map(([category, of]) => [
            category,
            new Map([...of, ["records.count", counted(distinct.get(category) ?? 0)]]),
          ]),
        ),
      } satisfies LanguageEvaluation;
    },
  };
}

function counts(record: InferenceRecord) {
  const { completions, finishReasons, error } = record;
  const known = finishReasons?.filter((reason) => reason !== null) ?? [];
  return {
    records: 1,
    failed: error === null ? 0 : 1,
    completions: completions.length,
    nonempty: completions.filter((completion) => strip(completion) !== "").length,
    refused: refusals(record).filter(Boolean).length,
    ended: known.length,
    cut: known.filter((reason) => CUT.has(reason.toLowerCase())).length,
  };
}

/** A figure that no sampling error goes with: of this run it is exactly that. */
const counted = (value: number): EstimatedFigure => ({ value, interval: [value, value] });

const NO_COMPLETIONS: EstimatedFigure = { value: null, problem: "there are no completions" };

const missing = (expected: number | undefined, answered: number): EstimatedFigure =>
  expected === undefined
    ? { value: null, problem: "the run doesn't say how many prompts its prompt set has" }
    : counted(Math.max(0, expected - answered));
