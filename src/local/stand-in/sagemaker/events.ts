import type { Surroundings } from "../service";
import type { Execution, StepRun } from "./execution";
import { saidOf, type Version } from "./version";

const iso = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`;

/** Puts "SageMaker Model Package State Change" on the bus of the registry's account. `updated` is empty on creation. */
export function announceVersion(version: Version, updated: readonly string[], { publish }: Surroundings): void {
  publish({
    "detail-type": "SageMaker Model Package State Change",
    source: "aws.sagemaker",
    account: version.account,
    region: version.region,
    resources: [version.arn],
    detail: {
      // Its card isn't among what the event says.
      ...saidOf({ ...version, fields: { ...version.fields, ModelCard: undefined } }),
      CreationTime: iso(version.created),
      LastModifiedTime: iso(version.modified),
      ...(updated.length === 0 ? {} : { UpdatedModelPackageFields: updated }),
    },
  });
}

/** Puts the change of an execution's status on the bus. Its parameters are not in it. */
export function announceExecution(execution: Execution, before: string | null, { publish }: Surroundings): void {
  const { pipelineArn, arn, account, region, status, started, ended, displayName, description } = execution;
  publish({
    "detail-type": "SageMaker Model Building Pipeline Execution Status Change",
    source: "aws.sagemaker",
    ...{ account, region },
    resources: [pipelineArn, arn],
    detail: {
      pipelineExecutionDisplayName: displayName,
      currentPipelineExecutionStatus: status,
      previousPipelineExecutionStatus: before,
      executionStartTime: iso(started),
      ...(ended === undefined ? {} : { executionEndTime: iso(ended) }),
      pipelineExecutionDescription: description,
      pipelineArn,
      pipelineExecutionArn: arn,
    },
  });
}

/** Puts the change of a step's status on the bus. */
export function announceStep(
  { pipelineArn, arn, account, region }: Execution,
  step: StepRun,
  before: string | null,
  { publish }: Surroundings,
): void {
  publish({
    "detail-type": "SageMaker Model Building Pipeline Execution Step Status Change",
    source: "aws.sagemaker",
    ...{ account, region },
    resources: [pipelineArn, arn],
    detail: {
      metadata: {},
      stepStartTime: iso(step.started),
      ...(step.ended === undefined ? {} : { stepEndTime: iso(step.ended) }),
      stepName: step.name,
      stepType: step.type,
      currentStepStatus: step.status,
      previousStepStatus: before,
      ...(step.failure === undefined ? {} : { failureReason: step.failure }),
      pipelineArn,
      pipelineExecutionArn: arn,
    },
  });
}
