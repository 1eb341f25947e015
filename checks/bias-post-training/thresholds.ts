import { facetsThreshold } from "../../src/core/bias-measurements";
import { type ThresholdsSchema, twoSided, upper } from "../../src/core/check";

const share: readonly [number, number] = [-1, 1];
const unlimited: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

export const thresholds = {
  type: "object",
  additionalProperties: false,
  properties: {
    facets: facetsThreshold,
    AD: twoSided({
      default: { min: -0.1, max: 0.1 },
      range: share,
      description: "Accuracy difference: accuracy of the other rows minus that of the facet value; 0 is ideal.",
    }),
    CDDPL: twoSided({
      default: {},
      range: share,
      description:
        "Conditional demographic disparity in predicted labels, over the strata of a group variable; 0 is ideal. Needs a group variable in the job.",
    }),
    DAR: twoSided({
      default: {},
      range: share,
      description: "Difference in acceptance rates (precision), others minus facet value; 0 is ideal.",
    }),
    DCA: twoSided({
      default: {},
      range: unlimited,
      description:
        "Difference in conditional acceptance (observed to predicted positives), others minus facet value; 0 is ideal.",
    }),
    DCR: twoSided({
      default: {},
      range: unlimited,
      description:
        "Difference in conditional rejection (observed to predicted negatives), facet value minus others; 0 is ideal.",
    }),
    DI: twoSided({
      default: { min: 0.8, max: 1.25 },
      range: [0, Number.POSITIVE_INFINITY],
      description:
        "Disparate impact: predicted positive proportion of the facet value by that of the others; 1 is ideal, 0.8 to 1.25 is the four-fifths rule.",
    }),
    DPPL: twoSided({
      default: { min: -0.1, max: 0.1 },
      range: share,
      description: "Difference in positive proportions in predicted labels, others minus facet value; 0 is ideal.",
    }),
    DRR: twoSided({
      default: {},
      range: share,
      description: "Difference in rejection rates (negative predictive value), facet value minus others; 0 is ideal.",
    }),
    FT: twoSided({
      default: {},
      range: share,
      description:
        "Counterfactual flip test: share of the facet value's rows that similar other rows are predicted otherwise; 0 is ideal. Needs numeric features.",
    }),
    GE: upper({
      default: {},
      range: [0, 0.5],
      description:
        "Generalised entropy of benefits over all rows (the facet plays no part), 0 to 0.5 as documented; 0 is ideal.",
    }),
    RD: twoSided({
      default: { min: -0.1, max: 0.1 },
      range: share,
      description: "Recall difference, others minus facet value; 0 is ideal.",
    }),
    SD: twoSided({
      default: {},
      range: share,
      description: "Specificity difference, facet value minus others; 0 is ideal.",
    }),
    TE: twoSided({
      default: {},
      range: unlimited,
      description: "Treatment equality: false negatives by false positives, facet value minus others; 0 is ideal.",
    }),
  },
} as const satisfies ThresholdsSchema;
