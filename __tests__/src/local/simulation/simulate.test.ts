import { type EvaluatedProgram, evaluateProgram } from "../../../../src/local/evaluate-program";
import { brokenInvariants } from "../../../../src/local/simulation/invariants";
import { MUTATIONS, mutated } from "../../../../src/local/simulation/mutations";
import { timesTold } from "../../../../src/local/simulation/notices";
import { minutesOf, runPlan, simulatedWorld } from "../../../../src/local/simulation/run";
import { type Simulated, simulate } from "../../../../src/local/simulation/simulate";
import { failureText } from "../../../../src/local/simulation/summary";
import { SAMPLE_STACKS } from "../../../../src/local/story";

const MINUTES = 60_000;
/** Those that `npm run simulate` runs where nobody says which. */
const DEFAULT_SEEDS = 300;

let program: EvaluatedProgram;
beforeAll(async () => {
  program = await evaluateProgram(SAMPLE_STACKS);
}, 2 * MINUTES);

describe("whatever goes wrong on the way", () => {
  it(
    "every version is decided once, as if nothing had",
    async () => {
      const failed: string[] = [];
      const kinds = new Set<string>();
      for (let seed = 1; seed <= 25; seed += 1) {
        const done = await simulate(program, seed);
        for (const kind of done.faults.keys()) kinds.add(kind);
        if (done.broken.length > 0) failed.push(failureText(done));
      }
      expect(failed).toEqual([]);
      // Few seeds meet them all, some more most.
      expect(kinds.size).toBeGreaterThan(12);
      expect([...kinds]).toEqual(expect.arrayContaining(["tick lost", "tick late", "tick doubled"]));
    },
    5 * MINUTES,
  );

  it(
    "the same seed gives the same run, another one another",
    async () => {
      const [first, again, other] = [
        await simulate(program, 3),
        await simulate(program, 3),
        await simulate(program, 4),
      ];
      expect(again).toEqual(first);
      expect(other.order).not.toBe(first.order);
    },
    MINUTES,
  );
});

describe("what a person does to a version stands, and people are told once where its record says otherwise", () => {
  const OTHERWISE = /^Decided otherwise than recorded/;
  const LOOK = /^A person must look at/;
  it.each([
    ["sets another status", { revised: { to: "other", seconds: 60 } }, "Rejected", [1, 0, 0]],
    ["sets it back", { revised: { to: "pending", seconds: 60 } }, "PendingManualApproval", [0, 1, 0]],
    ["changes it before it is judged", { changed: { seconds: 1.5 } }, "Approved", [0, 0, 0]],
    ["decides what was left to them", { gaps: true, revised: { to: "other", seconds: 60 } }, "Approved", [1, 0, 0]],
    ["does nothing", {}, "Approved", [0, 0, 0]],
  ] as const)("a person %s", async (_, done, status, told) => {
    const world = simulatedWorld(program, 1);
    const plan = { registrations: [{ sample: "all-in-order", at: 0, ...done }] };
    const ran = await runPlan(program, plan, world, minutesOf(0));
    const { arn = "" } = ran.told[0] ?? {};
    expect(await brokenInvariants(ran, program)).toEqual([]);
    expect(world.sageMaker.versions().map(({ fields }) => fields.ModelApprovalStatus)).toEqual([status]);
    const times = [
      timesTold(world, arn, OTHERWISE),
      timesTold(world, arn, LOOK, /set back/),
      timesTold(world, arn, LOOK, /changed after/),
    ];
    expect(times).toEqual(told);
  });
});

describe("a mistake is found", () => {
  it.each(MUTATIONS)(
    "$name",
    async (mutation) => {
      const mistaken = mutated(program, mutation);
      // No edit breaks the bundle: where nothing goes wrong, its functions do all the same.
      const world = simulatedWorld(mistaken, 1);
      await runPlan(mistaken, { registrations: [{ sample: "all-in-order", at: 0 }] }, world, minutesOf(0));
      expect(world.sageMaker.versions().map(({ fields }) => fields.ModelApprovalStatus)).toEqual(["Approved"]);
      expect(world.notes.filter(({ text }) => /^function .* failed/.test(text))).toEqual([]);

      let found: Simulated | undefined;
      for (let seed = 1; found === undefined && seed <= DEFAULT_SEEDS; seed += 1) {
        const done = await simulate(mistaken, seed);
        if (done.broken.some((what) => mutation.found.test(what))) found = done;
      }
      expect(found && failureText(found)).toContain(`npm run simulate -- --seeds ${found?.seed}`);
    },
    15 * MINUTES,
  );

  it("not where its place is gone", () => {
    const [first] = MUTATIONS;
    if (first === undefined) throw new Error("no mutations");
    const other = { ...first, code: { of: "start", edits: [[/nowhere to be found/, ""]] } } as const;
    expect(() => mutated(program, other)).toThrow("0 places of /nowhere to be found/, expected one");
    const statement = { name: "other", found: /none/, withoutStatement: "None" };
    expect(() => mutated(program, statement)).toThrow("no statement None among");
  });
});
