import path from "node:path";
import { type EvaluatedProgram, evaluateProgram } from "../../../src/local/evaluate-program";
import { assembleWorld } from "../../../src/local/stand-in/world";

const samples = path.join(__dirname, "..", "..", "..", "samples", "stacks");
const files = ["governance", "dev-credit", "dev-payments"].map((name) => path.join(samples, `${name}.yaml`));

describe("the program, evaluated for the sample accounts", () => {
  let program: EvaluatedProgram;
  beforeAll(async () => {
    program = await evaluateProgram(files);
  });

  it("declares each stack in its own account", () => {
    const places = new Set(program.resources.map(({ stack, account, region }) => `${stack} ${account} ${region}`));
    expect([...places]).toEqual([
      "governance 444455556666 us-east-1",
      "dev-credit 111122223333 us-east-1",
      "dev-payments 222233334444 us-east-1",
    ]);
  });

  it("gives resources that fit together", () => {
    const unheard = { needs: () => [], call: () => Promise.reject(new Error("no call is expected")) };
    const options = { seed: 1, start: new Date("2026-11-20T10:00:00Z"), ...program };
    const world = assembleWorld(program.resources, options, { s3: () => unheard, sageMaker: () => unheard });
    expect(world.depths().size).toBeGreaterThan(3);
    expect(world.alarms.length).toBeGreaterThan(3);
  });
});
