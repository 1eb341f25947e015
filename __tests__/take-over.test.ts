import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { SAMPLE_STACKS } from "../src/local/story";
import { ALL_REPORTS, cutOverAt, leftAsTheyWere, takeOver, takingOver, verifiedLedger } from "./support/take-over";

const MINUTES = 60_000;
let whole: EvaluatedProgram;
beforeAll(async () => {
  whole = await evaluateProgram(SAMPLE_STACKS);
}, 2 * MINUTES);

it(
  "a group that is enforced from a cut-over on keeps every status that it had, and what is new is judged",
  async () => {
    const program = await takingOver(whole, { mode: "enforce", cutOver: cutOverAt(30) });
    const { before, after, recorded, notices, calls, failure } = await takeOver(program, 300, { missing: ALL_REPORTS });
    expect(failure).toBeUndefined();
    expect(before).toEqual(leftAsTheyWere(300));
    expect([after, recorded]).toEqual(["Approved", [{ decision: "Approved", binding: true }]]);
    expect([calls("StartPipelineExecution"), calls("UpdateModelPackage"), notices]).toEqual([1, 2, []]);
  },
  5 * MINUTES,
);

it(
  "what was registered before has a baseline each, which changes nothing and is audited like any record",
  async () => {
    const program = await takingOver(whole, { mode: "enforce", cutOver: cutOverAt(30) });
    const taken = await takeOver(program, 150, { baselines: true, missing: ALL_REPORTS });
    const { before, after, recorded, baselines, asked, notices, calls, failure, world } = taken;
    expect(failure).toBeUndefined();
    expect([before, baselines]).toEqual([leftAsTheyWere(150), leftAsTheyWere(150)]);
    expect([after, recorded, asked]).toEqual(["Approved", [{ decision: "Approved", binding: true }], [150, 0]]);
    expect([calls("StartPipelineExecution"), calls("UpdateModelPackage"), notices]).toEqual([1, 2, []]);
    expect(await verifiedLedger(world, program)).toMatchObject({ records: 151 });
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
