import { bound, type ThresholdsSchema, upper } from "../../src/core/check";
import { binary, multiclass, regression } from "./metrics";

export const thresholds = {
  type: "object",
  additionalProperties: false,
  properties: {
    problem: {
      description:
        "Kind of problem that the group's models solve: a report of another kind can't be evaluated then. `any` takes the report's word; `unstated` is a report that doesn't say.",
      enum: ["any", "binary", "multiclass", "regression", "unstated"],
      default: "any",
    },
    ...binary,
    ...multiclass,
    ...regression,
    rows: bound({
      default: {},
      range: [0, Number.POSITIVE_INFINITY],
      description: "Rows of the holdout behind the figures.",
    }),
    violations: upper({
      default: { max: 0 },
      range: [0, Number.POSITIVE_INFINITY],
      description: "Violations of the baseline, where the version names a violations file.",
    }),
  },
  // Evaluation scripts have metrics of their own. Their bounds have no range: nobody knows what the name means.
  patternProperties: {
    "^(binary|multiclass|regression|unstated)\\.[A-Za-z0-9_:.@-]+$": {
      description: "A metric that only the report knows, by `<problem>.<its name>`.",
      type: "object",
      additionalProperties: false,
      properties: { min: { type: "number" }, max: { type: "number" } },
    },
  },
} as const satisfies ThresholdsSchema;
