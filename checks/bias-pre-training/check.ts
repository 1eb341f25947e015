import { measureBias } from "../../src/core/bias-measurements";
import { defineCheck } from "../../src/core/check";
import { thresholds } from "./thresholds";

export default defineCheck({
  id: "bias-pre-training",
  title: "Bias before training, by facet value",
  requires: "bias-pre-training",
  thresholds,
  measure: (bias, { facets, ...bounds }) => measureBias(bias, facets, bounds),
});
