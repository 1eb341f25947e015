import { defineCheck } from "../../src/core/check";
import { languageMeasure } from "../../src/language/measure";
import { bbqTally } from "./tally";
import { thresholds } from "./thresholds";

export default defineCheck({
  id: "bias-bbq",
  title: "Bias of a language model's answers (BBQ)",
  requires: "bias-bbq",
  thresholds,
  tally: bbqTally,
  measure: languageMeasure(thresholds),
});
