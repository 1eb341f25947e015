import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  type SageMakerClient,
  type Tag,
} from "@aws-sdk/client-sagemaker";
import { EXECUTION_TAG, EXPIRES_TAG, temporaryName } from "../contract/names";
import type { ModelServing, ServableModel, ServedModel } from "../core/inference-ports";
import { isAwsError } from "./aws-error";

export interface ServingSettings {
  /** Names begin with it. */
  prefix: string;
  /** What the model's container runs under. */
  roleArn: string;
  instanceType: string;
  now(): Date;
  wait(milliseconds: number): Promise<void>;
  /** The model of an endpoint that is in service. */
  client(endpointName: string): ServedModel;
}

/** Longest that an endpoint may be there, in hours: as long as the step itself. */
export const LIFETIME_HOURS = 12;
const POLL = { every: 15_000, times: 240 };

/** Temporary real-time endpoints, each of one execution: created where they aren't there, and compared where they are. */
export function sagemakerModelServing(sagemaker: SageMakerClient, settings: ServingSettings): ModelServing {
  return {
    async serve(executionId, model) {
      const name = temporaryName(settings.prefix, executionId);
      await create(sagemaker, name, executionId, model, settings);
      await inService(sagemaker, name, settings);
      await requireModel(sagemaker, name, model, settings);
      return settings.client(name);
    },
    end: (executionId) => remove(sagemaker, temporaryName(settings.prefix, executionId)),
  };
}

async function remove(sagemaker: SageMakerClient, name: string): Promise<void> {
  await unlessGone(() => sagemaker.send(new DeleteEndpointCommand({ EndpointName: name })));
  await unlessGone(() => sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name })));
  await unlessGone(() => sagemaker.send(new DeleteModelCommand({ ModelName: name })));
}

async function create(
  sagemaker: SageMakerClient,
  name: string,
  executionId: string,
  model: ServableModel,
  { roleArn, instanceType, now }: ServingSettings,
): Promise<void> {
  const expires = new Date(now().getTime() + LIFETIME_HOURS * 3_600_000).toISOString();
  const Tags: Tag[] = [
    { Key: EXPIRES_TAG, Value: expires },
    { Key: EXECUTION_TAG, Value: executionId },
  ];
  await unlessThere(() =>
    sagemaker.send(
      new CreateModelCommand({
        ModelName: name,
        ExecutionRoleArn: roleArn,
        PrimaryContainer: { Image: model.image, ...dataOf(model), ...environmentOf(model) },
        // A development team's code runs there.
        EnableNetworkIsolation: true,
        Tags,
      }),
    ),
  );
  const ProductionVariants = [
    { VariantName: "all", ModelName: name, InstanceType: instanceType as "ml.m5.large", InitialInstanceCount: 1 },
  ];
  await unlessThere(() =>
    sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: name, ProductionVariants, Tags })),
  );
  await unlessThere(() =>
    sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name, Tags })),
  );
}

/** One object, or files as they are below a prefix. */
const dataOf = ({ dataUri, isPrefix }: ServableModel) =>
  isPrefix
    ? {
        ModelDataSource: { S3DataSource: { S3Uri: dataUri, S3DataType: "S3Prefix", CompressionType: "None" } } as const,
      }
    : { ModelDataUrl: dataUri };

const environmentOf = ({ environment }: ServableModel) =>
  Object.keys(environment).length === 0 ? {} : { Environment: { ...environment } };

async function inService(sagemaker: SageMakerClient, name: string, { wait }: ServingSettings): Promise<void> {
  for (let time = 0; time < POLL.times; time++) {
    const { EndpointStatus, FailureReason } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: name }));
    if (EndpointStatus === "InService") return;
    // What failed stays so: without it a retry makes another.
    if (EndpointStatus === "Failed") await remove(sagemaker, name);
    if (EndpointStatus !== "Creating")
      throw new Error(`endpoint ${name} is ${EndpointStatus}: ${FailureReason ?? "no reason given"}`);
    await wait(POLL.every);
  }
  throw new Error(`endpoint ${name} isn't in service after ${(POLL.every * POLL.times) / 60_000} minutes`);
}

/** An endpoint of that name that serves anything else, or under another role, is refused: someone else made or changed it. */
async function requireModel(
  sagemaker: SageMakerClient,
  name: string,
  model: ServableModel,
  { roleArn }: ServingSettings,
): Promise<void> {
  const { EndpointConfigName } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: name }));
  const { ProductionVariants = [] } = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
  const names = ProductionVariants.map(({ ModelName }) => ModelName);
  const { PrimaryContainer, EnableNetworkIsolation, ExecutionRoleArn } = await sagemaker.send(
    new DescribeModelCommand({ ModelName: name }),
  );
  const {
    Image,
    ModelDataUrl,
    ModelDataSource,
    Environment = {},
    AdditionalModelDataSources = [],
  } = PrimaryContainer ?? {};
  const found = [
    EndpointConfigName,
    ...names,
    Image,
    ModelDataUrl ?? ModelDataSource?.S3DataSource?.S3Uri,
    EnableNetworkIsolation,
    ExecutionRoleArn,
    AdditionalModelDataSources.length,
    inOrder(Environment),
  ];
  const expected = [name, name, model.image, model.dataUri, true, roleArn, 0, inOrder(model.environment)];
  if (found.length === expected.length && found.every((one, at) => one === expected[at])) return;
  throw new Error(`endpoint ${name} serves ${found.join(", ")}; expected ${expected.join(", ")}`);
}

/** Variables as one text, the same for any order of theirs. */
const inOrder = (environment: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(environment).sort(([one], [other]) => (one < other ? -1 : 1)));

/** SageMaker says in a ValidationException's text alone that something exists already, or doesn't exist. */
const says = (error: unknown, text: RegExp): boolean =>
  isAwsError(error, "ValidationException") && text.test(String(error));

async function unlessThere(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!says(error, /already exist/i)) throw error;
  }
}

async function unlessGone(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!says(error, /could not find/i)) throw error;
  }
}
