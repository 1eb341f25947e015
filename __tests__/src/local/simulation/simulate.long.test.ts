import { type EvaluatedProgram, evaluateProgram } from "../../../../src/local/evaluate-program";
import { burst, burstText } from "../../../../src/local/simulation/burst";
import { failureText, Summary } from "../../../../src/local/simulation/summary";
import { simulateAll } from "../../../../src/local/simulation/workers";
import { SAMPLE_STACKS } from "../../../../src/local/story";

const MINUTES = 60_000;

let program: EvaluatedProgram;
beforeAll(async () => {
  program = await evaluateProgram(SAMPLE_STACKS);
}, 2 * MINUTES);

it(
  "a thousand seeds end as they must",
  async () => {
    const seeds = Array.from({ length: 1000 }, (_, index) => index + 1);
    const summary = new Summary();
    await simulateAll(program, seeds, (done) => summary.add(done));
    expect(summary.failed.map(failureText)).toEqual([]);
    expect(summary.text(1)).toMatch(/^1000 runs/);
  },
  60 * MINUTES,
);

it(
  "a thousand versions at once are each decided once, by no more executions at once than SageMaker allows",
  async () => {
    const result = await burst(program, 1000);
    expect([result.broken, result.atOnce]).toEqual([[], 20]);
    expect(burstText(result)).toContain("Each was decided once");
  },
  60 * MINUTES,
);
