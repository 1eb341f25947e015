import {
  ListPipelineExecutionsCommand,
  SageMakerClient,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-sagemaker";
import { mockClient } from "aws-sdk-client-mock";
import { sagemakerApprovalPipeline } from "../../../src/adapters/sagemaker-approval-pipeline";
import { ARN } from "../../support/registered-version";
import { awsError, sent } from "../../support/sdk-answers";

const sagemaker = mockClient(SageMakerClient);
const GROUP = "credit-risk";
const PIPELINE_ARN = "arn:aws:sagemaker:us-east-1:444455556666:pipeline/model-governance-pipeline";
const pipeline = sagemakerApprovalPipeline(new SageMakerClient({ region: "us-east-1" }), (group) =>
  group === GROUP ? PIPELINE_ARN : `${PIPELINE_ARN}-language`,
);
const TOKEN = "a".repeat(64);

beforeEach(() => sagemaker.reset());

describe("start", () => {
  const request = {
    token: TOKEN,
    displayName: "credit-risk-7-1",
    description: `start ${TOKEN}`,
    parameters: {
      ModelPackageGroupName: "credit-risk",
      Bucket: "none",
      ModelPackageArn: ARN,
      Attempt: "1",
      JudgesAgain: "none",
    },
  };

  it("hands over the parameters, with the token that makes a repeat the same start", async () => {
    sagemaker.on(StartPipelineExecutionCommand).resolves({});
    expect(await pipeline.start(request)).toBe("started");
    expect(sent(sagemaker)).toEqual([
      [
        "StartPipelineExecution",
        {
          PipelineName: PIPELINE_ARN,
          PipelineExecutionDisplayName: "credit-risk-7-1",
          PipelineExecutionDescription: `start ${TOKEN}`,
          PipelineParameters: [
            { Name: "ModelPackageGroupName", Value: "credit-risk" },
            { Name: "Bucket", Value: "none" },
            { Name: "ModelPackageArn", Value: ARN },
            { Name: "Attempt", Value: "1" },
            { Name: "JudgesAgain", Value: "none" },
          ],
          ClientRequestToken: TOKEN,
        },
      ],
    ]);
  });

  it("starts the pipeline of the version's group", async () => {
    sagemaker.on(StartPipelineExecutionCommand).resolves({});
    const parameters = { ...request.parameters, ModelPackageGroupName: "assistant" };
    await pipeline.start({ ...request, parameters });
    expect(sent(sagemaker)).toMatchObject([["StartPipelineExecution", { PipelineName: `${PIPELINE_ARN}-language` }]]);
  });

  it("says when no slot is free", async () => {
    sagemaker.rejects(awsError("ResourceLimitExceeded"));
    expect(await pipeline.start(request)).toBe("no-slot");
  });

  it.each(["ThrottlingException", "ConflictException", "ResourceNotFound", "AccessDeniedException"])(
    "throws %s",
    async (name) => {
      sagemaker.rejects(awsError(name));
      await expect(pipeline.start(request)).rejects.toMatchObject({ name });
    },
  );
});

describe("wasStarted", () => {
  const since = new Date("2026-11-20T10:15:40Z");
  const page = { PipelineName: PIPELINE_ARN, CreatedAfter: since, MaxResults: 100 };
  const summaries = (...descriptions: (string | undefined)[]) =>
    descriptions.map((description) => (description === undefined ? {} : { PipelineExecutionDescription: description }));

  it("looks through all pages", async () => {
    sagemaker
      .on(ListPipelineExecutionsCommand)
      .resolvesOnce({ PipelineExecutionSummaries: summaries("start bbb", undefined), NextToken: "n" })
      .resolvesOnce({ PipelineExecutionSummaries: summaries(`start ${TOKEN}`), NextToken: "m" });
    expect(await pipeline.wasStarted(GROUP, TOKEN, since)).toBe(true);
    expect(sent(sagemaker)).toEqual([
      ["ListPipelineExecutions", page],
      ["ListPipelineExecutions", { ...page, NextToken: "n" }],
    ]);
  });

  it("says when there is none", async () => {
    sagemaker.on(ListPipelineExecutionsCommand).resolves({});
    expect(await pipeline.wasStarted(GROUP, TOKEN, since)).toBe(false);
  });

  it("throws an error of AWS", async () => {
    sagemaker.rejects(awsError("AccessDeniedException"));
    await expect(pipeline.wasStarted(GROUP, TOKEN, since)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});
