import { defineCheck } from "../../src/core/check";
import { languageMeasure } from "../../src/language/measure";
import { memorizationTally } from "./tally";
import { thresholds } from "./thresholds";

export default defineCheck({
  id: "memorization",
  title: "Memorization and copyright of a language model",
  requires: "memorization",
  thresholds,
  tally: memorizationTally,
  measure: languageMeasure(thresholds),
});
