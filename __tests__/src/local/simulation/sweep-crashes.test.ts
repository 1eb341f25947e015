import { evaluateProgram } from "../../../../src/local/evaluate-program";
import { CRASHES, sweep } from "../../../../src/local/simulation/sweep";
import { SAMPLE_STACKS } from "../../../../src/local/story";

it("a version's decision is the same whichever of all calls meets it", async () => {
  const swept = await sweep(await evaluateProgram(SAMPLE_STACKS), CRASHES);
  expect(swept.broken).toEqual([]);
  expect(swept.calls).toBeGreaterThan(80);
  expect(swept.runs).toBeGreaterThan(swept.calls);
}, 900_000);
