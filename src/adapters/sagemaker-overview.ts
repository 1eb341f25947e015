import {
  DescribePipelineExecutionCommand,
  paginateListModelPackages,
  paginateListPipelineExecutions,
  type SageMakerClient,
  StopPipelineExecutionCommand,
} from "@aws-sdk/client-sagemaker";
import { parseModelPackageArn } from "../contract/arn";
import type { ListedExecution, ListedVersion, Overview } from "../core/ports";
import { sha256 } from "../core/verdict";
import { isAwsError } from "./aws-error";

/** Statuses of an execution that hasn't ended. AWS may add others: an unknown one isn't taken for an end. */
const ENDED: readonly string[] = ["Failed", "Stopped", "Succeeded", "CompletedWithFailures"];

/** The registry's versions alone. */
export const sagemakerVersions = (client: SageMakerClient): Pick<Overview, "versions"> => ({
  async versions(ModelPackageGroupName, approvalStatus) {
    const versions: ListedVersion[] = [];
    const pages = paginateListModelPackages(
      { client, pageSize: 100 },
      { ModelPackageGroupName, ModelApprovalStatus: approvalStatus, ModelPackageType: "Versioned" },
    );
    for await (const { ModelPackageSummaryList = [] } of pages) {
      for (const { ModelPackageArn = "", CreationTime, ModelApprovalStatus } of ModelPackageSummaryList) {
        const id = parseModelPackageArn(ModelPackageArn);
        if (id === undefined || CreationTime === undefined) continue;
        versions.push({ id, createdAt: CreationTime, approvalStatus: ModelApprovalStatus ?? approvalStatus });
      }
    }
    return versions;
  },
});

/**
 * The registry's versions and the pipelines' executions.
 * @param pipelineOf ARN of a group's pipeline
 */
export function sagemakerOverview(client: SageMakerClient, pipelineOf: (group: string) => string): Overview {
  return {
    ...sagemakerVersions(client),
    async executions(group, since) {
      const executions: ListedExecution[] = [];
      const pages = paginateListPipelineExecutions(
        { client, pageSize: 100 },
        { PipelineName: pipelineOf(group), CreatedAfter: since },
      );
      for await (const { PipelineExecutionSummaries = [] } of pages) {
        for (const one of PipelineExecutionSummaries) {
          const { PipelineExecutionArn: arn, StartTime: startedAt, PipelineExecutionStatus: status } = one;
          if (arn === undefined || startedAt === undefined || status === undefined) continue;
          executions.push({ arn, status, startedAt, description: one.PipelineExecutionDescription ?? "" });
        }
      }
      return executions;
    },
    async stateOf(PipelineExecutionArn) {
      const answer = await client.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn }));
      const { PipelineExecutionStatus: status = "", LastModifiedTime: since } = answer;
      if (since === undefined)
        throw new Error(`${PipelineExecutionArn}: described without the time of its last change`);
      return { hasEnded: ENDED.includes(status), since };
    },
    async stop(PipelineExecutionArn, { since }) {
      // A retried execution may have to be stopped again, which is another request.
      const ClientRequestToken = sha256(`${PipelineExecutionArn} ${since.toISOString()}`);
      try {
        await client.send(new StopPipelineExecutionCommand({ PipelineExecutionArn, ClientRequestToken }));
      } catch (error) {
        // It has ended meanwhile.
        if (!isAwsError(error, "ValidationException", "ResourceNotFound")) throw error;
      }
    },
  };
}
