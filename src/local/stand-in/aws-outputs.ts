import { createHash } from "node:crypto";
import { roleIdOf } from "./role-id";
import { type DeclaredResource, UnknownToStandIn } from "./service";

/** Where a resource is made. */
export interface Location {
  partition: string;
  account: string;
  region: string;
}

/** A resource as it is asked for. */
export interface Asked extends Location {
  type: string;
  /** Pulumi's logical name. */
  name: string;
  inputs: Readonly<Record<string, unknown>>;
}

/** What AWS answers: its id, and the properties that it adds. */
export interface Made {
  id: string;
  properties: Record<string, unknown>;
}

/** The partition that a Region is in. */
export const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

const digest = (asked: Asked): string =>
  createHash("sha256").update(`${asked.account}/${asked.region}/${asked.type}/${asked.name}`).digest("hex");

/** The name asked for, or the logical name with seven digits after it, as Pulumi's provider gives. */
function named(asked: Asked, input = "name"): string {
  const given = asked.inputs[input];
  return typeof given === "string" ? given : `${asked.name}-${digest(asked).slice(0, 7)}`;
}

const inRegion = ({ partition, region, account }: Location, service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;
const domain = ({ partition }: Location): string => (partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com");

/** A resource whose id is its name and whose ARN ends with it. */
const byName =
  (service: string, prefix: string, input = "name") =>
  (asked: Asked): Made => {
    const id = named(asked, input);
    return { id, properties: { [input]: id, arn: inRegion(asked, service, `${prefix}${id}`) } };
  };

const global =
  (resource: (asked: Asked, name: string) => string, idIsArn = false) =>
  (asked: Asked): Made => {
    const name = named(asked);
    const arn = `arn:${asked.partition}:iam::${asked.account}:${resource(asked, name)}`;
    return { id: idIsArn ? arn : name, properties: { name, arn } };
  };

const pathOf = ({ inputs }: Asked): string => (typeof inputs.path === "string" ? inputs.path : "/");
/** A setting of something else: it has that thing's name as its id. */
const settingOf =
  (input: string) =>
  ({ inputs, name }: Asked): Made => ({ id: typeof inputs[input] === "string" ? inputs[input] : name, properties: {} });

function bucket(asked: Asked): Made {
  const id = named(asked, "bucket");
  const arn = `arn:${asked.partition}:s3:::${id}`;
  const bucketRegionalDomainName = `${id}.s3.${asked.region}.${domain(asked)}`;
  return { id, properties: { bucket: id, arn, bucketRegionalDomainName } };
}

function uuidOf(asked: Asked): string {
  const hex = digest(asked);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

function key(asked: Asked): Made {
  const keyId = uuidOf(asked);
  return { id: keyId, properties: { keyId, arn: inRegion(asked, "kms", `key/${keyId}`) } };
}

function queue(asked: Asked): Made {
  const name = named(asked);
  const url = `https://sqs.${asked.region}.${domain(asked)}/${asked.account}/${name}`;
  return { id: url, properties: { name, url, arn: inRegion(asked, "sqs", name) } };
}

function topic(asked: Asked): Made {
  const name = named(asked);
  const arn = inRegion(asked, "sns", name);
  return { id: arn, properties: { name, arn } };
}

function repository(asked: Asked): Made {
  const made = byName("ecr", "repository/")(asked);
  const repositoryUrl = `${asked.account}.dkr.ecr.${asked.region}.${domain(asked)}/${made.id}`;
  return { id: made.id, properties: { ...made.properties, repositoryUrl, registryId: asked.account } };
}

/** One that is published has its first version. */
function lambdaFunction(asked: Asked): Made {
  const made = byName("lambda", "function:")(asked);
  const version = asked.inputs.publish === true ? FIRST_VERSION : "$LATEST";
  return {
    id: made.id,
    properties: { ...made.properties, version, qualifiedArn: `${made.properties.arn}:${version}` },
  };
}

export const FIRST_VERSION = "1";

/** Lambda chooses its id. */
function mapping(asked: Asked): Made {
  const id = uuidOf(asked);
  return { id, properties: { uuid: id, arn: inRegion(asked, "lambda", `event-source-mapping:${id}`) } };
}

function role(asked: Asked): Made {
  const { id, properties } = global((_, name) => `role${pathOf(asked)}${name}`)(asked);
  return { id, properties: { ...properties, uniqueId: roleIdOf(String(properties.arn)) } };
}

const MAKERS: Readonly<Record<string, (asked: Asked) => Made>> = {
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketObjectv2:BucketObjectv2": settingOf("key"),
  "aws:kms/key:Key": key,
  "aws:kms/alias:Alias": byName("kms", ""),
  "aws:iam/role:Role": role,
  "aws:iam/policy:Policy": global((asked, name) => `policy${pathOf(asked)}${name}`, true),
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/eventSourceMapping:EventSourceMapping": mapping,
  "aws:sqs/queue:Queue": queue,
  "aws:sns/topic:Topic": topic,
  "aws:cloudwatch/eventRule:EventRule": byName("events", "rule/"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": byName("cloudwatch", "alarm:"),
  "aws:cloudwatch/logGroup:LogGroup": byName("logs", "log-group:"),
  "aws:ecr/repository:Repository": repository,
  "aws:sagemaker/modelPackageGroup:ModelPackageGroup": byName(
    "sagemaker",
    "model-package-group/",
    "modelPackageGroupName",
  ),
  "aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy": settingOf("modelPackageGroupName"),
  "aws:sagemaker/pipeline:Pipeline": byName("sagemaker", "pipeline/", "pipelineName"),
  "aws:sqs/queuePolicy:QueuePolicy": settingOf("queueUrl"),
  "aws:sns/topicPolicy:TopicPolicy": settingOf("arn"),
};
/** Types that nothing refers to; S3's further settings of a bucket have its name as their id. */
const SETTINGS = /^aws:(s3|iam|lambda|cloudwatch|ecr|sqs|sns)\//;

/** The outputs that AWS gives a resource, by what is documented of names and ARNs. */
export function awsOutputs(asked: Asked): Made {
  const make = MAKERS[asked.type];
  if (make !== undefined) return make(asked);
  if (!SETTINGS.test(asked.type)) throw new UnknownToStandIn(`resource type ${asked.type}, "${asked.name}"`);
  return settingOf("bucket")(asked);
}

/** Properties of what AWS adds that are inputs too: the names of things. */
export const NAME_INPUTS = ["name", "bucket", "modelPackageGroupName", "pipelineName"];

const known = new WeakMap<DeclaredResource, Made>();

/** What AWS makes of a declared resource, now: a changed name gives another ARN. */
export function madeOf(resource: DeclaredResource): Made {
  const made = known.get(resource) ?? awsOutputs({ ...resource, partition: partitionOf(resource.region) });
  known.set(resource, made);
  return made;
}

/** ARN of a declared resource. */
export const arnOf = (resource: DeclaredResource): string => String(madeOf(resource).properties.arn);
