import { isRecord } from "../src/local/stand-in/inputs";
import type { DeclaredResource } from "../src/local/stand-in/service";

/** `bucketVersioning` -> `bucket_versioning` */
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Where the token isn't Terraform's name in another spelling. */
const NAMES: Readonly<Record<string, string>> = { "aws:s3/bucketObjectv2:BucketObjectv2": "aws_s3_object" };

/** Pulumi's type token in Terraform's words: `aws:s3/bucketPolicy:BucketPolicy` -> `aws_s3_bucket_policy`. */
export function terraformType(token: string): string {
  const [, module = "", name = ""] = /^aws:(\w+)\/(\w+):/.exec(token) ?? [];
  return NAMES[token] ?? `aws_${module}_${snake(name)}`;
}

/** Objects whose keys are data, not names of arguments. */
const MAPS = ["variables", "tags", "dimensions"];
/** Terraform names a repeated block in the singular. */
const BLOCKS: Readonly<Record<string, string>> = {
  rules: "rule",
  encryptionConfigurations: "encryption_configuration",
};

function terraformValue(name: string, value: unknown): unknown {
  if (MAPS.includes(name)) return value;
  if (Array.isArray(value)) return value.map((item) => (isRecord(item) ? terraformValues(item) : item));
  // A block is a list, also where there can be one only.
  return isRecord(value) ? [terraformValues(value)] : value;
}

const terraformValues = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [BLOCKS[name] ?? snake(name), terraformValue(name, value)]),
  );

interface Planned {
  address: string;
  mode: "managed";
  type: string;
  name: string;
  provider_name: string;
  values: Readonly<Record<string, unknown>>;
}

function plannedOf({ type, stack, name, inputs }: DeclaredResource): Planned {
  const { code: _, ...values } = inputs;
  const kind = terraformType(type);
  const label = `${stack}-${name}`.replace(/[^\w-]/g, "-");
  const provider_name = "registry.terraform.io/hashicorp/aws";
  const address = `${kind}.${label}`;
  return { address, mode: "managed", type: kind, name: label, provider_name, values: terraformValues(values) };
}

/** What a resource says of a bucket belongs to that bucket: checks that need both go by the reference. */
function expressionsOf({ type, values }: Planned, buckets: readonly Planned[]): object {
  const bucket = buckets.find((one) => type !== one.type && one.values.bucket === values.bucket);
  return bucket === undefined ? {} : { bucket: { references: [`${bucket.address}.bucket`, bucket.address] } };
}

/** Declared resources as `terraform show -json` would print a plan that makes them. */
export function terraformPlan(resources: readonly DeclaredResource[]) {
  const planned = resources.map(plannedOf);
  const buckets = planned.filter(({ type }) => type === "aws_s3_bucket");
  return {
    format_version: "1.2",
    terraform_version: "1.9.0",
    planned_values: { root_module: { resources: planned.map((resource) => ({ ...resource, schema_version: 0 })) } },
    resource_changes: planned.map(({ values, ...resource }) => ({
      ...resource,
      change: { actions: ["create"], before: null, after: values, after_unknown: {} },
    })),
    configuration: {
      root_module: {
        resources: planned.map(({ values, ...resource }) => ({
          ...resource,
          expressions: expressionsOf({ values, ...resource }, buckets),
        })),
      },
    },
  };
}
