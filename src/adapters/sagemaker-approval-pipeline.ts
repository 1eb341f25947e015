import {
  ListPipelineExecutionsCommand,
  type ListPipelineExecutionsCommandOutput,
  type SageMakerClient,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-sagemaker";
import type { ApprovalPipeline } from "../core/ports";
import { isAwsError } from "./aws-error";

/**
 * The SageMaker pipelines that decide.
 * @param pipelineOf ARN of a group's
 */
export function sagemakerApprovalPipeline(
  sagemaker: SageMakerClient,
  pipelineOf: (group: string) => string,
): ApprovalPipeline {
  return {
    async start({ parameters, token, displayName, description }) {
      try {
        await sagemaker.send(
          new StartPipelineExecutionCommand({
            PipelineName: pipelineOf(parameters.ModelPackageGroupName),
            PipelineExecutionDisplayName: displayName,
            PipelineExecutionDescription: description,
            PipelineParameters: Object.entries(parameters).map(([Name, Value]) => ({ Name, Value })),
            // Without one the SDK invents another at every call, and a repeat starts twice.
            ClientRequestToken: token,
          }),
        );
        return "started";
      } catch (error) {
        if (isAwsError(error, "ResourceLimitExceeded")) return "no-slot";
        throw error;
      }
    },
    async wasStarted(group, token, since) {
      let page: ListPipelineExecutionsCommandOutput | undefined;
      do {
        page = await sagemaker.send(
          new ListPipelineExecutionsCommand({
            PipelineName: pipelineOf(group),
            CreatedAfter: since,
            MaxResults: 100,
            ...(page === undefined ? {} : { NextToken: page.NextToken }),
          }),
        );
        const summaries = page.PipelineExecutionSummaries ?? [];
        if (summaries.some((summary) => summary.PipelineExecutionDescription?.includes(token))) return true;
      } while (page.NextToken !== undefined);
      return false;
    },
  };
}
