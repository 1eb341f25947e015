import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { runFlow } from "../src/local/flow";
import { SAMPLE_STACKS, SCENES } from "../src/local/story";

const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

let program: EvaluatedProgram;
beforeAll(async () => {
  program = await evaluateProgram(SAMPLE_STACKS);
}, 60_000);

/** Language models are asked thousands of prompts, so they take part in few of the runs. */
const withLanguage = (seed: number): boolean => seed % 20 === 0;

it.each(SEEDS)(
  "whatever happens first, the decisions are the same: seed %i",
  async (seed) => {
    const scenes = SCENES.filter(({ language }) => withLanguage(seed) || language === undefined);
    const { versions, broken } = await runFlow(program, { seed, scenes });
    expect(broken).toEqual([]);
    expect(Object.fromEntries(versions.map(({ sample, approvalStatus }) => [sample, approvalStatus]))).toEqual({
      "all-in-order": "Approved",
      "biased-by-age": "Rejected",
      "report-arrives-late": "Approved",
      "registered-together": "Approved",
      "fraud-in-order": "Approved",
      "auc-not-a-number": "Rejected",
      "no-bias-report": "Rejected",
      ...(withLanguage(seed) && { "careful-assistant": "Approved", "reciting-assistant": "Rejected" }),
    });
  },
  120_000,
);
