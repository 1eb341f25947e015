import {
  approvalPipelineDefinition,
  type ProcessingRunner,
} from "../../../src/infrastructure/approval-pipeline-definition";

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
      { Name: "Attempt", Type: "String", Description: "Which attempt to decide on it this is, from 1" },
      {
        Name: "JudgesAgain",
        Type: "String",
        Description: "SHA-256 of the record after which it is judged again, or none",
        DefaultValue: "none",
      },
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
          Attempt: { Get: "Parameters.Attempt" },
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
          Attempt: { Get: "Parameters.Attempt" },
          JudgesAgain: { Get: "Parameters.JudgesAgain" },
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

describe("with a Processing job", () => {
  const runner: ProcessingRunner = { kind: "processing", image: "IMAGE", roleArn: "ROLE", environment: { A: "a" } };
  const steps = (change: Partial<ProcessingRunner> = {}) =>
    approvalPipelineDefinition({ ...runner, ...change }, "DECIDE").Steps;

  it("the step is a job without inputs, outputs, cache and name", () => {
    expect(steps()[0]).toEqual({
      Name: "RegisteredModelValidationStep",
      Type: "Processing",
      Arguments: {
        ProcessingResources: {
          ClusterConfig: { InstanceType: "ml.t3.medium", InstanceCount: 1, VolumeSizeInGB: 5 },
        },
        AppSpecification: {
          ImageUri: "IMAGE",
          ContainerEntrypoint: ["node", "/var/task/index.js"],
          ContainerArguments: [
            ...["--ModelPackageGroupName", { Get: "Parameters.ModelPackageGroupName" }],
            ...["--Bucket", { Get: "Parameters.Bucket" }],
            ...["--ModelPackageArn", { Get: "Parameters.ModelPackageArn" }],
            ...["--Attempt", { Get: "Parameters.Attempt" }],
            ...["--ExecutionId", { Get: "Execution.PipelineExecutionId" }],
          ],
        },
        Environment: { A: "a" },
        NetworkConfig: { EnableNetworkIsolation: false },
        RoleArn: "ROLE",
        StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      },
    });
  });

  it("the job may have subnets of one's own, and isn't isolated there either", () => {
    const vpc = { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };
    expect(steps({ vpc })[0]).toMatchObject({
      Arguments: {
        NetworkConfig: {
          EnableNetworkIsolation: false,
          VpcConfig: { Subnets: ["subnet-1"], SecurityGroupIds: ["sg-1"] },
        },
      },
    });
  });

  it("decide is a function still, and is told no digest", () => {
    const [, decide] = approvalPipelineDefinition({ kind: "lambda", functionArn: "VALIDATE" }, "DECIDE").Steps;
    expect(steps()[1]).toEqual({ ...decide, Arguments: { ...decide?.Arguments, VerdictSha256: "not-told" } });
  });
});
