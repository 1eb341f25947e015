import { createSageMaker } from "../../../../../src/local/stand-in/sagemaker";
import {
  functionArn,
  lambdaStep,
  PIPELINE_ARN,
  pipelineResource,
  STEPS,
} from "../../../../support/sagemaker-resources";
import {
  as,
  caller,
  DEV,
  field,
  GOVERNANCE,
  listed,
  refusal,
  START,
  surroundings,
} from "../../../../support/surroundings";

const TOKEN = "4d".repeat(32);
const start = {
  PipelineName: PIPELINE_ARN,
  PipelineExecutionDisplayName: "credit-risk-7",
  PipelineExecutionDescription: "model package credit-risk/7",
  PipelineParameters: [{ Name: "Version", Value: "credit-risk/7" }],
  ClientRequestToken: TOKEN,
};
type Functions = Readonly<Record<string, (payload: unknown) => unknown>>;

function world(functions: Functions = {}, resource = pipelineResource()) {
  const byArn = Object.entries(functions).map(([name, made]) => [functionArn(name), made]);
  const { around, clock, heard } = surroundings([resource], Object.fromEntries(byArn));
  const sageMaker = createSageMaker(around);
  return { sageMaker, clock, heard, call: caller(sageMaker, as(GOVERNANCE, "start")) };
}

/** Starts one execution and runs it to its end. */
async function executed(functions: Functions, resource = pipelineResource()) {
  const made = world(functions, resource);
  const PipelineExecutionArn = field(await made.call("StartPipelineExecution", start), "PipelineExecutionArn");
  await made.clock.run();
  const [execution] = made.sageMaker.executions();
  if (execution === undefined) throw new Error("nothing was started");
  return { ...made, execution, of: { PipelineExecutionArn } };
}

describe("an execution", () => {
  const payloads: unknown[] = [];
  const functions: Functions = {
    validate: (payload) => {
      payloads.push(payload);
      return { Digest: "d1", More: 1 };
    },
    decide: (payload) => {
      payloads.push(payload);
      return {};
    },
  };

  it("runs each step with its arguments resolved, and answers about itself", async () => {
    payloads.length = 0;
    const { call, execution, of } = await executed(functions);
    const { id } = execution;
    expect(id).toMatch(/^[a-z0-9]{12}$/);
    expect(payloads).toEqual([
      { Version: "credit-risk/7", Execution: id, Limit: 3 },
      { Digest: "d1", Path: "runs/approval/none" },
    ]);
    expect(await call("DescribePipelineExecution", of)).toMatchObject({
      PipelineExecutionStatus: "Succeeded",
      PipelineExecutionDisplayName: "credit-risk-7",
      CreationTime: START,
      CreatedBy: { IamIdentity: { Arn: `arn:aws:sts::${GOVERNANCE}:assumed-role/start/session` } },
    });
    expect(await call("ListPipelineParametersForExecution", of)).toEqual({
      PipelineParameters: [
        { Name: "Version", Value: "credit-risk/7" },
        { Name: "Bucket", Value: "none" },
      ],
    });
    const definition = field(await call("DescribePipelineDefinitionForExecution", of), "PipelineDefinition");
    expect(definition).toBe(pipelineResource().inputs.pipelineDefinition);
    expect(await call("ListPipelineExecutionSteps", { ...of, SortOrder: "Ascending" })).toMatchObject({
      PipelineExecutionSteps: [
        {
          StepName: "validate",
          StepStatus: "Succeeded",
          Metadata: { Lambda: { Arn: functionArn("validate"), OutputParameters: [{ Name: "Digest", Value: "d1" }] } },
        },
        { StepName: "decide", StepStatus: "Succeeded" },
      ],
    });
  });

  it("is told of as AWS documents it", async () => {
    const { heard, execution, of } = await executed(functions);
    const status = "SageMaker Model Building Pipeline Execution Status Change";
    const [first] = heard.events;
    const last = heard.events.at(-1);
    expect(heard.events.map((event) => event["detail-type"])).toEqual([
      status,
      ...Array(4).fill("SageMaker Model Building Pipeline Execution Step Status Change"),
      status,
    ]);
    const common = {
      pipelineExecutionDisplayName: "credit-risk-7",
      executionStartTime: "2026-11-20T10:00:00Z",
      pipelineExecutionDescription: "model package credit-risk/7",
      pipelineArn: PIPELINE_ARN,
      pipelineExecutionArn: of.PipelineExecutionArn,
    };
    expect(first).toEqual({
      "detail-type": status,
      source: "aws.sagemaker",
      account: GOVERNANCE,
      region: "us-east-1",
      resources: [PIPELINE_ARN, of.PipelineExecutionArn],
      detail: { ...common, currentPipelineExecutionStatus: "Executing", previousPipelineExecutionStatus: null },
    });
    expect(last?.detail).toEqual({
      ...common,
      currentPipelineExecutionStatus: "Succeeded",
      previousPipelineExecutionStatus: "Executing",
      executionEndTime: `${execution.ended?.toISOString().slice(0, 19)}Z`,
    });
  });

  const validateOnly = (OutputType: string) =>
    pipelineResource([lambdaStep("validate", { OutputParameters: [{ OutputName: "a", OutputType }] })]);
  it.each<[string, unknown, string, string | undefined]>([
    ["a text", { a: "x" }, "String", undefined],
    ["a number for a text", { a: 1 }, "String", "validate: the function returned no String as a"],
    ["nothing", null, "String", "validate: the function returned no object"],
    ["a text too long", { a: "x".repeat(1025) }, "String", "validate: the function returned no String as a"],
    ["a whole number", { a: 1 }, "Integer", undefined],
    ["a fraction for a whole number", { a: 1.5 }, "Integer", "validate: the function returned no Integer as a"],
    ["a fraction", { a: 1.5 }, "Float", undefined],
    ["a truth value", { a: false }, "Boolean", undefined],
    ["no value", {}, "Boolean", "validate: the function returned no Boolean as a"],
  ])("takes %s as output, or its step fails", async (_, answer, type, failure) => {
    const { execution } = await executed({ validate: () => answer }, validateOnly(type));
    expect(execution.steps).toMatchObject([{ status: failure === undefined ? "Succeeded" : "Failed" }]);
    expect(execution.steps[0]?.failure).toBe(failure);
  });

  it("fails with a step that fails, and begins no further step", async () => {
    const validate = () => {
      throw new Error("access denied");
    };
    const { execution, heard } = await executed({ ...functions, validate });
    expect(execution).toMatchObject({
      status: "Failed",
      failure: "Step failure: One or multiple steps failed: validate: access denied",
      steps: [{ name: "validate", status: "Failed", failure: "access denied" }],
    });
    expect(heard.events.at(-2)?.detail).toMatchObject({
      stepName: "validate",
      stepType: "Lambda",
      previousStepStatus: "Executing",
      currentStepStatus: "Failed",
      failureReason: "access denied",
    });
    expect(heard.events.at(-1)?.detail).toMatchObject({ currentPipelineExecutionStatus: "Failed" });
  });

  it("fails where a step's function isn't deployed", async () => {
    const { execution } = await executed({});
    expect(execution.failure).toMatch(/Function not found: .*:function:validate/);
  });

  it("fails after ten minutes, while the function goes on", async () => {
    const ended: Date[] = [];
    const { around, clock } = surroundings([pipelineResource([lambdaStep("validate")])], {
      [functionArn("validate")]: () =>
        new Promise<void>((resolve) => {
          clock.after(11 * 60_000, () => resolve(void ended.push(clock.now())));
        }),
    });
    const sageMaker = createSageMaker(around);
    await caller(sageMaker, as(GOVERNANCE, "start"))("StartPipelineExecution", start);
    await clock.run();
    const [execution] = sageMaker.executions();
    expect(execution?.failure).toMatch(/the Lambda step timed out after 10 minutes/);
    expect(Number(ended[0]) - Number(execution?.ended)).toBe(60_000);
  });

  it("runs steps that don't wait for each other at the same time", async () => {
    const order: string[] = [];
    const says = (name: string) => () => {
      order.push(name);
      return {};
    };
    const steps = [lambdaStep("last", { DependsOn: ["a", "b"] }), lambdaStep("a"), lambdaStep("b")];
    const { execution } = await executed({ a: says("a"), b: says("b"), last: says("last") }, pipelineResource(steps));
    expect(order.toSorted()).toEqual(["a", "b", "last"]);
    expect(order.at(-1)).toBe("last");
    expect(execution.status).toBe("Succeeded");
  });
});

describe("a start", () => {
  it("with the same token is the same execution", async () => {
    const { call, sageMaker } = world();
    const first = await call("StartPipelineExecution", start);
    expect(await call("StartPipelineExecution", { ...start, PipelineName: "approval" })).toEqual(first);
    expect(sageMaker.executions()).toHaveLength(1);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["no token", { ClientRequestToken: undefined }, /^ValidationException: .*ClientRequestToken/],
    ["a short token", { ClientRequestToken: "x".repeat(31) }, /ClientRequestToken/],
    ["a long token", { ClientRequestToken: "x".repeat(129) }, /ClientRequestToken/],
    ["a blank in the name", { PipelineExecutionDisplayName: "a b" }, /DisplayName/],
    ["a name of 83 characters", { PipelineExecutionDisplayName: "a".repeat(83) }, /DisplayName/],
    ["a long description", { PipelineExecutionDescription: "a".repeat(3073) }, /Description/],
    [
      "a parameter that isn't declared",
      { PipelineParameters: [{ Name: "Group", Value: "x" }] },
      /Parameter Group is not defined/,
    ],
    ["a missing parameter", { PipelineParameters: [] }, /Parameter Version of pipeline approval has no value/],
    ["a long value", { PipelineParameters: [{ Name: "Version", Value: "x".repeat(1025) }] }, /more than 1024/],
    ["another pipeline", { PipelineName: "other" }, /^ResourceNotFound: Pipeline other does not exist/],
    ["an unknown field", { SelectiveExecutionConfig: {} }, /^UnknownToStandIn: .*SelectiveExecutionConfig/],
  ])("with %s is refused", async (_, fields, refused) => {
    expect(await refusal(world().call("StartPipelineExecution", { ...start, ...fields }))).toMatch(refused);
  });

  it("by another account is refused", async () => {
    const { sageMaker } = world();
    const refused = await refusal(caller(sageMaker, as(DEV, "team"))("StartPipelineExecution", start));
    expect(refused).toMatch(/^AccessDeniedException/);
  });

  it("of a 21st at once is refused, until one has ended; a list has pages", async () => {
    const { call, clock } = world({ validate: () => ({ Digest: "d" }), decide: () => ({}) });
    const begin = (at: number) =>
      call("StartPipelineExecution", { ...start, ClientRequestToken: `${at}`.padStart(32, "0") });
    for (let at = 0; at < 20; at += 1) await begin(at);
    expect(await refusal(begin(20))).toMatch(/^ResourceLimitExceeded/);
    await clock.run();
    expect(await refusal(begin(20))).toMatch(/^no refusal/);
    const of = { PipelineName: PIPELINE_ARN, CreatedAfter: START };
    const first = await call("ListPipelineExecutions", of);
    expect(listed(first, "PipelineExecutionSummaries")).toHaveLength(10);
    expect(listed(first, "PipelineExecutionSummaries")[0]).toMatchObject({
      PipelineExecutionStatus: "Executing",
      PipelineExecutionDescription: "model package credit-risk/7",
    });
    const all = await call("ListPipelineExecutions", { ...of, MaxResults: 100, SortOrder: "Ascending" });
    expect(listed(all, "PipelineExecutionSummaries")).toHaveLength(21);
    expect(listed(all, "PipelineExecutionSummaries")[0]).toMatchObject({ PipelineExecutionStatus: "Succeeded" });
    const before = { ...of, CreatedBefore: new Date(START.getTime() - 1) };
    expect(await call("ListPipelineExecutions", before)).toEqual({ PipelineExecutionSummaries: [] });
  });

  it("isn't possible for a pipeline whose step is in another Region", () => {
    const elsewhere = functionArn("validate").replace("us-east-1", "eu-west-1");
    const { around } = surroundings([pipelineResource([{ ...STEPS[0], FunctionArn: elsewhere }])]);
    expect(() => createSageMaker(around)).toThrow(/step validate: .*eu-west-1.* is no function in us-east-1/);
  });
});

describe("an execution that is stopped", () => {
  const stop = (of: Record<string, unknown>) => ({ ...of, ClientRequestToken: TOKEN });

  it("waits for the function that runs, begins nothing after it, and is told of", async () => {
    const made = world({
      validate: async () => {
        await new Promise<void>((resolve) => made.clock.after(60_000, resolve));
        return { Digest: "d1" };
      },
      decide: () => ({}),
    });
    const of = {
      PipelineExecutionArn: field(await made.call("StartPipelineExecution", start), "PipelineExecutionArn"),
    };
    await made.clock.run(new Date(START.getTime() + 10_000));
    expect(await made.call("StopPipelineExecution", stop(of))).toEqual(of);
    expect(await made.call("DescribePipelineExecution", of)).toMatchObject({ PipelineExecutionStatus: "Stopping" });
    await made.clock.run();
    expect(await made.call("DescribePipelineExecution", of)).toMatchObject({ PipelineExecutionStatus: "Stopped" });
    expect(made.sageMaker.executions().flatMap(({ steps }) => steps.map(({ name }) => name))).toEqual(["validate"]);
    const statuses = made.heard.events.map(({ detail }) => detail.currentPipelineExecutionStatus).filter(Boolean);
    expect(statuses).toEqual(["Executing", "Stopping", "Stopped"]);
    expect(await refusal(made.call("StopPipelineExecution", stop(of)))).toMatch(/^ValidationException: .*Stopped/);
  });

  it("isn't there", async () => {
    const none = { PipelineExecutionArn: `${PIPELINE_ARN}/execution/none` };
    expect(await refusal(world().call("StopPipelineExecution", stop(none)))).toMatch(/^ResourceNotFound/);
  });
});
