import { Endpoints, type Serving } from "./sagemaker/endpoints";
import { announceVersion } from "./sagemaker/events";
import type { Execution } from "./sagemaker/execution";
import { GROUP, GROUP_POLICY } from "./sagemaker/groups";
import { neededFor } from "./sagemaker/needs";
import { PIPELINE, Pipelines } from "./sagemaker/pipelines";
import { Registry } from "./sagemaker/registry";
import type { Version } from "./sagemaker/version";
import { type Call, type Service, type Surroundings, UnknownToStandIn } from "./service";

/** What a story or a test may look at. */
export interface SageMakerExtras {
  versions(): readonly Version[];
  /** Executions with the results of their steps, oldest first. */
  executions(): readonly Execution[];
  /** Sends a version's event again, as SageMaker may. */
  announceAgain(modelPackageArn: string): void;
  /** Names of the endpoints that aren't deleted. */
  endpoints(): readonly string[];
  /** SageMaker Runtime, which answers for the endpoints. */
  runtime: Service;
}

/** Resource types of SageMaker that the stand-in knows. */
export const SAGEMAKER_TYPES: readonly string[] = [GROUP, GROUP_POLICY, PIPELINE];

const NO_MODELS: Serving = {
  models: new Map(),
  fetch: (_, __, uri) => Promise.reject(new UnknownToStandIn(`no models here: ${uri}`)),
};

/** SageMaker's model registry, pipelines and endpoints, for the declared resources. */
export function createSageMaker(around: Surroundings, serving: Serving = NO_MODELS): Service & SageMakerExtras {
  const registry = new Registry(around);
  const pipelines = new Pipelines(around);
  const endpoints = new Endpoints(around, serving);
  const operations: Readonly<Record<string, (call: Call) => unknown>> = {
    CreateModelPackage: (call) => registry.create(call),
    UpdateModelPackage: (call) => registry.update(call),
    DescribeModelPackage: (call) => registry.describe(call),
    ListModelPackages: (call) => registry.list(call),
    StartPipelineExecution: (call) => pipelines.start(call),
    StopPipelineExecution: (call) => pipelines.stop(call),
    ListPipelineExecutions: (call) => pipelines.list(call),
    ...endpoints.operations,
  };
  const needs = (call: Call) => {
    const needed = neededFor(call);
    if (needed === undefined) throw new UnknownToStandIn(`SageMaker ${call.operation}`);
    return needed;
  };
  return {
    versions: () => registry.all(),
    executions: () => pipelines.executions,
    announceAgain(modelPackageArn) {
      const version = registry.all().find(({ arn }) => arn === modelPackageArn);
      if (version === undefined) throw new Error(`no version ${modelPackageArn}`);
      announceVersion(version, [], around);
    },
    endpoints: () => endpoints.running(),
    runtime: {
      needs,
      async call(call: Call): Promise<unknown> {
        if (call.operation !== "InvokeEndpoint") throw new UnknownToStandIn(`SageMaker Runtime ${call.operation}`);
        return endpoints.invoke(call);
      },
    },
    needs,
    async call(call: Call): Promise<unknown> {
      const answer = operations[call.operation]?.(call) ?? pipelines.answer(call);
      if (answer === undefined) throw new UnknownToStandIn(`SageMaker ${call.operation}`);
      return answer;
    },
  };
}
