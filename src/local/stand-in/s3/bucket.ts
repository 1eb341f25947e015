import { arnParts } from "../arns";
import { isRecord, listOf, nameOf, requireKnownInputs, text } from "../inputs";
import { AwsError, type Call, type DeclaredResource, type Surroundings } from "../service";
import type { Stored } from "./stored";

/** Resource types that configure a bucket, with the inputs that are acted on or may be left alone. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  "aws:s3/bucketVersioning:BucketVersioning": ["bucket", "versioningConfiguration", "expectedBucketOwner"],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ["bucket", "rules"],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [
    "bucket",
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
  ],
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ["bucket", "rule"],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ["bucket", "rules"],
  "aws:s3/bucketPolicy:BucketPolicy": ["bucket", "policy"],
  "aws:s3/bucketNotification:BucketNotification": ["bucket", "eventbridge", "queues", "topics"],
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": ["bucket", "role", "rules"],
};
const BUCKET = "aws:s3/bucket:Bucket";
const BUCKET_INPUTS = ["bucket", "objectLockEnabled", "forceDestroy", "tags", "tagsAll", "region"];

/** A bucket with its settings and objects. */
export interface Bucket {
  name: string;
  account: string;
  region: string;
  partition: string;
  versioned: boolean;
  eventBridge: boolean;
  kmsKeyArn: string | undefined;
  policy: DeclaredResource | undefined;
  replication: DeclaredResource | undefined;
  /** Newest last. */
  objects: Map<string, Stored[]>;
}

/**
 * Makes the declared buckets.
 * @throws Error for a setting of a bucket that isn't there, UnknownToStandIn for a type or an input it doesn't know
 */
export function declaredBuckets(around: Surroundings): Map<string, Bucket> {
  const buckets = new Map<string, Bucket>();
  for (const resource of around.declared(BUCKET)) {
    requireKnownInputs(resource, BUCKET_INPUTS);
    if (buckets.has(resource.id)) throw new Error(`${nameOf(resource)}: bucket ${resource.id} exists already`);
    buckets.set(resource.id, plain(resource));
  }
  for (const [type, known] of Object.entries(SETTINGS)) {
    for (const setting of around.declared(type)) {
      requireKnownInputs(setting, [...known, "region", "tags", "tagsAll"]);
      const bucket = buckets.get(text(setting, "bucket"));
      if (bucket === undefined) throw new Error(`${nameOf(setting)}: bucket ${setting.inputs.bucket} doesn't exist`);
      apply(setting, bucket, around);
    }
  }
  return buckets;
}

const plain = ({ id, account, region }: DeclaredResource): Bucket => ({
  name: id,
  account,
  region,
  partition: region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws",
  versioned: false,
  eventBridge: false,
  kmsKeyArn: undefined,
  policy: undefined,
  replication: undefined,
  objects: new Map(),
});

function apply(setting: DeclaredResource, bucket: Bucket, around: Surroundings): void {
  const { inputs } = setting;
  if (setting.type.endsWith(":BucketVersioning")) {
    bucket.versioned = isRecord(inputs.versioningConfiguration) && inputs.versioningConfiguration.status === "Enabled";
  } else if (setting.type.endsWith(":BucketServerSideEncryptionConfiguration")) {
    bucket.kmsKeyArn = defaultKey(setting);
  } else if (setting.type.endsWith(":BucketPolicy")) {
    around.requirePrincipals(inputs.policy, setting);
    bucket.policy = setting;
  } else if (setting.type.endsWith(":BucketNotification")) {
    bucket.eventBridge = inputs.eventbridge === true;
  } else if (setting.type.endsWith(":BucketReplicationConfig")) {
    bucket.replication = setting;
  }
}

function defaultKey(setting: DeclaredResource): string | undefined {
  const [rule] = listOf(setting.inputs.rules);
  const byDefault = isRecord(rule) ? rule.applyServerSideEncryptionByDefault : undefined;
  const key = isRecord(byDefault) ? byDefault.kmsMasterKeyId : undefined;
  return typeof key === "string" ? key : undefined;
}

/** The bucket of a call, which exists, is whose the call expects, and lets its caller in. */
export function bucketFor(
  buckets: ReadonlyMap<string, Bucket>,
  name: string,
  owner: string | undefined,
  { caller, operation }: Call,
  around: Surroundings,
): Bucket {
  const bucket = buckets.get(name);
  if (bucket === undefined) throw new AwsError("NoSuchBucket", `The specified bucket does not exist: ${name}`, 404);
  if (owner !== undefined && owner !== bucket.account) {
    throw new AwsError("AccessDenied", `${operation}: bucket ${name} belongs to another account than ${owner}`, 403);
  }
  const own = caller.account === bucket.account;
  if (!own && (bucket.policy === undefined || !around.admits(bucket.policy.inputs.policy, caller))) {
    throw new AwsError(
      "AccessDenied",
      `${operation}: the policy of bucket ${name} doesn't let ${caller.principal} in`,
      403,
    );
  }
  return bucket;
}

/** Refuses a key that doesn't exist, or whose policy doesn't let a caller of another account in. */
export function requireKey(keyArn: string | undefined, { caller, operation }: Call, around: Surroundings): void {
  if (keyArn === undefined) return;
  const key = around
    .declared("aws:kms/key:Key")
    .find(({ id, account }) => keyArn.endsWith(`:key/${id}`) && arnParts(keyArn)?.account === account);
  if (key === undefined) throw new AwsError("KMS.NotFoundException", `${operation}: key ${keyArn} does not exist`);
  if (key.account !== caller.account && !around.admits(key.inputs.policy, caller)) {
    throw new AwsError(
      "AccessDenied",
      `${operation}: the policy of key ${keyArn} doesn't let ${caller.principal} in`,
      403,
    );
  }
}
