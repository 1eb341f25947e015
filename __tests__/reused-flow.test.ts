import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { programWorld } from "../src/local/program-world";
import { SAMPLE_STACKS, tell } from "../src/local/story";

const BEGIN = new Date("2026-11-20T10:00:00Z");

let program: EvaluatedProgram;
beforeAll(async () => {
  program = await evaluateProgram(SAMPLE_STACKS);
}, 120_000);

it.each([
  ["one after the other", 60],
  ["at once", 0],
])(
  "of two versions with the same reports, registered %s, one is approved and the other's are reused",
  async (_, after) => {
    const world = programWorld(program, { seed: 11, start: BEGIN });
    const told = tell(world, program, [
      { sample: "all-in-order", registered: 0 },
      { sample: "all-in-order", registered: after },
    ]);
    await world.run(new Date(BEGIN.getTime() + 2 * 3_600_000));
    const ended = told.map(({ arn }) => world.sageMaker.versions().find((version) => version.arn === arn)?.fields);
    expect(ended.map((fields) => fields?.ModelApprovalStatus).sort()).toEqual(["Approved", "Rejected"]);
    const [approved, rejected] = ended[0]?.ModelApprovalStatus === "Approved" ? ended : [...ended].reverse();
    expect(rejected?.ApprovalDescription).toContain(
      `reused: the same bytes are evidence of ${String(approved?.ModelPackageArn ?? told[0]?.arn).slice(0, 40)}`,
    );
  },
  120_000,
);
