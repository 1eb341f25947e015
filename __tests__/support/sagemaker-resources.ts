import type { DeclaredResource } from "../../src/local/stand-in/service";
import { DEV, declared, GOVERNANCE, policy, REGION, roleArn } from "./surroundings";

export const GROUP = "credit-risk";
export const GROUP_ARN = `arn:aws:sagemaker:${REGION}:${GOVERNANCE}:model-package-group/${GROUP}`;
export const versionArn = (number: number): string =>
  `arn:aws:sagemaker:${REGION}:${GOVERNANCE}:model-package/${GROUP}/${number}`;
export const PIPELINE_ARN = `arn:aws:sagemaker:${REGION}:${GOVERNANCE}:pipeline/approval`;
export const functionArn = (name: string): string => `arn:aws:lambda:${REGION}:${GOVERNANCE}:function:${name}`;

/** A group in governance that lets one dev role in. */
export const groupResources = (): DeclaredResource[] => [
  declared("sagemaker/modelPackageGroup:ModelPackageGroup", GROUP, { modelPackageGroupName: GROUP }),
  declared("sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy", GROUP, {
    modelPackageGroupName: GROUP,
    resourcePolicy: policy({
      Effect: "Allow",
      Principal: { AWS: roleArn(DEV, "team") },
      Action: "sagemaker:*",
      Resource: GROUP_ARN,
    }),
  }),
];

/** A Lambda step with some fields set otherwise. */
export const lambdaStep = (name: string, fields: Record<string, unknown> = {}) => ({
  Name: name,
  Type: "Lambda",
  FunctionArn: functionArn(name),
  ...fields,
});

export const textOutput = (name: string) => ({ OutputName: name, OutputType: "String" });

/** Two steps, the second of which takes what the first one gives. */
export const STEPS = [
  lambdaStep("validate", {
    Arguments: {
      Version: { Get: "Parameters.Version" },
      Execution: { Get: "Execution.PipelineExecutionId" },
      Limit: 3,
    },
    OutputParameters: [textOutput("Digest")],
  }),
  lambdaStep("decide", {
    Arguments: {
      Digest: { Get: "Steps.validate.OutputParameters['Digest']" },
      Path: {
        "Std:Join": { On: "/", Values: ["runs", { Get: "Execution.PipelineName" }, { Get: "Parameters.Bucket" }] },
      },
    },
  }),
];
export const PARAMETERS = [
  { Name: "Version", Type: "String" },
  { Name: "Bucket", Type: "String", DefaultValue: "none" },
];

export const pipelineResource = (
  Steps: unknown = STEPS,
  Parameters: unknown = PARAMETERS,
  others: Record<string, unknown> = {},
): DeclaredResource =>
  declared("sagemaker/pipeline:Pipeline", "approval", {
    pipelineName: "approval",
    roleArn: roleArn(GOVERNANCE, "pipeline"),
    pipelineDefinition: JSON.stringify({ Version: "2020-12-01", Parameters, Steps, ...others }),
  });
