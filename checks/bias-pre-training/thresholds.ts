import { facetsThreshold } from "../../src/core/bias-measurements";
import { type ThresholdsSchema, twoSided, upper } from "../../src/core/check";

export const thresholds = {
  type: "object",
  additionalProperties: false,
  properties: {
    facets: facetsThreshold,
    CDDL: twoSided({
      default: {},
      range: [-1, 1],
      description:
        "Conditional demographic disparity in labels, over the strata of a group variable; 0 is ideal. Needs a group variable in the job.",
    }),
    CI: twoSided({
      default: { min: -0.9, max: 0.9 },
      range: [-1, 1],
      description:
        "Class imbalance: other rows minus the facet value's, by all rows; 0 is ideal, 0.9 means that the facet value has one row in twenty.",
    }),
    DPL: twoSided({
      default: { min: -0.1, max: 0.1 },
      range: [-1, 1],
      description: "Difference in positive proportions in observed labels, others minus facet value; 0 is ideal.",
    }),
    JS: upper({
      default: {},
      range: [0, Math.LN2],
      description: "Jensen-Shannon divergence of the observed labels, in nats; 0 is ideal.",
    }),
    KL: upper({
      default: {},
      range: [0, Number.POSITIVE_INFINITY],
      description: "Kullback-Leibler divergence of the observed labels, in nats; 0 is ideal.",
    }),
    KS: upper({
      default: {},
      range: [0, 1],
      description: "Kolmogorov-Smirnov: greatest difference of a label's shares; 0 is ideal.",
    }),
    LP: upper({
      default: {},
      range: [0, Math.SQRT2],
      description: "Lp-norm (p = 2) of the differences of the labels' shares; 0 is ideal.",
    }),
    TVD: upper({
      default: {},
      range: [0, 1],
      description: "Total variation distance: half the sum of the differences of the labels' shares; 0 is ideal.",
    }),
  },
} as const satisfies ThresholdsSchema;
