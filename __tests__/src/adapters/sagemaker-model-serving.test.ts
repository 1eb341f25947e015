import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { mockClient } from "aws-sdk-client-mock";
import { sagemakerModelServing } from "../../../src/adapters/sagemaker-model-serving";
import { awsError, sent } from "../../support/sdk-answers";

const sagemaker = mockClient(SageMakerClient);
const NAME = "mg-ask-exec1";
const MODEL = {
  image: "repository/llm@sha256:aa",
  dataUri: "s3://models/models/g/7/aa/model.tar.gz",
  isPrefix: false,
};
const waited: number[] = [];
const serving = sagemakerModelServing(new SageMakerClient({ region: "us-east-1" }), {
  prefix: "mg",
  roleArn: "arn:aws:iam::444455556666:role/mg-serving",
  instanceType: "ml.g5.xlarge",
  now: () => new Date("2026-11-20T10:00:00Z"),
  wait: async (milliseconds) => void waited.push(milliseconds),
  client: (name) => ({ ask: async () => ({ text: name, finishReason: null, logProbabilities: null }) }),
});

const already = awsError("ValidationException", "Cannot create already existing model");
const described = (change: { image?: string; data?: string; config?: string; isolated?: boolean } = {}) => {
  sagemaker
    .on(DescribeEndpointCommand)
    .resolves({ EndpointStatus: "InService", EndpointConfigName: change.config ?? NAME });
  sagemaker.on(DescribeEndpointConfigCommand).resolves({
    ProductionVariants: [{ VariantName: "all", ModelName: NAME }],
  });
  sagemaker.on(DescribeModelCommand).resolves({
    PrimaryContainer: { Image: change.image ?? MODEL.image, ModelDataUrl: change.data ?? MODEL.dataUri },
    EnableNetworkIsolation: change.isolated ?? true,
  });
};

beforeEach(() => {
  sagemaker.reset();
  waited.length = 0;
});

describe("a model is served", () => {
  it("in network isolation, under its role, with tags that say until when and for which execution", async () => {
    described();
    await serving.serve("exec1", MODEL);
    const Tags = [
      { Key: "governance:expires", Value: "2026-11-20T22:00:00.000Z" },
      { Key: "governance:execution", Value: "exec1" },
    ];
    expect(sent(sagemaker).slice(0, 3)).toEqual([
      [
        "CreateModel",
        {
          ModelName: NAME,
          ExecutionRoleArn: "arn:aws:iam::444455556666:role/mg-serving",
          PrimaryContainer: { Image: MODEL.image, ModelDataUrl: MODEL.dataUri },
          EnableNetworkIsolation: true,
          Tags,
        },
      ],
      ["CreateEndpointConfig", expect.objectContaining({ EndpointConfigName: NAME, Tags })],
      ["CreateEndpoint", { EndpointName: NAME, EndpointConfigName: NAME, Tags }],
    ]);
  });

  it("from files below a prefix, as they are", async () => {
    const files = { ...MODEL, dataUri: "s3://models/models/g/7/aa/", isPrefix: true };
    const source = { S3DataSource: { S3Uri: files.dataUri, S3DataType: "S3Prefix", CompressionType: "None" } } as const;
    described();
    sagemaker.on(DescribeModelCommand).resolves({
      PrimaryContainer: { Image: MODEL.image, ModelDataSource: source },
      EnableNetworkIsolation: true,
    });
    await serving.serve("exec1", files);
    const [call] = sagemaker.commandCalls(CreateModelCommand);
    expect(call?.args[0].input.PrimaryContainer).toEqual({ Image: MODEL.image, ModelDataSource: source });
  });

  it("once it is in service, by whoever made it", async () => {
    described();
    for (const Command of [CreateModelCommand, CreateEndpointConfigCommand, CreateEndpointCommand])
      sagemaker.on(Command as typeof CreateModelCommand).rejects(already);
    sagemaker
      .on(DescribeEndpointCommand)
      .resolvesOnce({ EndpointStatus: "Creating" })
      .resolves({ EndpointStatus: "InService", EndpointConfigName: NAME });
    const served = await serving.serve("exec1", MODEL);
    expect(waited).toEqual([15_000]);
    expect((await served.ask("p", { maxTokens: 1, temperature: 0, seed: 1 })).text).toBe(NAME);
  });

  it.each([
    ["another image", { image: "repository/other@sha256:bb" }],
    ["other data", { data: "s3://elsewhere/model.tar.gz" }],
    ["another configuration", { config: "other" }],
    ["without isolation", { isolated: false }],
  ])("never from an endpoint of its name that serves %s", async (_, change) => {
    described(change);
    await expect(serving.serve("exec1", MODEL)).rejects.toThrow(/^endpoint mg-ask-exec1 serves .*; expected/);
  });

  it("not where the endpoint failed", async () => {
    sagemaker.on(DescribeEndpointCommand).resolves({ EndpointStatus: "Failed", FailureReason: "no image" });
    await expect(serving.serve("exec1", MODEL)).rejects.toThrow("endpoint mg-ask-exec1 is Failed: no image");
  });

  it.each([[awsError("AccessDeniedException")], [awsError("ValidationException", "bad role")]])(
    "not where AWS says %s",
    async (error) => {
      sagemaker.on(CreateModelCommand).rejects(error);
      await expect(serving.serve("exec1", MODEL)).rejects.toBe(error);
    },
  );
});

describe("an end", () => {
  it("takes endpoint, configuration and model away", async () => {
    await serving.end("exec1");
    expect(sent(sagemaker)).toEqual([
      ["DeleteEndpoint", { EndpointName: NAME }],
      ["DeleteEndpointConfig", { EndpointConfigName: NAME }],
      ["DeleteModel", { ModelName: NAME }],
    ]);
  });

  it("goes on where one is gone already, and throws anything else", async () => {
    sagemaker.on(DeleteEndpointCommand).rejects(awsError("ValidationException", 'Could not find endpoint "x"'));
    await serving.end("exec1");
    expect(sagemaker.commandCalls(DeleteModelCommand)).toHaveLength(1);
    const denied = awsError("AccessDeniedException");
    sagemaker.on(DeleteEndpointConfigCommand).rejects(denied);
    await expect(serving.end("exec1")).rejects.toBe(denied);
  });
});
