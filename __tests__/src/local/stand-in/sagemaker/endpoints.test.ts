import { createSageMaker } from "../../../../../src/local/stand-in/sagemaker";
import { as, caller, field, GOVERNANCE, refusal, START, surroundings } from "../../../../support/surroundings";

const IMAGE = "444455556666.dkr.ecr.us-east-1.amazonaws.com/llm@sha256:00";
const ROLE = `arn:aws:iam::${GOVERNANCE}:role/serving`;

/** An account that has a model whose data is the text "weights", and its configuration. */
function world(failure?: string) {
  const { around, clock } = surroundings([]);
  const fetched: unknown[] = [];
  const sageMaker = createSageMaker(around, {
    models: new Map([[IMAGE, (body, weights) => `${weights} says ${body}`]]),
    async fetch(role, _, uri) {
      fetched.push([role, uri]);
      if (failure !== undefined) throw new Error(failure);
      return "weights";
    },
  });
  const call = caller(sageMaker, as(GOVERNANCE, "start"));
  const runtime = caller(sageMaker.runtime, as(GOVERNANCE, "start"));
  const deploy = async (image = IMAGE) => {
    await call("CreateModel", {
      ModelName: "m-1",
      ExecutionRoleArn: ROLE,
      PrimaryContainer: { Image: image, ModelDataUrl: "s3://models/a/1/model.tar.gz" },
      EnableNetworkIsolation: true,
    });
    const ProductionVariants = [{ VariantName: "all", ModelName: "m-1", InstanceType: "ml.g5.xlarge" }];
    await call("CreateEndpointConfig", { EndpointConfigName: "c-1", ProductionVariants });
    await call("CreateEndpoint", {
      EndpointName: "e-1",
      EndpointConfigName: "c-1",
      Tags: [{ Key: "until", Value: "noon" }],
    });
  };
  const status = async () => field(await call("DescribeEndpoint", { EndpointName: "e-1" }), "EndpointStatus");
  const later = (minutes: number) => clock.run(new Date(clock.now().getTime() + minutes * 60_000));
  return { sageMaker, clock, fetched, call, runtime, deploy, status, later };
}

const ask = { EndpointName: "e-1", Body: "hello" };

describe("an endpoint", () => {
  it("serves the model from its data once it is in service, minutes later, under the model's role", async () => {
    const { deploy, runtime, status, later, fetched } = world();
    await deploy();
    expect(await status()).toBe("Creating");
    expect(await refusal(runtime("InvokeEndpoint", ask))).toMatch(/Endpoint e-1 of account .* not found/);
    await later(10);
    expect(await status()).toBe("InService");
    expect(String(field(await runtime("InvokeEndpoint", ask), "Body"))).toBe("weights says hello");
    expect(fetched).toEqual([[ROLE, "s3://models/a/1/model.tar.gz"]]);
  });

  it.each([
    ["an image that isn't there", "other", undefined, /image other does not exist/],
    ["data that its role may not read", IMAGE, "AccessDenied: s3:GetObject", /AccessDenied/],
  ])("fails for %s", async (_, image, failure, reason) => {
    const { deploy, status, later, call } = world(failure);
    await deploy(image);
    await later(10);
    expect(await status()).toBe("Failed");
    expect(field(await call("DescribeEndpoint", { EndpointName: "e-1" }), "FailureReason")).toMatch(reason);
  });

  it("is described and listed with what it was made of, and with its tags", async () => {
    const { deploy, call } = world();
    await deploy();
    expect(await call("DescribeModel", { ModelName: "m-1" })).toMatchObject({
      ModelName: "m-1",
      PrimaryContainer: { Image: IMAGE },
      EnableNetworkIsolation: true,
      CreationTime: START,
    });
    expect(await call("DescribeEndpointConfig", { EndpointConfigName: "c-1" })).toMatchObject({
      ProductionVariants: [{ ModelName: "m-1" }],
    });
    const listed = await call("ListEndpoints", { NameContains: "e-" });
    expect(listed).toMatchObject({ Endpoints: [{ EndpointName: "e-1", EndpointStatus: "Creating" }] });
    expect(await call("ListEndpoints", { NameContains: "other" })).toMatchObject({ Endpoints: [] });
    const ResourceArn = `arn:aws:sagemaker:us-east-1:${GOVERNANCE}:endpoint/e-1`;
    expect(await call("ListTags", { ResourceArn })).toEqual({ Tags: [{ Key: "until", Value: "noon" }] });
  });

  it("isn't made twice, and is gone some time after it was deleted", async () => {
    const { deploy, call, later, sageMaker } = world();
    await deploy();
    expect(await refusal(deploy())).toMatch(/Cannot create already existing model/);
    await call("DeleteEndpoint", { EndpointName: "e-1" });
    await later(10);
    expect(sageMaker.endpoints()).toEqual([]);
    expect(await refusal(call("DescribeEndpoint", { EndpointName: "e-1" }))).toMatch(/Could not find endpoint/);
    await call("DeleteEndpointConfig", { EndpointConfigName: "c-1" });
    await call("DeleteModel", { ModelName: "m-1" });
    expect(await refusal(call("DeleteModel", { ModelName: "m-1" }))).toMatch(/Could not find model/);
  });
});
