import {
  DeleteEndpointCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelsCommand,
  ListTagsCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { mockClient } from "aws-sdk-client-mock";
import { sagemakerTemporaryThings } from "../../../src/adapters/sagemaker-temporary-things";
import { awsError, sent } from "../../support/sdk-answers";

const sagemaker = mockClient(SageMakerClient);
const things = sagemakerTemporaryThings(new SageMakerClient({ region: "us-east-1" }), "mg");
const CREATED = new Date("2026-11-20T10:00:00Z");
const endpoint = (EndpointName: string) => ({
  EndpointName,
  EndpointArn: `arn:${EndpointName}`,
  CreationTime: CREATED,
  LastModifiedTime: CREATED,
  EndpointStatus: "InService" as const,
});

beforeEach(() => {
  sagemaker.reset();
  sagemaker.on(ListEndpointsCommand).resolves({ Endpoints: [] });
  sagemaker.on(ListEndpointConfigsCommand).resolves({ EndpointConfigs: [] });
  sagemaker.on(ListModelsCommand).resolves({ Models: [] });
  sagemaker.on(ListTagsCommand).resolves({ Tags: [] });
});

describe("temporary things", () => {
  it("are those whose names begin as executions' do, on all pages and of all kinds", async () => {
    sagemaker
      .on(ListEndpointsCommand)
      .resolvesOnce({ Endpoints: [endpoint("mg-ask-1"), endpoint("team-mg-ask-9")], NextToken: "n" })
      .resolvesOnce({ Endpoints: [endpoint("mg-ask-2")] });
    sagemaker
      .on(ListModelsCommand)
      .resolves({ Models: [{ ModelName: "mg-ask-3", ModelArn: "arn:3", CreationTime: CREATED }] });
    expect((await things.list()).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "endpoint mg-ask-1",
      "endpoint mg-ask-2",
      "model mg-ask-3",
    ]);
  });

  it.each<[string, string | undefined, Date | undefined]>([
    ["their tag", "2026-11-20T22:00:00.000Z", new Date("2026-11-20T22:00:00Z")],
    ["no tag", undefined, undefined],
    ["a tag that is no time", "soon", undefined],
  ])("expire by %s", async (_, Value, expires) => {
    sagemaker.on(ListEndpointsCommand).resolves({ Endpoints: [endpoint("mg-ask-1")] });
    sagemaker.on(ListTagsCommand).resolves({ Tags: Value === undefined ? [] : [{ Key: "governance:expires", Value }] });
    expect((await things.list())[0]?.expires).toEqual(expires);
  });

  it("are removed by kind; one that is gone is no error, anything else is", async () => {
    const thing = { kind: "endpoint", name: "mg-ask-1", expires: undefined, createdAt: CREATED };
    await things.remove(thing);
    expect(sent(sagemaker)).toEqual([["DeleteEndpoint", { EndpointName: "mg-ask-1" }]]);
    sagemaker.on(DeleteEndpointCommand).rejects(awsError("ValidationException", "Could not find endpoint"));
    await things.remove(thing);
    const denied = awsError("AccessDeniedException");
    sagemaker.on(DeleteEndpointCommand).rejects(denied);
    await expect(things.remove(thing)).rejects.toBe(denied);
    await expect(things.remove({ ...thing, kind: "bucket" })).rejects.toThrow("nothing that an execution makes");
  });
});
