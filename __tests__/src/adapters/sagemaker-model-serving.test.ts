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
  type DescribeModelCommandOutput,
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
  environment: {},
};
const ROLE = "arn:aws:iam::444455556666:role/mg-serving";
const waited: number[] = [];
const serving = sagemakerModelServing(new SageMakerClient({ region: "us-east-1" }), {
  prefix: "mg",
  roleArn: ROLE,
  instanceType: "ml.g5.xlarge",
  now: () => new Date("2026-11-20T10:00:00Z"),
  wait: async (milliseconds) => void waited.push(milliseconds),
  client: (name) => ({ ask: async () => ({ text: name, finishReason: null, logProbabilities: null }) }),
});

const already = awsError("ValidationException", "Cannot create already existing model");
const container = { Image: MODEL.image, ModelDataUrl: MODEL.dataUri };
/** SageMaker describes an endpoint in service with that container, configuration, and the rest of its model. */
const described = (change: Partial<DescribeModelCommandOutput> = {}, EndpointConfigName = NAME) => {
  sagemaker.on(DescribeEndpointCommand).resolves({ EndpointStatus: "InService", EndpointConfigName });
  sagemaker.on(DescribeEndpointConfigCommand).resolves({
    ProductionVariants: [{ VariantName: "all", ModelName: NAME }],
  });
  sagemaker.on(DescribeModelCommand).resolves({
    ...{ PrimaryContainer: container, EnableNetworkIsolation: true, ExecutionRoleArn: ROLE },
    ...change,
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
          ExecutionRoleArn: ROLE,
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
    described({ PrimaryContainer: { Image: MODEL.image, ModelDataSource: source } });
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

  it("with the variables that its container is registered with", async () => {
    const model = { ...MODEL, environment: { MAX_LENGTH: "512", ADAPTER: "on" } };
    described({ PrimaryContainer: { ...container, Environment: { ADAPTER: "on", MAX_LENGTH: "512" } } });
    await serving.serve("exec1", model);
    const [call] = sagemaker.commandCalls(CreateModelCommand);
    expect(call?.args[0].input.PrimaryContainer).toEqual({ ...container, Environment: model.environment });
  });

  it.each<[string, Parameters<typeof described>]>([
    ["serves another image", [{ PrimaryContainer: { ...container, Image: "repository/other@sha256:bb" } }]],
    ["serves other data", [{ PrimaryContainer: { ...container, ModelDataUrl: "s3://elsewhere/model.tar.gz" } }]],
    [
      "serves data beside them",
      [
        {
          PrimaryContainer: {
            ...container,
            AdditionalModelDataSources: [{ ChannelName: "adapter", S3DataSource: undefined }],
          },
        },
      ],
    ],
    ["gives its container other variables", [{ PrimaryContainer: { ...container, Environment: { SAFE: "1" } } }]],
    ["serves several containers", [{ PrimaryContainer: undefined, Containers: [container] }]],
    ["has another configuration", [{}, "other"]],
    ["isn't isolated", [{ EnableNetworkIsolation: false }]],
    ["runs under another role", [{ ExecutionRoleArn: "arn:aws:iam::444455556666:role/admin" }]],
  ])("never from an endpoint of its name that %s", async (_, change) => {
    described(...change);
    await expect(serving.serve("exec1", MODEL)).rejects.toThrow(/^endpoint mg-ask-exec1 serves .*; expected/);
  });

  it("not where the endpoint failed, and a retry makes another", async () => {
    sagemaker.on(DescribeEndpointCommand).resolves({ EndpointStatus: "Failed", FailureReason: "no image" });
    await expect(serving.serve("exec1", MODEL)).rejects.toThrow("endpoint mg-ask-exec1 is Failed: no image");
    expect(sent(sagemaker)).toContainEqual(["DeleteEndpoint", { EndpointName: NAME }]);
  });

  it("not where the endpoint is going already", async () => {
    sagemaker.on(DescribeEndpointCommand).resolves({ EndpointStatus: "Deleting" });
    await expect(serving.serve("exec1", MODEL)).rejects.toThrow("endpoint mg-ask-exec1 is Deleting");
    expect(sagemaker.commandCalls(DeleteEndpointCommand)).toEqual([]);
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
