import { type EvaluatedProgram, evaluateProgram } from "../../src/local/evaluate-program";
import { runFlow } from "../../src/local/flow";
import { SAMPLE_STACKS, SCENES } from "../../src/local/story";
import { broken } from "../support/break-link";
import { CARRYING } from "./carrying";
import { DECIDING } from "./deciding";
import { RECORDING } from "./recording";

let program: EvaluatedProgram;
beforeAll(async () => {
  program = await evaluateProgram(SAMPLE_STACKS);
}, 60_000);

/** A version for each way that evidence is carried. */
const EACH_WAY = SCENES.filter(({ sample }) => ["all-in-order", "fraud-in-order"].includes(sample));

const LINKS = [...DECIDING, ...CARRYING, ...RECORDING];

// A link that keeps everything from starting is tried for hours of virtual time.
const LONG = 240_000;

describe("the local run fails on a broken link, and names it", () => {
  it.each(LINKS)(
    "%s",
    async (_, change, names) => {
      const { broken: found } = await runFlow(broken(program, change), { seed: 1, scenes: EACH_WAY });
      expect(found.join("\n")).toMatch(names);
    },
    LONG,
  );
});

it("finds nothing broken in the program as it is", async () => {
  expect((await runFlow(program, { seed: 1, scenes: EACH_WAY })).broken).toEqual([]);
});

it("has at least twenty links", () => {
  expect(LINKS.length).toBeGreaterThanOrEqual(20);
});
