import { governanceValues } from "./stack-values";

export const SERVING_VALUES = {
  instanceType: "ml.g5.xlarge",
  pricePerHour: 1.41,
  request: { inputs: "$prompt" },
  response: { completion: "$.text" },
};

export const LANGUAGE_VALUES = {
  promptSets: [{ name: "bbq", sha256: "0".repeat(64) }],
  spendingLimits: { perVersion: 20, perMonth: 200 },
};

/** A governance stack with a group of language models beside another. */
export const languageValues = (language: object = {}, serving: object = {}) =>
  governanceValues({
    groups: [
      { name: "credit-risk", accounts: ["111122223333"] },
      { name: "assistant", accounts: ["222233334444"], language: { ...SERVING_VALUES, ...serving } },
    ],
    language: { ...LANGUAGE_VALUES, ...language },
  });
