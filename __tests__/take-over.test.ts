import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { SAMPLE_STACKS } from "../src/local/story";
import { ALL_REPORTS, cutOverAt, leftAsTheyWere, takeOver, takingOver } from "./support/take-over";

const MINUTES = 60_000;
let whole: EvaluatedProgram;
beforeAll(async () => {
  whole = await evaluateProgram(SAMPLE_STACKS);
}, 2 * MINUTES);

it(
  "a group that is enforced from a cut-over on keeps every status that it had, and what is new is judged",
  async () => {
    const program = await takingOver(whole, { mode: "enforce", cutOver: cutOverAt(30) });
    const { before, after, recorded, notices, calls, failure } = await takeOver(program, 300, ALL_REPORTS);
    expect(failure).toBeUndefined();
    expect(before).toEqual(leftAsTheyWere(300));
    expect([after, recorded]).toEqual(["Approved", [{ decision: "Approved", binding: true }]]);
    expect([calls("StartPipelineExecution"), calls("UpdateModelPackage"), notices]).toEqual([1, 2, []]);
  },
  5 * MINUTES,
);

it(
  "an observed group is judged and recorded, and nothing but people sets a status in it",
  async () => {
    const { before, after, recorded, notices, calls, failure } = await takeOver(await takingOver(whole, {}), 9);
    expect(failure).toBeUndefined();
    expect(before).toEqual(leftAsTheyWere(9));
    expect(after).toBe("PendingManualApproval");
    expect(recorded).toEqual(Array.from({ length: 10 }, () => ({ decision: "Approved", binding: false })));
    // Nothing is repaired, started again or told of.
    expect([calls("UpdateModelPackage"), calls("StartPipelineExecution"), notices]).toEqual([0, 10, []]);
  },
  5 * MINUTES,
);

it(
  "without a cut-over what was there is decided: so the first test can fail",
  async () => {
    const { before } = await takeOver(whole, 6);
    expect(before).not.toEqual(leftAsTheyWere(6));
  },
  5 * MINUTES,
);
