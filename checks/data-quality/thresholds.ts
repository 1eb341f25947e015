import { bound, type ThresholdsSchema, upper } from "../../src/core/check";

export const thresholds = {
  type: "object",
  additionalProperties: false,
  properties: {
    completeness: bound({
      default: { min: 0.9 },
      range: [0, 1],
      description:
        "Share of rows in which a feature has a value, each feature alone. Where the baseline's constraints ask for more of a feature, their figure holds.",
    }),
    missing: upper({
      default: {},
      range: [0, Number.POSITIVE_INFINITY],
      description: "Rows in which a feature has no value, each feature alone.",
    }),
    rows: bound({
      default: {},
      range: [0, Number.POSITIVE_INFINITY],
      description: "Rows of the dataset behind the statistics.",
    }),
    violations: upper({
      default: { max: 0 },
      range: [0, Number.POSITIVE_INFINITY],
      description: "Violations of the baseline, where the version names a violations file.",
    }),
  },
} as const satisfies ThresholdsSchema;
