import { isRecord, listOf } from "../inputs";
import { UnknownToStandIn } from "../service";
import { resolved, type Values } from "./expressions";

type Fields = Readonly<Record<string, unknown>>;

/** Objects that SageMaker puts into each host's files before the container starts. */
export interface JobInput {
  bucket: string;
  /** Beginning of their keys. */
  prefix: string;
  /** Folder below /opt/ml/processing. */
  folder: string;
  /** Each host gets a part of the objects, not all of them. */
  sharded: boolean;
}

/** What the job of a Processing step is created with; a value may refer to something that is known when it runs. */
export interface JobTemplate {
  image: string;
  entrypoint: readonly string[];
  arguments: readonly unknown[];
  environment: Fields;
  role: string;
  maxSeconds: number;
  /** Hosts that run the container. */
  instances: number;
  inputs: readonly JobInput[];
}

/** A job to run. */
export interface ProcessingJob {
  arn: string;
  account: string;
  region: string;
  image: string;
  /** Program and its file in the image. */
  entrypoint: readonly string[];
  arguments: readonly string[];
  environment: Readonly<Record<string, string>>;
  role: string;
  maxSeconds: number;
  instances: number;
  inputs: readonly JobInput[];
}

/** What SageMaker takes at most: of arguments, of variables, and characters of one. */
const MOST = { arguments: 100, variables: 100, characters: 256 };

/** @throws UnknownToStandIn for a field that isn't known here, Error for one that SageMaker would refuse */
export function parseJobTemplate(value: unknown, at: string): JobTemplate {
  const fields = objectOf(value, `${at}: Arguments`, [
    "ProcessingInputs",
    "ProcessingResources",
    "AppSpecification",
    "Environment",
    "NetworkConfig",
    "RoleArn",
    "StoppingCondition",
  ]);
  const instances = instancesOf(fields.ProcessingResources, at);
  requireNetwork(fields.NetworkConfig, at);
  const app = objectOf(fields.AppSpecification, `${at}: AppSpecification`, [
    "ImageUri",
    "ContainerEntrypoint",
    "ContainerArguments",
  ]);
  const stop = objectOf(fields.StoppingCondition, `${at}: StoppingCondition`, ["MaxRuntimeInSeconds"]);
  const maxSeconds = Number(stop.MaxRuntimeInSeconds);
  if (!(maxSeconds >= 1 && maxSeconds <= 777_600)) throw new Error(`${at}: MaxRuntimeInSeconds must be 1 to 777600`);
  const { ImageUri: image, ContainerEntrypoint } = app;
  if (typeof image !== "string" || typeof fields.RoleArn !== "string") throw new Error(`${at}: ImageUri and RoleArn`);
  return {
    ...{ image, role: fields.RoleArn, maxSeconds, instances },
    inputs: listOf(fields.ProcessingInputs).map((input) => inputOf(input, at)),
    entrypoint: listOf(ContainerEntrypoint).map(String),
    arguments: listOf(app.ContainerArguments),
    environment: objectOf(fields.Environment ?? {}, `${at}: Environment`),
  };
}

/** A value of the step that may refer to something, by where it stands. */
export const valuesOfJob = (template: JobTemplate): Fields => ({
  ...Object.fromEntries(template.arguments.map((value, at) => [`ContainerArguments[${at}]`, value])),
  ...template.environment,
});

/** The job with every reference resolved. @throws Error where CreateProcessingJob would refuse it */
export function jobOf(template: JobTemplate, values: Values): Omit<ProcessingJob, "arn" | "account" | "region"> {
  const entries = Object.entries(template.environment).map(([name, value]) => [name, textOf(name, value, values)]);
  const args = template.arguments.map((value, at) => textOf(`ContainerArguments[${at}]`, value, values));
  const { arguments: mostArguments, variables, characters } = MOST;
  if (args.length > mostArguments || entries.length > variables)
    throw new Error(`ValidationException: ${args.length} arguments, ${entries.length} variables; at most 100 of each`);
  const long = [...entries, ...template.entrypoint.map((text) => ["ContainerEntrypoint", text])].find((texts) =>
    texts.some((text = "") => text.length > characters),
  );
  if (long !== undefined) throw new Error(`ValidationException: ${long[0]}: more than ${characters} characters`);
  return { ...template, arguments: args, environment: Object.fromEntries(entries) };
}

function textOf(name: string, value: unknown, values: Values): string {
  const text = resolved(value, values);
  if (typeof text !== "string" || text.length > MOST.characters) {
    throw new Error(`ValidationException: ${name}: must be a text of at most ${MOST.characters} characters`);
  }
  return text;
}

/** Most hosts of a job. */
const MOST_INSTANCES = 100;

function instancesOf(resources: unknown, at: string): number {
  const { ClusterConfig } = objectOf(resources, `${at}: ProcessingResources`, ["ClusterConfig"]);
  const fields = ["InstanceType", "InstanceCount", "VolumeSizeInGB", "VolumeKmsKeyId"];
  const { InstanceType, InstanceCount, VolumeSizeInGB } = objectOf(ClusterConfig, `${at}: ClusterConfig`, fields);
  // Processing has no type with Graviton.
  if (!/^ml\.(?!\w*\dg)[a-z0-9]+\.\w+$/.test(String(InstanceType)))
    throw new Error(`${at}: InstanceType ${InstanceType} isn't one of Processing's`);
  const instances = Number(InstanceCount);
  if (!Number.isInteger(instances) || instances < 1 || instances > MOST_INSTANCES)
    throw new Error(`${at}: InstanceCount must be 1 to ${MOST_INSTANCES}`);
  if (!(Number(VolumeSizeInGB) >= 1)) throw new Error(`${at}: VolumeSizeInGB must be 1 or more`);
  return instances;
}

function inputOf(value: unknown, at: string): JobInput {
  const { InputName, S3Input } = objectOf(value, `${at}: ProcessingInputs`, ["InputName", "AppManaged", "S3Input"]);
  const where = `${at}: input ${InputName}`;
  const fields = ["S3Uri", "LocalPath", "S3DataType", "S3InputMode", "S3DataDistributionType", "S3CompressionType"];
  const { S3Uri, LocalPath, S3DataType, S3InputMode, S3DataDistributionType } = objectOf(S3Input, where, fields);
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(String(S3Uri)) ?? [];
  const [, folder] = /^\/opt\/ml\/processing\/(.+)$/.exec(String(LocalPath)) ?? [];
  if (bucket === undefined || prefix === undefined) throw new Error(`${where}: S3Uri ${S3Uri}`);
  if (folder === undefined) throw new Error(`${where}: LocalPath must begin with /opt/ml/processing/`);
  if (S3DataType !== "S3Prefix" || S3InputMode !== "File")
    throw new UnknownToStandIn(`${where}: ${S3DataType}, ${S3InputMode}`);
  return { bucket, prefix, folder, sharded: S3DataDistributionType === "ShardedByS3Key" };
}

function requireNetwork(network: unknown, at: string): void {
  const { EnableNetworkIsolation, VpcConfig } = objectOf(network ?? {}, `${at}: NetworkConfig`, [
    "EnableNetworkIsolation",
    "VpcConfig",
  ]);
  if (EnableNetworkIsolation === true) throw new Error(`${at}: an isolated job reaches neither S3 nor SageMaker`);
  if (VpcConfig !== undefined) objectOf(VpcConfig, `${at}: VpcConfig`, ["Subnets", "SecurityGroupIds"]);
}

function objectOf(value: unknown, at: string, known?: readonly string[]): Fields {
  if (!isRecord(value)) throw new Error(`${at} must be an object`);
  const unknown = known === undefined ? [] : Object.keys(value).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new UnknownToStandIn(`${at}: ${unknown.join(", ")}`);
  return value;
}
