import { Input } from "../call-input";
import type { Call } from "../service";
import type { Execution, StepRun } from "./execution";
import { identityOf } from "./identity";
import { pageOf } from "./pages";

/** ListPipelineExecutions' line. */
export const summaryOf = (execution: Execution) => ({
  PipelineExecutionArn: execution.arn,
  StartTime: execution.started,
  PipelineExecutionStatus: execution.status,
  PipelineExecutionDescription: execution.description,
  PipelineExecutionDisplayName: execution.displayName,
  PipelineExecutionFailureReason: execution.failure,
});

/** What can be asked about one execution, found by its ARN. */
export const EXECUTION_ANSWERS: Readonly<Record<string, (execution: Execution, call: Call) => unknown>> = {
  DescribePipelineExecution(execution, call) {
    new Input(call, ["PipelineExecutionArn"]);
    return {
      PipelineArn: execution.pipelineArn,
      PipelineExecutionArn: execution.arn,
      PipelineExecutionDisplayName: execution.displayName,
      PipelineExecutionStatus: execution.status,
      PipelineExecutionDescription: execution.description,
      FailureReason: execution.failure,
      CreationTime: execution.started,
      LastModifiedTime: execution.ended ?? execution.started,
      CreatedBy: identityOf(execution.createdBy),
      LastModifiedBy: identityOf(execution.createdBy),
    };
  },
  ListPipelineParametersForExecution({ parameters }, call) {
    const input = new Input(call, ["PipelineExecutionArn", "MaxResults", "NextToken"]);
    const all = [...parameters].map(([Name, Value]) => ({ Name, Value }));
    const { page, ...next } = pageOf(all, input);
    return { PipelineParameters: page, ...next };
  },
  DescribePipelineDefinitionForExecution({ definitionText, started }, call) {
    new Input(call, ["PipelineExecutionArn"]);
    return { PipelineDefinition: definitionText, CreationTime: started };
  },
  ListPipelineExecutionSteps({ steps }, call) {
    const input = new Input(call, ["PipelineExecutionArn", "SortOrder", "MaxResults", "NextToken"]);
    const newestFirst = input.choice("SortOrder", ["Ascending", "Descending"]) !== "Ascending";
    const { page, ...next } = pageOf(newestFirst ? steps.toReversed() : steps, input);
    return { PipelineExecutionSteps: page.map(describeStep), ...next };
  },
};

const describeStep = ({ name, type, ran, status, started, ended, failure, outputs }: StepRun) => ({
  StepName: name,
  StartTime: started,
  EndTime: ended,
  StepStatus: status,
  AttemptCount: 1,
  FailureReason: failure,
  Metadata:
    type === "Processing"
      ? { ProcessingJob: { Arn: ran } }
      : {
          Lambda: {
            Arn: ran,
            OutputParameters: Object.entries(outputs).map(([Name, Value]) => ({ Name, Value: String(Value) })),
          },
        },
});
