import type { Check } from "../src/core/check";
import biasPostTraining from "./bias-post-training/check";
import biasPreTraining from "./bias-pre-training/check";
import dataQuality from "./data-quality/check";
import explainability from "./explainability/check";
import modelQuality from "./model-quality/check";

/** All checks, in the order of their findings. Generated from the folders by `npm run docs`. */
export const catalogue: readonly Check[] = [
  biasPostTraining,
  biasPreTraining,
  dataQuality,
  explainability,
  modelQuality,
];
