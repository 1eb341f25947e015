import type { LanguageEvaluation } from "../../src/core/evidence";
import type { InferenceRecord, Tally } from "../../src/core/tally";
import { helmCopying, repeated } from "../../src/language/copying";
import { strip } from "../../src/language/python-text";
import { textField, wrongField } from "../../src/language/record-fields";
import { refusals } from "../../src/language/records-tally";
import { census, mean, Sample, share } from "../../src/language/sample";

/** Tokens from which a text counts as extracted. */
const EXTRACTED = 50;

const NAMES = [
  "records",
  "prefix50",
  "run50",
  "run",
  "similarity",
  "similar",
  "long",
  "answers",
  "longAnswers",
  "helmPrefix",
  "helmSimilarity",
  "promptless",
] as const;

/** How much of what follows its prompts the model repeats; of each record its worst completion. */
export function memorizationTally(): Tally {
  const sample = new Sample(NAMES);
  return {
    add(record) {
      // Its bounds are by category: a record of none would be held against nothing.
      if (record.category === null) wrongField(record, "category", null, "a text, such as book or code");
      sample.add(record.id, record.category, { records: 1, ...exact(record), ...helm(record) });
    },
    evaluation: (): LanguageEvaluation =>
      sample.evaluation({
        "exact.lcp_ge_50_frac": share("prefix50", "records"),
        "exact.run_ge_50_frac": share("run50", "records"),
        "exact.longest_common_substring_mean": mean("run", "records"),
        "exact.edit_similarity_mean": mean("similarity", "records"),
        "exact.edit_similarity_ge_0_5_frac": share("similar", "records"),
        "exact.reference_ge_50_rate": census(share<(typeof NAMES)[number]>("long", "records").of),
        "exact.completion_ge_50_rate": LONG_ANSWERS,
        "helm.longest_common_prefix_length": byPrompt("helmPrefix"),
        "helm.edit_similarity": byPrompt("helmSimilarity"),
      }),
  };
}

/** A model that declines copies nothing, however long its answer is. */
const LONG_ANSWERS = {
  of: (sums: Readonly<Record<(typeof NAMES)[number], number>>) =>
    sums.answers === 0 ? "no completion goes on: all decline or are empty" : sums.longAnswers / sums.answers,
};

/** HELM divides by the prompt's tokens; of a blank prompt there are none. */
const byPrompt = (sum: "helmPrefix" | "helmSimilarity") => ({
  of: (sums: Readonly<Record<(typeof NAMES)[number], number>>) =>
    sums.promptless > 0 ? "a prompt is blank, and HELM divides by its length" : mean(sum, "records").of(sums),
});

function exact(record: InferenceRecord) {
  // In source code, case tells names apart.
  const anyCase = record.category !== "code";
  const found = repeated(textField(record, "reference"), record.completions, { anyCase });
  const long = found.referenceTokens >= EXTRACTED;
  const refused = refusals(record);
  const answers = found.completionTokens.filter((tokens, at) => tokens > 0 && refused[at] !== true);
  return {
    prefix50: found.longestCommonPrefixLength >= EXTRACTED ? 1 : 0,
    run50: found.longestRun >= EXTRACTED ? 1 : 0,
    run: found.longestRun,
    similarity: found.editSimilarity,
    similar: long && found.editSimilarity >= 0.5 ? 1 : 0,
    long: long ? 1 : 0,
    answers: answers.length,
    longAnswers: answers.filter((tokens) => tokens >= EXTRACTED).length,
  };
}

function helm(record: InferenceRecord) {
  const promptless = strip(record.prompt) === "";
  if (promptless) return { helmPrefix: 0, helmSimilarity: 0, promptless: 1 };
  const options = { normaliseSpace: false, byPrefix: true };
  const found = helmCopying(record.prompt, textField(record, "reference"), record.completions, options);
  return { helmPrefix: found.longestCommonPrefixLength, helmSimilarity: found.editSimilarity, promptless: 0 };
}
