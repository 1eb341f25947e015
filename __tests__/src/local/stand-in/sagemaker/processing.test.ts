import { createSageMaker } from "../../../../../src/local/stand-in/sagemaker";
import { parseDefinition } from "../../../../../src/local/stand-in/sagemaker/definition";
import { functionArn, lambdaStep, PARAMETERS, pipelineResource } from "../../../../support/sagemaker-resources";
import { as, caller, field, GOVERNANCE, roleArn, surroundings } from "../../../../support/surroundings";

const CLUSTER = { InstanceType: "ml.t3.medium", InstanceCount: 1, VolumeSizeInGB: 5 };
const ROLE = roleArn(GOVERNANCE, "validate");

/** A Processing step with some of its arguments set otherwise. */
const processingStep = (change: Record<string, unknown> = {}, fields: Record<string, unknown> = {}) => ({
  Name: "validate",
  Type: "Processing",
  Arguments: {
    ProcessingResources: { ClusterConfig: CLUSTER },
    AppSpecification: {
      ImageUri: "IMAGE",
      ContainerEntrypoint: ["node", "/index.js"],
      ContainerArguments: ["--Version", { Get: "Parameters.Version" }],
    },
    Environment: { EXECUTION: { Get: "Execution.PipelineExecutionId" }, LIMIT: "3" },
    NetworkConfig: { EnableNetworkIsolation: false },
    RoleArn: ROLE,
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
    ...change,
  },
  ...fields,
});

async function executed(step: object, job: (job: unknown) => unknown) {
  const last = lambdaStep("decide", { DependsOn: ["validate"] });
  const { around, clock } = surroundings([pipelineResource([step, last])], {
    IMAGE: job,
    [functionArn("decide")]: () => ({}),
  });
  const sageMaker = createSageMaker(around);
  const call = caller(sageMaker, as(GOVERNANCE, "start"));
  await call("StartPipelineExecution", {
    PipelineName: "approval",
    PipelineParameters: [{ Name: "Version", Value: "credit-risk/7" }],
    ClientRequestToken: "4d".repeat(32),
  });
  await clock.run();
  const [execution] = sageMaker.executions();
  if (execution === undefined) throw new Error("nothing was started");
  return { execution, call };
}

describe("a Processing step", () => {
  it("runs its job with every reference resolved, before the next step, and is listed with the job", async () => {
    const jobs: unknown[] = [];
    const { execution, call } = await executed(processingStep(), (job) => void jobs.push(job));
    const arn = `arn:aws:sagemaker:us-east-1:${GOVERNANCE}:processing-job/pipelines-${execution.id}-validate`;
    expect(jobs).toEqual([
      {
        arn,
        account: GOVERNANCE,
        region: "us-east-1",
        entrypoint: ["node", "/index.js"],
        arguments: ["--Version", "credit-risk/7"],
        environment: { EXECUTION: execution.id, LIMIT: "3" },
        role: ROLE,
        maxSeconds: 600,
        instances: 1,
        inputs: [],
      },
    ]);
    const steps = await call("ListPipelineExecutionSteps", { PipelineExecutionArn: execution.arn });
    expect(field(steps, "PipelineExecutionSteps")).toMatchObject([
      { StepName: "decide", StepStatus: "Succeeded" },
      { StepName: "validate", StepStatus: "Succeeded", Metadata: { ProcessingJob: { Arn: arn } } },
    ]);
  });

  it("fails the execution with the job's reason, and nothing follows", async () => {
    const { execution } = await executed(processingStep(), () => {
      throw new Error("AlgorithmError: no bucket, exit code: 1");
    });
    expect(execution.failure).toContain("validate: AlgorithmError: no bucket, exit code: 1");
    expect(execution.steps.map(({ name, status }) => [name, status])).toEqual([["validate", "Failed"]]);
  });

  const long = "x".repeat(257);
  const app = (change: object) => ({
    AppSpecification: { ImageUri: "IMAGE", ContainerEntrypoint: ["node", "/index.js"], ...change },
  });
  it.each<[string, Record<string, unknown>, RegExp]>([
    ["a long variable", { Environment: { GROUPS: long } }, /GROUPS: must be a text of at most 256/],
    ["a long name of a variable", { Environment: { [long]: "" } }, /more than 256 characters/],
    ["a variable that is a number", { Environment: { LIMIT: 3 } }, /LIMIT: must be a text/],
    [
      "101 variables",
      { Environment: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`V${at}`, ""])) },
      /101 variables; at most 100/,
    ],
    ["a long argument", app({ ContainerArguments: [long] }), /ContainerArguments\[0\]: must be a text of at most 256/],
    ["101 arguments", app({ ContainerArguments: Array(101).fill("a") }), /101 arguments/],
    ["a long entry point", app({ ContainerEntrypoint: [long] }), /ContainerEntrypoint: more than 256/],
  ])("whose job has %s isn't created", async (_, change, refused) => {
    const jobs: unknown[] = [];
    const { execution } = await executed(processingStep(change), (job) => void jobs.push(job));
    expect(execution.failure).toMatch(refused);
    expect(jobs).toEqual([]);
  });
});

const S3_INPUT = {
  S3Uri: "s3://prompts/sets/",
  LocalPath: "/opt/ml/processing/input/prompts",
  S3DataType: "S3Prefix",
  S3InputMode: "File",
  S3DataDistributionType: "ShardedByS3Key",
};

describe("the definition of a Processing step", () => {
  const cluster = (change: object) => ({ ProcessingResources: { ClusterConfig: { ...CLUSTER, ...change } } });
  const input = (change: object) => ({
    ProcessingInputs: [{ InputName: "prompts", S3Input: { ...S3_INPUT, ...change } }],
  });
  it.each<[string, Record<string, unknown>, Record<string, unknown>, RegExp]>([
    ["a cache", {}, { CacheConfig: { Enabled: true } }, /UnknownToStandIn.*CacheConfig/],
    ["an output", { ProcessingOutputConfig: {} }, {}, /UnknownToStandIn.*ProcessingOutputConfig/],
    ["a type with Graviton", cluster({ InstanceType: "ml.m6g.large" }), {}, /ml\.m6g\.large isn't one of Processing's/],
    ["no instance", cluster({ InstanceCount: 0 }), {}, /InstanceCount must be 1 to 100/],
    ["101 instances", cluster({ InstanceCount: 101 }), {}, /InstanceCount must be 1 to 100/],
    ["an input from nowhere", input({ S3Uri: "bucket/key" }), {}, /S3Uri bucket\/key/],
    ["an input to elsewhere", input({ LocalPath: "/tmp/x" }), {}, /LocalPath must begin with/],
    ["an input as a pipe", input({ S3InputMode: "Pipe" }), {}, /UnknownToStandIn.*Pipe/],
    ["no volume", cluster({ VolumeSizeInGB: 0 }), {}, /VolumeSizeInGB/],
    ["isolation", { NetworkConfig: { EnableNetworkIsolation: true } }, {}, /reaches neither S3 nor SageMaker/],
    ["no role", { RoleArn: undefined }, {}, /ImageUri and RoleArn/],
    ["no time", { StoppingCondition: { MaxRuntimeInSeconds: 0 } }, {}, /MaxRuntimeInSeconds must be 1 to 777600/],
    ["a reference to nothing", { Environment: { A: { Get: "Parameters.Group" } } }, {}, /refers to Parameters\.Group/],
    ["no arguments", {}, { Arguments: undefined }, /Arguments must be an object/],
  ])("is refused for %s", (_, change, fields, refused) => {
    const text = JSON.stringify({
      Version: "2020-12-01",
      Parameters: PARAMETERS,
      Steps: [processingStep(change, fields)],
    });
    const said = (): string => {
      try {
        return JSON.stringify(parseDefinition(text, "p"));
      } catch (error) {
        return String(error);
      }
    };
    expect(said()).toMatch(refused);
  });

  it("gives nothing that another step may refer to", () => {
    const decide = lambdaStep("decide", { Arguments: { a: { Get: "Steps.validate.OutputParameters['Decision']" } } });
    const text = JSON.stringify({
      Version: "2020-12-01",
      Parameters: PARAMETERS,
      Steps: [processingStep(), decide],
    });
    expect(() => parseDefinition(text, "p")).toThrow("refers to Steps.validate.OutputParameters['Decision']");
  });
});
