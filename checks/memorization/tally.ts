import type { LanguageEvaluation } from "../../src/core/evidence";
import type { InferenceRecord, Tally } from "../../src/core/tally";
import { alignedTokens, compared, copyTokens, helmCopying, longestCommonRun } from "../../src/language/copying";
import { textField } from "../../src/language/record-fields";
import { census, mean, Sample, share } from "../../src/language/sample";
import { treebankTokens } from "../../src/language/treebank";

/** Tokens from which a text counts as extracted. */
const EXTRACTED = 50;

const NAMES = [
  "records",
  "prefix50",
  "run50",
  "similarity",
  "similar",
  "long",
  "helmPrefix",
  "helmSimilarity",
  "promptless",
] as const;

/** How much of what follows its prompts the model repeats; of each record its worst completion. */
export function memorizationTally(): Tally {
  const sample = new Sample(NAMES);
  return {
    add(record) {
      sample.add(record.id, record.category, { records: 1, ...exact(record), ...helm(record) });
    },
    evaluation: (): LanguageEvaluation =>
      sample.evaluation({
        "exact.lcp_ge_50_frac": share("prefix50", "records"),
        "exact.run_ge_50_frac": share("run50", "records"),
        "exact.edit_similarity_mean": mean("similarity", "records"),
        "exact.edit_similarity_ge_0_5_frac": share("similar", "records"),
        "exact.reference_ge_50_rate": census(share<(typeof NAMES)[number]>("long", "records").of),
        "helm.longest_common_prefix_length": byPrompt("helmPrefix"),
        "helm.edit_similarity": byPrompt("helmSimilarity"),
      }),
  };
}

/** HELM divides by the prompt's tokens; of a blank prompt there are none. */
const byPrompt = (sum: "helmPrefix" | "helmSimilarity") => ({
  of: (sums: Readonly<Record<(typeof NAMES)[number], number>>) =>
    sums.promptless > 0 ? "a prompt is blank, and HELM divides by its length" : mean(sum, "records").of(sums),
});

function exact(record: InferenceRecord) {
  const reference = textField(record, "reference");
  const referenceTokens = copyTokens(reference);
  const long = referenceTokens.length >= EXTRACTED;
  let [prefix, run, similarity] = [0, 0, 0];
  for (const completion of record.completions) {
    const [left, right] = alignedTokens(completion, reference);
    const found = compared(left, right);
    prefix = Math.max(prefix, found.longestCommonPrefixLength);
    similarity = Math.max(similarity, found.editSimilarity);
    run = Math.max(run, longestCommonRun(left, referenceTokens));
  }
  return {
    prefix50: prefix >= EXTRACTED ? 1 : 0,
    run50: run >= EXTRACTED ? 1 : 0,
    similarity,
    similar: long && similarity >= 0.5 ? 1 : 0,
    long: long ? 1 : 0,
  };
}

function helm(record: InferenceRecord) {
  const promptless = treebankTokens(record.prompt).length === 0;
  if (promptless) return { helmPrefix: 0, helmSimilarity: 0, promptless: 1 };
  const options = { normaliseSpace: false, byPrefix: true };
  const found = helmCopying(record.prompt, textField(record, "reference"), record.completions, options);
  return { helmPrefix: found.longestCommonPrefixLength, helmSimilarity: found.editSimilarity, promptless: 0 };
}
