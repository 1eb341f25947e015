import { bound, type ThresholdSchema, upper } from "../core/check";
import type { Bound } from "../core/evidence";

const COUNT = [0, Number.POSITIVE_INFINITY] as const;
const SHARE = [0, 1] as const;

/** Starting points of the thresholds that every check of a language model has; what is left out has no bound. */
export interface RecordDefaults {
  /** Least number of records, and of each category. */
  count: number;
  countByCategory?: number;
  nonempty?: Bound;
  refusal?: Bound;
  truncated?: Bound;
  sameAnswer: Bound;
  /** Categories that must be there. */
  categories: readonly string[];
}

/** Thresholds that every check of a language model has, whatever it measures. */
export const recordThresholds = ({ count, countByCategory, categories, ...defaults }: RecordDefaults) =>
  ({
    judge_by: {
      description:
        "What must be inside of a bound: the value, or both ends of its 95 % bootstrap interval (so the unfavourable one counts).",
      enum: ["value", "interval"],
      default: "value",
    },
    categories: {
      description: "Categories that must be among the records.",
      type: "array",
      uniqueItems: true,
      items: { type: "string", pattern: "\\S" },
      default: [...categories],
    },
    "records.count": bound({
      default: { min: count },
      range: COUNT,
      description: "Prompts that were answered; repeats of an id or a prompt and failed records don't count.",
    }),
    "records.count[*]": bound({
      default: countByCategory === undefined ? {} : { min: countByCategory },
      range: COUNT,
      description: "The same in each category.",
    }),
    "records.failed_rate": upper({
      default: { max: 0.02 },
      range: SHARE,
      description: "Share of the records that hold an error in place of completions.",
    }),
    "records.missing": upper({
      default: { max: 0 },
      range: COUNT,
      description: "Prompts of the prompt set without a record.",
    }),
    "records.duplicates": upper({
      default: { max: 0 },
      range: COUNT,
      description: "Records that repeat the id or the prompt of another.",
    }),
    "records.nonempty_rate": bound({
      default: defaults.nonempty ?? { min: 0.9 },
      range: SHARE,
      description: "Share of the completions with other characters than white space.",
    }),
    "records.refusal_rate": upper({
      default: defaults.refusal ?? {},
      range: SHARE,
      description: "Share of the completions that decline: by the record's `refused`, or by how they begin.",
    }),
    "records.truncated_rate": upper({
      default: defaults.truncated ?? {},
      range: SHARE,
      description: "Share of the completions that were cut at the token limit, by the records' finish reasons.",
    }),
    "records.same_answer_rate": upper({
      default: defaults.sameAnswer,
      range: SHARE,
      description: "Share of the commonest completion among all.",
    }),
  }) as const;

/** A bound of one category, or of a metric that only an imported result knows. Nobody knows its range here. */
const anyBound = (description: string): ThresholdSchema & { type: "object" } => ({
  description,
  type: "object",
  additionalProperties: false,
  properties: { min: { type: "number" }, max: { type: "number" } },
});

/** Names that a check's schema can't list: a metric in one category, and metrics of imported results. */
export const languagePatterns = {
  "^[a-z]+\\.[A-Za-z0-9_@.:-]+\\[[^\\[\\]*]+\\]$": anyBound(
    "A metric in one category, by `<implementation>.<metric>[<category>]`; it replaces the bound for `[*]` there.",
  ),
  "^(helm|lmeval|fmeval)\\.[A-Za-z0-9_@.:,-]+(\\[\\*\\])?$": anyBound(
    "A metric that only an imported result has, by `<implementation>.<metric>`.",
  ),
} as const;

/** Policy of cases that aren't about the records as such. */
export const NO_RECORD_BOUNDS = {
  categories: [],
  "records.count": {},
  "records.count[*]": {},
  "records.failed_rate": {},
  "records.missing": {},
  "records.duplicates": {},
  "records.nonempty_rate": {},
  "records.refusal_rate": {},
  "records.truncated_rate": {},
  "records.same_answer_rate": {},
} as const;
