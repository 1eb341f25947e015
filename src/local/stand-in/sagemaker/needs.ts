import { type IamRequest, ownArn, requestFor } from "../iam/request";
import { isRecord } from "../inputs";
import type { Call } from "../service";

type Needs = (call: Call) => IamRequest[];

/** What IAM is asked before an operation; undefined for one that isn't known. */
export const neededFor = (call: Call): IamRequest[] | undefined => NEEDS[call.operation]?.(call);

const ask = ({ operation, caller }: Call, arn: string, context?: IamRequest["context"]): IamRequest =>
  requestFor(caller.principal, `sagemaker:${operation}`, arn, context);

/** About the ARN that a field holds. */
const named =
  (field: string): Needs =>
  (call) => [ask(call, String(call.input[field]))];

/** About a thing that a field names, in the caller's own account and Region unless it is an ARN. */
const own =
  (kind: string, field: string): Needs =>
  (call) => [ask(call, arnOf(call, kind, String(call.input[field])))];

const arnOf = ({ caller }: Call, kind: string, name: string): string =>
  name.startsWith("arn:") ? name : ownArn(caller, "sagemaker", `${kind}/${name.toLowerCase()}`);

/** Whatever has tags from the beginning is tagged by its caller. */
const made =
  (kind: string, field: string): Needs =>
  (call) => {
    const arn = arnOf(call, kind, String(call.input[field]));
    const tags = call.input.Tags === undefined ? [] : [requestFor(call.caller.principal, "sagemaker:AddTags", arn)];
    return [ask(call, arn), ...tags];
  };

/** A service gets a role of the caller's to act as. */
export const passRole = (principal: string, role: unknown): IamRequest =>
  requestFor(principal, "iam:PassRole", String(role), { "iam:PassedToService": "sagemaker.amazonaws.com" });

/** Versions of a group that a field names. Their numbers don't matter to any policy. */
const versionsOf: Needs = (call) => {
  const group = String(call.input.ModelPackageGroupName);
  const arn = arnOf(call, "model-package-group", group).replace(":model-package-group/", ":model-package/");
  return [ask(call, `${arn}/1`, call.operation === "CreateModelPackage" ? statedOf(call) : {})];
};

/** Fields of a version that policies may ask about. */
function statedOf({ input }: Call): Record<string, string> {
  const { ModelApprovalStatus: status, ModelLifeCycle: cycle, CustomerMetadataProperties: metadata } = input;
  const stated: [string, unknown][] = [
    ["sagemaker:ModelApprovalStatus", status],
    ["sagemaker:ModelLifeCycle:Stage", isRecord(cycle) ? cycle.Stage : undefined],
    ["sagemaker:ModelLifeCycle:StageStatus", isRecord(cycle) ? cycle.StageStatus : undefined],
    ...Object.entries(isRecord(metadata) ? metadata : {}).map(([name, value]): [string, unknown] => [
      `sagemaker:CustomerMetadataProperties/${name}`,
      value,
    ]),
  ];
  return Object.fromEntries(stated.flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])));
}

const pipeline: Needs = (call) => {
  const name = String(call.input.PipelineName);
  return [ask(call, name.startsWith("arn:") ? name : ownArn(call.caller, "sagemaker", `pipeline/${name}`))];
};
const execution = named("PipelineExecutionArn");
const all: Needs = (call) => [ask(call, "*")];

const NEEDS: Readonly<Record<string, Needs>> = {
  CreateModelPackage: versionsOf,
  ListModelPackages: versionsOf,
  UpdateModelPackage: (call) => [ask(call, String(call.input.ModelPackageArn), statedOf(call))],
  DescribeModelPackage: named("ModelPackageName"),
  StartPipelineExecution: pipeline,
  ListPipelineExecutions: pipeline,
  StopPipelineExecution: execution,
  DescribePipelineExecution: execution,
  DescribePipelineDefinitionForExecution: execution,
  ListPipelineParametersForExecution: execution,
  ListPipelineExecutionSteps: execution,
  CreateModel: (call) => [
    ...made("model", "ModelName")(call),
    passRole(call.caller.principal, call.input.ExecutionRoleArn),
  ],
  CreateEndpointConfig: made("endpoint-config", "EndpointConfigName"),
  CreateEndpoint: (call) => [
    ...made("endpoint", "EndpointName")(call),
    ...own("endpoint-config", "EndpointConfigName")(call),
  ],
  DescribeModel: own("model", "ModelName"),
  DescribeEndpointConfig: own("endpoint-config", "EndpointConfigName"),
  DescribeEndpoint: own("endpoint", "EndpointName"),
  DeleteModel: own("model", "ModelName"),
  DeleteEndpointConfig: own("endpoint-config", "EndpointConfigName"),
  DeleteEndpoint: own("endpoint", "EndpointName"),
  ListModels: all,
  ListEndpointConfigs: all,
  ListEndpoints: all,
  ListTags: named("ResourceArn"),
  InvokeEndpoint: own("endpoint", "EndpointName"),
};
