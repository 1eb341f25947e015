import type { Check } from "../../src/core/check";
import { bound, defineCheck } from "../../src/core/check";
import { parsePolicy } from "../../src/core/policy";
import { policySchema } from "../../src/core/policy-schema";

/** One check of one metric, for tests of what is around it. */
export const accuracyCheck: Check = defineCheck({
  id: "accuracy",
  title: "Accuracy",
  requires: "model-quality",
  thresholds: {
    type: "object",
    additionalProperties: false,
    properties: {
      accuracy: bound({ default: { min: 0.9 }, range: [0, 1], description: "Share predicted correctly." }),
    },
  },
  measure: ({ metrics }, thresholds) => [
    { metric: "accuracy", value: metrics.get("accuracy")?.value, bound: thresholds.accuracy },
  ],
});

/** The policy that requires a model quality report, and what a test says besides. */
export const accuracyPolicy = (said: object = {}) =>
  parsePolicy(
    [
      {
        path: "organisation.yaml",
        text: JSON.stringify({ schemaVersion: 1, requiredEvidence: ["model-quality"], ...said }),
      },
    ],
    policySchema([accuracyCheck]),
  );

/** A Model Monitor statistics file of that accuracy. */
export const statistics = (accuracy: number): string =>
  JSON.stringify({
    version: 0,
    dataset: { item_count: 1000 },
    binary_classification_metrics: { accuracy: { value: accuracy, standard_deviation: 0.01 } },
  });
