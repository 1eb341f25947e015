import {
  DescribePipelineExecutionCommand,
  ListModelPackagesCommand,
  ListPipelineExecutionsCommand,
  type ModelPackageSummary,
  SageMakerClient,
  StopPipelineExecutionCommand,
} from "@aws-sdk/client-sagemaker";
import { mockClient } from "aws-sdk-client-mock";
import { sagemakerOverview } from "../../../src/adapters/sagemaker-overview";
import { arnOf } from "../../support/registered-version";
import { awsError, sent } from "../../support/sdk-answers";

const sagemaker = mockClient(SageMakerClient);
const pipelineOf = (group: string) => `arn:aws:sagemaker:us-east-1:444455556666:pipeline/of-${group}`;
const overview = sagemakerOverview(new SageMakerClient({ region: "us-east-1" }), pipelineOf);
const CREATED = new Date("2026-11-20T10:15:40Z");
const SINCE = new Date("2026-11-20T00:00:00Z");
const EXECUTION = `${pipelineOf("credit-risk")}/execution/exec1`;

const summary = (ModelPackageArn: string): ModelPackageSummary => ({
  ModelPackageArn,
  CreationTime: CREATED,
  ModelPackageStatus: "Completed",
  ModelApprovalStatus: "PendingManualApproval",
});

beforeEach(() => sagemaker.reset());

describe("versions of a group", () => {
  const asked = {
    ModelPackageGroupName: "credit-risk",
    ModelApprovalStatus: "PendingManualApproval",
    ModelPackageType: "Versioned",
    MaxResults: 100,
  } as const;

  it("are those of all pages that have the status", async () => {
    sagemaker
      .on(ListModelPackagesCommand, asked)
      .resolves({ ModelPackageSummaryList: [summary(arnOf("credit-risk/8"))], NextToken: "next" })
      .on(ListModelPackagesCommand, { ...asked, NextToken: "next" })
      .resolves({ ModelPackageSummaryList: [summary(arnOf("credit-risk/7"))] });
    const versions = await overview.versions("credit-risk", "PendingManualApproval");
    expect(versions).toMatchObject([
      { id: { group: "credit-risk", version: 8 }, approvalStatus: "PendingManualApproval", createdAt: CREATED },
      { id: { group: "credit-risk", version: 7 }, approvalStatus: "PendingManualApproval", createdAt: CREATED },
    ]);
    expect(sent(sagemaker)).toHaveLength(2);
  });

  it("are none of an empty group, and none that is no version", async () => {
    sagemaker
      .on(ListModelPackagesCommand)
      .resolvesOnce({ ModelPackageSummaryList: undefined })
      .resolves({ ModelPackageSummaryList: [summary("arn:aws:sagemaker:us-east-1:444455556666:model-package/alone")] });
    expect(await overview.versions("credit-risk", "Approved")).toEqual([]);
    expect(await overview.versions("credit-risk", "Approved")).toEqual([]);
  });
});

describe("executions of a group's pipeline", () => {
  const asked = { PipelineName: pipelineOf("credit-risk"), CreatedAfter: SINCE, MaxResults: 100 };
  const listed = { PipelineExecutionArn: EXECUTION, StartTime: CREATED, PipelineExecutionStatus: "Executing" } as const;

  it("are those of all pages since then", async () => {
    sagemaker
      .on(ListPipelineExecutionsCommand, asked)
      .resolves({ PipelineExecutionSummaries: [{ ...listed, PipelineExecutionDescription: "token" }], NextToken: "n" })
      .on(ListPipelineExecutionsCommand, { ...asked, NextToken: "n" })
      .resolves({ NextToken: "m" })
      .on(ListPipelineExecutionsCommand, { ...asked, NextToken: "m" })
      .resolves({ PipelineExecutionSummaries: [listed] });
    const execution = { arn: EXECUTION, status: "Executing", startedAt: CREATED };
    expect(await overview.executions("credit-risk", SINCE)).toEqual([
      { ...execution, description: "token" },
      { ...execution, description: "" },
    ]);
    expect(sent(sagemaker)).toHaveLength(3);
  });
});

describe("the state of an execution", () => {
  it.each([
    ["Succeeded", true],
    ["Failed", true],
    ["Stopped", true],
    ["Executing", false],
    ["Stopping", false],
  ] as const)("%s: it has ended: %s", async (PipelineExecutionStatus, hasEnded) => {
    sagemaker.on(DescribePipelineExecutionCommand).resolves({ PipelineExecutionStatus, LastModifiedTime: CREATED });
    expect(await overview.stateOf(EXECUTION)).toEqual({ hasEnded, since: CREATED });
    expect(sent(sagemaker)).toEqual([["DescribePipelineExecution", { PipelineExecutionArn: EXECUTION }]]);
  });
});

const RUNNING = { hasEnded: false, since: CREATED };

describe("stopping", () => {
  it("asks with the same token for a repeat, in the API's length", async () => {
    sagemaker.on(StopPipelineExecutionCommand).resolves({});
    const retried = { hasEnded: false, since: new Date(CREATED.getTime() + 1000) };
    for (const state of [RUNNING, RUNNING, retried]) await overview.stop(EXECUTION, state);
    const [first, second, third] = sent(sagemaker);
    expect(first).toEqual([
      "StopPipelineExecution",
      { PipelineExecutionArn: EXECUTION, ClientRequestToken: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(second).toEqual(first);
    expect(third).not.toEqual(first);
  });

  it.each(["ValidationException", "ResourceNotFound"])("one that has ended is no error: %s", async (name) => {
    sagemaker.rejects(awsError(name));
    expect(await overview.stop(EXECUTION, RUNNING)).toBeUndefined();
  });
});

it.each(["AccessDeniedException", "ThrottlingException", "ConflictException"])("throws %s", async (name) => {
  sagemaker.rejects(awsError(name));
  await expect(overview.versions("credit-risk", "Approved")).rejects.toMatchObject({ name });
  await expect(overview.executions("credit-risk", SINCE)).rejects.toMatchObject({ name });
  await expect(overview.stateOf(EXECUTION)).rejects.toMatchObject({ name });
  await expect(overview.stop(EXECUTION, RUNNING)).rejects.toMatchObject({ name });
});
