import { type ThresholdsSchema, upper } from "../../src/core/check";

const featureNames = {
  type: "array",
  uniqueItems: true,
  items: { type: "string", pattern: "\\S" },
  default: [],
} as const;

export const thresholds = {
  type: "object",
  additionalProperties: false,
  properties: {
    share: upper({
      default: { max: 0.8 },
      range: [0, 1],
      description: "Any one feature's share of all attribution (its mean absolute SHAP value by the sum of all).",
    }),
    forbiddenFeatures: {
      ...featureNames,
      description: "Features that the model must not use: their share must be 0. Upper and lower case are the same.",
    },
    requiredFeatures: {
      ...featureNames,
      description: "Features that the model must use: their share must be at least a millionth.",
    },
  },
} as const satisfies ThresholdsSchema;
