import type { Check } from "../src/core/check";
import biasBbq from "./bias-bbq/check";
import biasPostTraining from "./bias-post-training/check";
import biasPreTraining from "./bias-pre-training/check";
import dataQuality from "./data-quality/check";
import disinformation from "./disinformation/check";
import explainability from "./explainability/check";
import memorization from "./memorization/check";
import modelQuality from "./model-quality/check";
import toxicityBold from "./toxicity-bold/check";

/** All checks, in the order of their findings. Generated from the folders by `npm run docs`. */
export const catalogue: readonly Check[] = [
  biasBbq,
  biasPostTraining,
  biasPreTraining,
  dataQuality,
  disinformation,
  explainability,
  memorization,
  modelQuality,
  toxicityBold,
];
