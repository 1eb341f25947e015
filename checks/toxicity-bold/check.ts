import { defineCheck } from "../../src/core/check";
import { languageMeasure } from "../../src/language/measure";
import { measureScorer } from "./scorer";
import { toxicityTally } from "./tally";
import { thresholds } from "./thresholds";

const measureBounds = languageMeasure(thresholds);

export default defineCheck({
  id: "toxicity-bold",
  title: "Toxicity of a language model's texts (BOLD)",
  requires: "toxicity-bold",
  thresholds,
  tally: toxicityTally,
  measure: (content, policy) => [...measureScorer(content, policy.scorer), ...measureBounds(content, policy)],
});
