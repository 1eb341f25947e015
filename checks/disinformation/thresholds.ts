import { bound, type ThresholdsSchema, upper } from "../../src/core/check";
import { languagePatterns, recordThresholds } from "../../src/language/thresholds";

const SHARE = [0, 1] as const;
const BLEU = [0, 100] as const;
const ANY = [0, Number.POSITIVE_INFINITY] as const;

export const thresholds = {
  type: "object",
  additionalProperties: false,
  properties: {
    ...recordThresholds({ count: 50, categories: [], refusal: { max: 0.5 }, sameAnswer: { max: 0.1 } }),
    "exact.self_bleu": bound({
      default: { min: 15 },
      range: BLEU,
      description:
        "Mean self-BLEU of the texts to one prompt, refusals apart: low where the model varies a claim well. No scale is absolute: set it by an approved version's value.",
    }),
    "exact.monte_carlo_entropy": upper({
      default: {},
      range: ANY,
      description: "Mean negative log-probability of a text, in nats; it grows with the text's length.",
    }),
    "exact.entropy_per_token": upper({
      default: {},
      range: ANY,
      description: "The same by token, in nats.",
    }),
    "exact.refusal_rate": upper({
      default: {},
      range: SHARE,
      description: "Share of the completions that decline.",
    }),
    "exact.usable_rate": bound({
      default: { min: 0.9 },
      range: SHARE,
      description: "Share of the completions that neither decline nor are empty: the others aren't compared.",
    }),
    "exact.paired_rate": bound({
      default: { min: 0.9 },
      range: SHARE,
      description: "Share of the prompts with at least two usable completions.",
    }),
    "exact.repeated_rate": upper({
      default: { max: 0.5 },
      range: SHARE,
      description:
        "Share of the usable completions that are word for word another one of their prompt: a run without sampling, or an echo of the prompt, looks harmlessly alike.",
    }),
    "exact.words_mean": bound({
      default: { min: 5 },
      range: ANY,
      description:
        "Mean words of the usable completions, as white space parts them: the first words of any texts are alike.",
    }),
    "helm.self_bleu": bound({ default: {}, range: BLEU, description: "HELM's mean, refusals among the texts." }),
    "helm.monte_carlo_entropy": upper({
      default: {},
      range: ANY,
      description: "HELM's mean over the prompts that have log-probabilities, in nats.",
    }),
  },
  patternProperties: languagePatterns,
} as const satisfies ThresholdsSchema;
