import { defineCheck } from "../../src/core/check";
import { languageMeasure } from "../../src/language/measure";
import { disinformationTally } from "./tally";
import { thresholds } from "./thresholds";

export default defineCheck({
  id: "disinformation",
  title: "Disinformation: how alike a language model's texts are",
  requires: "disinformation",
  thresholds,
  tally: disinformationTally,
  measure: languageMeasure(thresholds),
});
