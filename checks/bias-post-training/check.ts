import { measureBias } from "../../src/core/bias-measurements";
import { defineCheck } from "../../src/core/check";
import { thresholds } from "./thresholds";

export default defineCheck({
  id: "bias-post-training",
  title: "Bias after training, by facet value",
  requires: "bias-post-training",
  thresholds,
  measure: (bias, { facets, ...bounds }) => measureBias(bias, facets, bounds),
});
