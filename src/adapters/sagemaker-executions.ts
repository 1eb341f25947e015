import {
  DescribePipelineDefinitionForExecutionCommand,
  DescribePipelineExecutionCommand,
  ListPipelineParametersForExecutionCommand,
  type ListPipelineParametersForExecutionCommandOutput,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import type { Executions } from "../core/ports";

/** Executions of SageMaker's pipelines. What AWS leaves out reads as empty: nothing that is expected is. */
export function sagemakerExecutions(sagemaker: SageMakerClient): Executions {
  return {
    async describe(PipelineExecutionArn) {
      const [described, parameters, { PipelineDefinition }] = await Promise.all([
        sagemaker.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn })),
        parametersOf(sagemaker, PipelineExecutionArn),
        sagemaker.send(new DescribePipelineDefinitionForExecutionCommand({ PipelineExecutionArn })),
      ]);
      const createdBy = described.CreatedBy?.IamIdentity?.Arn;
      return {
        arn: described.PipelineExecutionArn ?? "",
        pipelineArn: described.PipelineArn ?? "",
        status: described.PipelineExecutionStatus ?? "",
        ...(createdBy !== undefined && { createdBy }),
        isSelective: described.SelectiveExecutionConfig !== undefined,
        parameters,
        definition: PipelineDefinition ?? "",
      };
    },
  };
}

async function parametersOf(sagemaker: SageMakerClient, PipelineExecutionArn: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let page: ListPipelineParametersForExecutionCommandOutput | undefined;
  do {
    page = await sagemaker.send(
      new ListPipelineParametersForExecutionCommand({
        PipelineExecutionArn,
        ...(page === undefined ? {} : { NextToken: page.NextToken }),
      }),
    );
    for (const { Name, Value } of page.PipelineParameters ?? []) found.set(Name ?? "", Value ?? "");
  } while (page.NextToken !== undefined);
  return found;
}
