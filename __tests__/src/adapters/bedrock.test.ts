import {
  BedrockClient,
  CreateModelImportJobCommand,
  DeleteImportedModelCommand,
  GetImportedModelCommand,
  GetModelImportJobCommand,
  ListImportedModelsCommand,
  ListModelImportJobsCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-bedrock";
import { BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { mockClient } from "aws-sdk-client-mock";
import { bedrockModel } from "../../../src/adapters/bedrock-model";
import { bedrockModelServing } from "../../../src/adapters/bedrock-model-serving";
import { bedrockTemporaryThings } from "../../../src/adapters/bedrock-temporary-things";
import { EvidenceError } from "../../../src/core/evidence";
import { ModelFault } from "../../../src/core/inference-ports";
import { awsError, sent } from "../../support/sdk-answers";

const bedrock = mockClient(BedrockClient);
const runtime = mockClient(BedrockRuntimeClient);
const NAME = "mg-ask-exec1";
const JOB = "arn:aws:bedrock:us-east-1:444455556666:model-import-job/abc";
const IMPORTED = "arn:aws:bedrock:us-east-1:444455556666:imported-model/def";
const MODEL = { image: "unused", dataUri: "s3://models/models/g/7/aa/", isPrefix: true, environment: {} };
const source = (s3Uri = MODEL.dataUri) => ({ s3DataSource: { s3Uri } });
const CREATED = new Date("2026-11-20T10:00:00Z");
const asked: string[] = [];
const waited: number[] = [];
const serving = bedrockModelServing(new BedrockClient({ region: "us-east-1" }), {
  prefix: "mg",
  roleArn: "arn:aws:iam::444455556666:role/mg-serving",
  now: () => CREATED,
  wait: async (milliseconds) => void waited.push(milliseconds),
  client: (arn) => {
    asked.push(arn);
    return { ask: async () => ({ text: "", finishReason: null, logProbabilities: null }) };
  },
});

beforeEach(() => {
  bedrock.reset();
  runtime.reset();
  asked.length = 0;
  waited.length = 0;
  const summary = { jobArn: JOB, jobName: NAME, status: "InProgress" as const, creationTime: CREATED };
  bedrock.on(ListModelImportJobsCommand).resolves({
    modelImportJobSummaries: [{ ...summary, jobName: `${NAME}0`, jobArn: "other" }, summary],
  });
  bedrock
    .on(GetModelImportJobCommand)
    .resolves({ status: "Completed", importedModelArn: IMPORTED, modelDataSource: source() });
  bedrock.on(GetImportedModelCommand).resolves({ jobArn: JOB, modelDataSource: source() });
});

describe("a custom model of Bedrock", () => {
  it("is imported from the copied files under the serving role, with tags, and asked by its ARN", async () => {
    await serving.serve("exec1", MODEL);
    expect(sent(bedrock)[0]).toEqual([
      "CreateModelImportJob",
      {
        ...{ jobName: NAME, importedModelName: NAME, clientRequestToken: NAME },
        roleArn: "arn:aws:iam::444455556666:role/mg-serving",
        modelDataSource: source(),
        importedModelTags: [
          { key: "governance:expires", value: "2026-11-20T22:00:00.000Z" },
          { key: "governance:execution", value: "exec1" },
        ],
      },
    ]);
    expect(asked).toEqual([IMPORTED]);
  });

  it("is imported once: another host or a repeat waits for the job that is there", async () => {
    bedrock.on(CreateModelImportJobCommand).rejects(awsError("ConflictException"));
    bedrock
      .on(GetModelImportJobCommand)
      .resolvesOnce({ status: "InProgress", modelDataSource: source() })
      .resolves({ status: "Completed", importedModelArn: IMPORTED, modelDataSource: source() });
    await serving.serve("exec1", MODEL);
    expect(waited).toEqual([30_000]);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "a job of its name that imports other files",
      () =>
        bedrock.on(GetModelImportJobCommand).resolves({ status: "Completed", modelDataSource: source("s3://other/") }),
      /imports s3:\/\/other\/; expected s3:\/\/models/,
    ],
    [
      "a model that another job made",
      () => bedrock.on(GetImportedModelCommand).resolves({ jobArn: "other", modelDataSource: source() }),
      /by other; expected/,
    ],
    [
      "an import that failed",
      () =>
        bedrock
          .on(GetModelImportJobCommand)
          .resolves({ status: "Failed", failureMessage: "no config.json", modelDataSource: source() }),
      /is Failed: no config\.json/,
    ],
    ["a job that isn't listed", () => bedrock.on(ListModelImportJobsCommand).resolves({}), /isn't listed/],
    [
      "AWS's refusal",
      () => bedrock.on(CreateModelImportJobCommand).rejects(awsError("AccessDeniedException")),
      /AccessDenied/,
    ],
  ])("isn't asked after %s", async (_, arrange, message) => {
    arrange();
    await expect(serving.serve("exec1", MODEL)).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });

  it("needs files below a prefix, which the version is at fault for", async () => {
    const archive = serving.serve("exec1", { ...MODEL, isPrefix: false });
    await expect(archive).rejects.toThrow(EvidenceError);
    await expect(archive).rejects.toThrow(/register them as S3Prefix/);
    expect(sent(bedrock)).toEqual([]);
  });

  it("is taken away in the end, where it is there", async () => {
    bedrock.on(DeleteImportedModelCommand).rejects(awsError("ResourceNotFoundException"));
    await serving.end("exec1");
    expect(sent(bedrock)).toEqual([["DeleteImportedModel", { modelIdentifier: NAME }]]);
    bedrock.on(DeleteImportedModelCommand).rejects(awsError("AccessDeniedException"));
    await expect(serving.end("exec1")).rejects.toThrow("AccessDenied");
  });

  describe("that is imported", () => {
    const wait = async (milliseconds: number) => void waited.push(milliseconds);
    const templates = {
      request: { prompt: "$prompt" },
      response: { completion: "$.generation", finishReason: "$.stop_reason" },
    };
    const client = new BedrockRuntimeClient({ region: "us-east-1", maxAttempts: 1 });
    const ask = () =>
      bedrockModel(client, IMPORTED, templates, wait).ask("p", { maxTokens: 1, temperature: 0, seed: 1 });
    const answer = { body: Buffer.from('{"generation":"a","stop_reason":"stop"}') as never };
    const notReady = awsError("ModelNotReadyException");

    it("answers by the group's templates", async () => {
      runtime.on(InvokeModelCommand).resolves(answer);
      expect(await ask()).toEqual({ text: "a", finishReason: "stop", logProbabilities: null });
    });

    it("is waited for while it is loaded, for ten minutes", async () => {
      runtime.on(InvokeModelCommand).rejectsOnce(notReady).rejectsOnce(notReady).resolves(answer);
      expect((await ask()).text).toBe("a");
      expect(waited).toEqual([15_000, 15_000]);
      runtime.on(InvokeModelCommand).rejects(notReady);
      await expect(ask()).rejects.toBe(notReady);
      expect(waited).toHaveLength(2 + 40);
    });

    it("is at fault for its own error, and not for one of AWS", async () => {
      runtime.on(InvokeModelCommand).rejects(awsError("ModelErrorException"));
      await expect(ask()).rejects.toThrow(ModelFault);
      runtime.on(InvokeModelCommand).rejects(awsError("ThrottlingException"));
      await expect(ask()).rejects.not.toThrow(ModelFault);
      expect(waited).toEqual([]);
    });
  });
});

it("models that were left behind are found by name and tag", async () => {
  const things = bedrockTemporaryThings(new BedrockClient({ region: "us-east-1" }), "mg");
  const summary = (modelName: string) => ({ modelName, modelArn: `arn:${modelName}`, creationTime: CREATED });
  bedrock.on(ListImportedModelsCommand).resolves({ modelSummaries: [summary(NAME), summary("team-mg-ask-1")] });
  bedrock
    .on(ListTagsForResourceCommand)
    .resolves({ tags: [{ key: "governance:expires", value: "2026-11-20T22:00:00.000Z" }] });
  expect(await things.list()).toEqual([
    { kind: "imported model", name: NAME, createdAt: CREATED, expires: new Date("2026-11-20T22:00:00Z") },
  ]);
  await things.remove({ kind: "imported model", name: NAME, createdAt: CREATED, expires: undefined });
  expect(sent(bedrock).at(-1)).toEqual(["DeleteImportedModel", { modelIdentifier: NAME }]);
});
