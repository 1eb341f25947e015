import { evaluateProgram } from "../src/local/evaluate-program";
import { SAMPLE_STACKS } from "../src/local/story";
import { ALL_REPORTS, cutOverAt, leftAsTheyWere, takeOver, takingOver } from "./support/take-over";

it("five thousand versions keep their status, and what is new is judged", async () => {
  const whole = await evaluateProgram(SAMPLE_STACKS);
  const program = await takingOver(whole, { mode: "enforce", cutOver: cutOverAt(30) });
  const { before, after, recorded, notices, failure } = await takeOver(program, 5000, ALL_REPORTS);
  expect(failure).toBeUndefined();
  expect(before).toEqual(leftAsTheyWere(5000));
  expect([after, recorded, notices]).toEqual(["Approved", [{ decision: "Approved", binding: true }], []]);
}, 3_600_000);
