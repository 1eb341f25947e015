import {
  DECIDE_ARGUMENTS,
  DECIDE_OUTPUTS,
  DECIDE_STEP,
  type DecideArguments,
  NO_BUCKET,
  PIPELINE_PARAMETERS,
  type PipelineParameter,
  VALIDATE_ARGUMENTS,
  VALIDATE_OUTPUTS,
  VALIDATE_STEP,
  type ValidateArguments,
} from "../contract/pipeline-parameters";

/** What runs the checks' image. */
export interface LambdaRunner {
  kind: "lambda";
  /** The validate function, which is made from the image. */
  functionArn: string;
}
export type Runner = LambdaRunner;

/** A value that is known when the execution runs. */
interface Reference {
  Get: string;
}

/**
 * Definition of the approval pipeline, version 2020-12-01. Neither step has a cache: the policy isn't among what a cache
 * goes by. Pipeline parameters are the caller's, so no threshold is among them.
 * @param decideFunctionArn the function that sets the status; it has a role of its own
 */
export const approvalPipelineDefinition = (runner: Runner, decideFunctionArn: string) => ({
  Version: "2020-12-01",
  Metadata: {},
  Parameters: PIPELINE_PARAMETERS.map((name) => ({ Name: name, Type: "String", ...PARAMETERS[name] })),
  Steps: [validateStep(runner), decideStep(decideFunctionArn)],
});

/** The three are required but for the bucket, which people read and validate doesn't trust. */
const PARAMETERS: Record<PipelineParameter, { Description: string; DefaultValue?: string }> = {
  ModelPackageGroupName: { Description: "Model package group of the version" },
  Bucket: { Description: "Evidence bucket of the version's first report, or none", DefaultValue: NO_BUCKET },
  ModelPackageArn: { Description: "ARN of the one version that is judged" },
};

const parameter = (name: PipelineParameter): Reference => ({ Get: `Parameters.${name}` });
const EXECUTION_ID: Reference = { Get: "Execution.PipelineExecutionId" };

function validateStep(runner: Runner) {
  const values: Record<keyof ValidateArguments, Reference> = {
    ModelPackageGroupName: parameter("ModelPackageGroupName"),
    Bucket: parameter("Bucket"),
    ModelPackageArn: parameter("ModelPackageArn"),
    ExecutionId: EXECUTION_ID,
  };
  switch (runner.kind) {
    case "lambda":
      return {
        Name: VALIDATE_STEP,
        Type: "Lambda",
        FunctionArn: runner.functionArn,
        Arguments: inOrder(VALIDATE_ARGUMENTS, values),
        OutputParameters: textOutputs(VALIDATE_OUTPUTS),
      };
  }
}

function decideStep(functionArn: string) {
  const values: Record<keyof DecideArguments, Reference> = {
    ModelPackageArn: parameter("ModelPackageArn"),
    ExecutionId: EXECUTION_ID,
    VerdictSha256: { Get: `Steps.${VALIDATE_STEP}.OutputParameters['VerdictSha256']` },
  };
  return {
    Name: DECIDE_STEP,
    Type: "Lambda",
    DependsOn: [VALIDATE_STEP],
    FunctionArn: functionArn,
    Arguments: inOrder(DECIDE_ARGUMENTS, values),
    OutputParameters: textOutputs(DECIDE_OUTPUTS),
  };
}

const inOrder = <Name extends string>(names: readonly Name[], values: Record<Name, Reference>) =>
  Object.fromEntries(names.map((name) => [name, values[name]]));

const textOutputs = (names: readonly string[]) => names.map((name) => ({ OutputName: name, OutputType: "String" }));
