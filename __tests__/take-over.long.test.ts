import { evaluateProgram } from "../src/local/evaluate-program";
import { SAMPLE_STACKS } from "../src/local/story";
import { ALL_REPORTS, cutOverAt, leftAsTheyWere, takeOver, takingOver, verifiedLedger } from "./support/take-over";

it("five thousand versions keep their status, each with its baseline, and what is new is judged", async () => {
  const whole = await evaluateProgram(SAMPLE_STACKS);
  const program = await takingOver(whole, { mode: "enforce", cutOver: cutOverAt(30) });
  const taken = await takeOver(program, 5000, { baselines: true, missing: ALL_REPORTS });
  const { before, after, recorded, baselines, asked, notices, calls, failure, world } = taken;
  expect(failure).toBeUndefined();
  expect(before).toEqual(leftAsTheyWere(5000));
  expect(baselines).toEqual(leftAsTheyWere(5000));
  expect([after, recorded, notices]).toEqual(["Approved", [{ decision: "Approved", binding: true }], []]);
  expect([asked, calls("StartPipelineExecution"), calls("UpdateModelPackage")]).toEqual([[5000, 0], 1, 2]);
  expect(await verifiedLedger(world, program)).toMatchObject({ records: 5001, withoutCheckpoint: 0 });
}, 3_600_000);
