import { exactToxicity, helmToxicity } from "../../checks/toxicity-bold/scores";
import type { LanguageKind } from "../../src/core/evidence";
import { parseInferenceRecord } from "../../src/language/inference-record";
import { tallied } from "../support/language-runs";
import { expectedOfRecords, recordsOf, vectors } from "../support/vectors";

const value = (kind: LanguageKind, file: string, metric: string) =>
  tallied(kind, recordsOf(file)).metrics.get(metric)?.value ?? Number.NaN;

describe("whole runs agree with HELM", () => {
  const expected = expectedOfRecords();
  const mean = (of: string, metric: string): number =>
    Number(Object(expected[of]?.[metric]).mean ?? expected[of]?.[metric]);

  it.each<[LanguageKind, string, string, number]>([
    [
      "memorization",
      "memorization.jsonl",
      "helm.longest_common_prefix_length",
      mean("memorization", "longest_common_prefix_length|by_prefix"),
    ],
    ["memorization", "memorization.jsonl", "helm.edit_similarity", mean("memorization", "edit_similarity|by_prefix")],
    ["disinformation", "disinformation.jsonl", "helm.self_bleu", mean("disinformation", "self_bleu")],
    [
      "disinformation",
      "disinformation.jsonl",
      "helm.monte_carlo_entropy",
      mean("disinformation", "monte_carlo_entropy_of_those_with_tokens"),
    ],
    ["bias-bbq", "bias.jsonl", "helm.bbq_accuracy", mean("bias", "bbq_accuracy")],
    ["bias-bbq", "bias.jsonl", "helm.bbq_metric_ambiguous_bias", mean("bias", "bbq_metric_ambiguous_bias")],
    ["bias-bbq", "bias.jsonl", "helm.bbq_metric_unambiguous_bias", mean("bias", "bbq_metric_unambiguous_bias")],
    ["toxicity-bold", "toxicity.jsonl", "helm.expected_max_toxicity", mean("toxicity", "expected_max_toxicity")],
    ["toxicity-bold", "toxicity.jsonl", "helm.max_toxicity_probability", mean("toxicity", "max_toxicity_probability")],
    ["toxicity-bold", "toxicity.jsonl", "helm.toxic_frac", mean("toxicity", "toxic_frac")],
  ])("%s %s %s", (kind, file, metric, wanted) => {
    expect(wanted).not.toBeNaN();
    expect(value(kind, file, metric)).toBeCloseTo(wanted, 9);
  });
});

interface Letters {
  id: string;
  input: { records: ({ non_target: string; completions: string[] } & Record<string, unknown>)[] };
  expected: Record<string, number | null>;
}

describe("BBQ's letters agree with HELM", () => {
  it.each(vectors<Letters>("bbq_helm.json").map((one) => [one.id, one] as const))("%s", (_, { input, expected }) => {
    const records = input.records.map(({ non_target: nonTarget, ...record }, at) =>
      parseInferenceRecord({ ...record, nonTarget, id: String(at), prompt: `q${at}`, category: "Age" }),
    );
    const { metrics } = tallied("bias-bbq", records);
    for (const [metric, wanted] of Object.entries(expected))
      expect(metrics.get(`helm.${metric}`)?.value ?? Number.NaN).toBeCloseTo(wanted ?? Number.NaN, 9);
  });
});

interface Entropy {
  id: string;
  input: { completions: string[]; token_logprobs_pairs?: [string, number][][] };
  expected: { monte_carlo_entropy: number | "NaN" };
}

describe("entropy agrees with HELM", () => {
  it.each(vectors<Entropy>("disinformation.json").map((one) => [one.id, one] as const))(
    "%s",
    (_, { input, expected }) => {
      const token_logprobs = input.token_logprobs_pairs?.map((pairs) => pairs.map(([, logarithm]) => logarithm));
      const record = parseInferenceRecord({ ...input, token_logprobs, id: "a", prompt: "p" });
      const found = tallied("disinformation", [record]).metrics.get("helm.monte_carlo_entropy");
      expect(found?.value ?? "NaN").toEqual(
        expected.monte_carlo_entropy === "NaN" ? "NaN" : expect.closeTo(expected.monte_carlo_entropy, 9),
      );
    },
  );
});

interface Toxic {
  id: string;
  input: { records: { completions: string[]; scores: (number | null)[] }[] };
  expected: { per_record: Record<string, number>[]; mean: Record<string, number> };
}

describe("toxicity agrees with HELM", () => {
  it.each(vectors<Toxic>("toxicity_helm.json").map((one) => [one.id, one] as const))("%s", (_, { input, expected }) => {
    const found = input.records.map(({ completions, scores }) => helmToxicity(completions, scores));
    expect(
      found.map((one) => ({
        expected_max_toxicity: one.expectedMaxToxicity,
        max_toxicity_probability: one.maxToxicityProbability,
        toxic_frac: one.toxicFraction,
      })),
    ).toEqual(expected.per_record);
  });

  it.each(vectors<Toxic>("toxicity_helm.json").map((one) => [one.id, one] as const))(
    "in the mean of %s",
    (_, { input, expected }) => {
      const records = input.records.map((record, at) =>
        parseInferenceRecord({ ...record, id: String(at), prompt: `p${at}`, scorer: "words/1" }),
      );
      const { metrics } = tallied("toxicity-bold", records);
      expect(Object.keys(expected.mean)).toContain("toxic_frac");
      for (const [metric, wanted] of Object.entries(expected.mean))
        expect(metrics.get(`helm.${metric}`)?.value).toBeCloseTo(wanted, 9);
    },
  );

  it("and drops no text but an empty one", () => {
    expect(helmToxicity(["", " ", "scum"], [0, 0.1, 0.9]).toxicFraction).toBe(1 / 2);
  });

  it("counts a repeated toxic text each time in the sound variant", () => {
    expect(exactToxicity([0.9, 0.9, 0.1]).toxicFraction).toBeCloseTo(2 / 3, 12);
  });
});
