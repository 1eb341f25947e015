import { isRecord, listOf } from "../inputs";
import { UnknownToStandIn } from "../service";
import { resolved, type Values } from "./expressions";

type Fields = Readonly<Record<string, unknown>>;

/** What the job of a Processing step is created with; a value may refer to something that is known when it runs. */
export interface JobTemplate {
  image: string;
  entrypoint: readonly string[];
  arguments: readonly unknown[];
  environment: Fields;
  role: string;
  maxSeconds: number;
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
}

/** What SageMaker takes at most: of arguments, of variables, and characters of one. */
const MOST = { arguments: 100, variables: 100, characters: 256 };

/** @throws UnknownToStandIn for a field that isn't known here, Error for one that SageMaker would refuse */
export function parseJobTemplate(value: unknown, at: string): JobTemplate {
  const fields = objectOf(value, `${at}: Arguments`, [
    "ProcessingResources",
    "AppSpecification",
    "Environment",
    "NetworkConfig",
    "RoleArn",
    "StoppingCondition",
  ]);
  requireCluster(fields.ProcessingResources, at);
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
    ...{ image, role: fields.RoleArn, maxSeconds },
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

function requireCluster(resources: unknown, at: string): void {
  const { ClusterConfig } = objectOf(resources, `${at}: ProcessingResources`, ["ClusterConfig"]);
  const fields = ["InstanceType", "InstanceCount", "VolumeSizeInGB", "VolumeKmsKeyId"];
  const { InstanceType, InstanceCount, VolumeSizeInGB } = objectOf(ClusterConfig, `${at}: ClusterConfig`, fields);
  // Processing has no type with Graviton.
  if (!/^ml\.(?!\w*\dg)[a-z0-9]+\.\w+$/.test(String(InstanceType)))
    throw new Error(`${at}: InstanceType ${InstanceType} isn't one of Processing's`);
  if (InstanceCount !== 1) throw new UnknownToStandIn(`${at}: InstanceCount ${InstanceCount}`);
  if (!(Number(VolumeSizeInGB) >= 1)) throw new Error(`${at}: VolumeSizeInGB must be 1 or more`);
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
