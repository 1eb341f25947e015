import { PIPELINE, roleArn } from "../src/contract/names";
import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { programWorld } from "../src/local/program-world";
import { SAMPLE_STACKS, SCENES, tell } from "../src/local/story";

const ADMIN = "arn:aws:iam::444455556666:role/account-admin";
const BEGIN = new Date("2026-11-20T10:00:00Z");
const minutes = (count: number) => new Date(BEGIN.getTime() + count * 60_000);

let program: EvaluatedProgram;
beforeAll(async () => {
  program = await evaluateProgram(SAMPLE_STACKS);
}, 120_000);

/** A version whose evidence is in order, of which start is never told; someone starts its execution. */
async function startedBy(principalOf: (governance: EvaluatedProgram["governance"]) => string) {
  const { governance } = program;
  const outsiders = { [ADMIN]: [{ Effect: "Allow" as const, Action: ["sagemaker:*"], Resource: ["*"] }] };
  const world = programWorld(
    { ...program, outsiders },
    { seed: 7, start: BEGIN, deliveries: ({ source }) => (source === "aws.sagemaker" ? [] : [0]) },
  );
  const [registered] = tell(
    world,
    program,
    SCENES.filter(({ sample }) => sample === "all-in-order"),
  );
  if (registered === undefined) throw new Error("no sample");
  await world.run(minutes(2));
  const parameters = {
    ...{ ModelPackageGroupName: registered.sample.group, ModelPackageArn: registered.arn, Attempt: "1" },
  };
  await world.call(principalOf(governance), governance.region, "sagemaker", "StartPipelineExecution", {
    PipelineName: PIPELINE,
    PipelineExecutionDisplayName: "by-hand",
    PipelineParameters: Object.entries(parameters).map(([Name, Value]) => ({ Name, Value })),
    ClientRequestToken: "a".repeat(64),
  });
  await world.run(minutes(5));
  const [execution] = world.sageMaker.executions();
  const version = world.sageMaker.versions().find(({ arn }) => arn === registered.arn);
  const records = world.s3.keys(`${governance.prefix}-records-${governance.account}-${governance.region}`);
  return {
    ...{ status: execution?.status, failure: execution?.failure, approval: version?.fields.ModelApprovalStatus },
    records: records.filter((key) => key.startsWith("records/")),
  };
}

it("an execution that an administrator starts is judged, and decides nothing", async () => {
  const { failure, ...ended } = await startedBy(() => ADMIN);
  expect(ended).toEqual({ status: "Failed", approval: "PendingManualApproval", records: [] });
  expect(failure).toMatch(/created by: found arn:aws:sts::\d+:assumed-role\/.*, expected a session of .*mg-start/);
});

it("the same execution decides where start starts it", async () => {
  const { approval, records } = await startedBy((governance) => roleArn(governance, "start", governance));
  expect([approval, records.length]).toEqual(["Approved", 1]);
});
