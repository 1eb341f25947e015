import { approvalPipelineDefinition } from "../../../src/infrastructure/approval-pipeline-definition";

it("is the definition that SageMaker runs", () => {
  const definition = approvalPipelineDefinition({ kind: "lambda", functionArn: "VALIDATE" }, "DECIDE");
  expect(definition).toEqual({
    Version: "2020-12-01",
    Metadata: {},
    Parameters: [
      { Name: "ModelPackageGroupName", Type: "String", Description: "Model package group of the version" },
      {
        Name: "Bucket",
        Type: "String",
        Description: "Evidence bucket of the version's first report, or none",
        DefaultValue: "none",
      },
      { Name: "ModelPackageArn", Type: "String", Description: "ARN of the one version that is judged" },
    ],
    Steps: [
      {
        Name: "RegisteredModelValidationStep",
        Type: "Lambda",
        FunctionArn: "VALIDATE",
        Arguments: {
          ModelPackageGroupName: { Get: "Parameters.ModelPackageGroupName" },
          Bucket: { Get: "Parameters.Bucket" },
          ModelPackageArn: { Get: "Parameters.ModelPackageArn" },
          ExecutionId: { Get: "Execution.PipelineExecutionId" },
        },
        OutputParameters: [
          { OutputName: "Decision", OutputType: "String" },
          { OutputName: "VerdictSha256", OutputType: "String" },
        ],
      },
      {
        Name: "UpdateModelStatusStep",
        Type: "Lambda",
        DependsOn: ["RegisteredModelValidationStep"],
        FunctionArn: "DECIDE",
        Arguments: {
          ModelPackageArn: { Get: "Parameters.ModelPackageArn" },
          ExecutionId: { Get: "Execution.PipelineExecutionId" },
          VerdictSha256: { Get: "Steps.RegisteredModelValidationStep.OutputParameters['VerdictSha256']" },
        },
        OutputParameters: [
          { OutputName: "ApprovalStatus", OutputType: "String" },
          { OutputName: "Effect", OutputType: "String" },
        ],
      },
    ],
  });
});
