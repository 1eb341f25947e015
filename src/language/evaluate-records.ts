import { EvidenceError, type LanguageEvaluation } from "../core/evidence";
import type { InferenceRecord, Tally } from "../core/tally";
import { recordsTally } from "./records-tally";

/** What is known of an inference run beside its records. */
export interface InferenceRun {
  /** Records that the prompt set has; undefined where the run doesn't say. */
  expected?: number;
  /** Model package ARN whose results these must be; undefined where that is known otherwise. */
  model?: string;
}

/**
 * A check's figures of an inference run, and those of its records as such.
 * @throws EvidenceError for a record that isn't what the check reads, or is another model's
 */
export function evaluateRecords(of: Tally, { expected, model }: InferenceRun): Tally {
  const records = recordsTally(expected);
  return {
    add(record) {
      requireModel(record, model);
      records.add(record);
      // A failed record has nothing to measure; it counts as failed.
      if (record.error === null) of.add(record);
    },
    evaluation: () => merged([records.evaluation(), of.evaluation()]),
  };
}

function requireModel({ id, model }: InferenceRecord, expected: string | undefined): void {
  if (expected === undefined || model === null || model === expected) return;
  throw new EvidenceError(`record "${id.slice(0, 60)}" is of the model ${model.slice(0, 200)}; expected ${expected}`);
}

/**
 * Several evaluations of one kind as one.
 * @throws EvidenceError for a metric that two of them have: no one could tell which counts
 */
export function merged(evaluations: readonly LanguageEvaluation[]): LanguageEvaluation {
  const metrics = new Map<string, { value: number | null }>();
  const categories = new Map<string, Map<string, { value: number | null }>>();
  for (const evaluation of evaluations) {
    take(metrics, evaluation.metrics);
    for (const [category, of] of evaluation.categories) {
      const into = categories.get(category) ?? new Map<string, { value: number | null }>();
      categories.set(category, into);
      take(into, of);
    }
  }
  return { metrics, categories };
}

function take<Value>(into: Map<string, Value>, from: ReadonlyMap<string, Value>): void {
  for (const [name, figure] of from) {
    if (into.has(name)) throw new EvidenceError(`ambiguous: two results have ${name}; expected one`);
    into.set(name, figure);
  }
}
