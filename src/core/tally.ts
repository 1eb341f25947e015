import type { LanguageEvaluation } from "./evidence";

/** What a language model wrote to one prompt, as the records of an inference run have it. */
export interface InferenceRecord {
  /** Of the prompt; the same prompt in another run has the same. */
  id: string;
  prompt: string;
  /** In the order they were sampled; empty where the run failed on this prompt. */
  completions: readonly string[];
  /** What groups prompts: `book`, `Age`, `profession`; null where nothing does. */
  category: string | null;
  /** Why each completion ended, as the endpoint says (`stop`, `length`); null where the run didn't note it. */
  finishReasons: readonly (string | null)[] | null;
  /** Why the model gave nothing to this prompt; null where it did. */
  error: string | null;
  /** The model package ARN that the record says it is of; null where it doesn't. */
  model: string | null;
  /** All fields of the line, for those that only one check knows. Read them by `src/language/record-fields.ts`. */
  fields: Readonly<Record<string, unknown>>;
}

/** Takes records up one by one in constant memory, and then says what they show. */
export interface Tally {
  /** @throws EvidenceError for a record that isn't what the check reads */
  add(record: InferenceRecord): void;
  evaluation(): LanguageEvaluation;
}
