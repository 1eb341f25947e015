import { isRecord, listOf, nameOf, requireKnownInputs, text } from "../inputs";
import { type DeclaredResource, type Surroundings, UnknownToStandIn } from "../service";
import { OBJECT } from "./declared-objects";
import { type DefaultRetention, defaultRetention } from "./lock";
import { type Notification, parseNotification } from "./notification";
import type { Stored } from "./stored";

/** Resource types that configure a bucket, with the inputs that are acted on or may be left alone. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  "aws:s3/bucketVersioning:BucketVersioning": ["versioningConfiguration", "expectedBucketOwner"],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ["rules"],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
  ],
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ["rule"],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ["rules"],
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": ["rule", "objectLockEnabled"],
  "aws:s3/bucketPolicy:BucketPolicy": ["policy"],
  "aws:s3/bucketNotification:BucketNotification": ["eventbridge", "queues", "topics"],
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": ["role", "rules"],
};
const BUCKET = "aws:s3/bucket:Bucket";
const BUCKET_INPUTS = ["bucket", "objectLockEnabled", "forceDestroy", "tags", "tagsAll", "region"];

/** Types of S3 that the stand-in knows. */
export const S3_TYPES: readonly string[] = [BUCKET, OBJECT, ...Object.keys(SETTINGS)];

/** A bucket with its settings and objects. */
export interface Bucket {
  name: string;
  account: string;
  region: string;
  arn: string;
  versioned: boolean;
  /** Whether versions can be retained, and how each new one is. */
  lockEnabled: boolean;
  defaultRetention: DefaultRetention | undefined;
  eventBridge: boolean;
  /** Whom it tells besides, and of what. */
  notifications: readonly Notification[];
  /** Whether all objects are its account's, whoever wrote them: so it is unless a setting says otherwise. */
  ownerEnforced: boolean;
  kmsKeyArn: string | undefined;
  policy: DeclaredResource | undefined;
  replication: DeclaredResource | undefined;
  /** Newest last. */
  objects: Map<string, Stored[]>;
}

/**
 * Makes the declared buckets.
 * @throws Error for a setting of a bucket that isn't there or a second one, UnknownToStandIn for an input it doesn't know
 */
export function declaredBuckets(around: Surroundings): Map<string, Bucket> {
  const buckets = new Map<string, Bucket>();
  for (const resource of around.declared(BUCKET)) {
    requireKnownInputs(resource, BUCKET_INPUTS);
    if (buckets.has(resource.id)) throw new Error(`${nameOf(resource)}: bucket ${resource.id} exists already`);
    buckets.set(resource.id, plain(resource));
  }
  for (const [type, known] of Object.entries(SETTINGS)) {
    const settled = new Set<string>();
    for (const setting of around.declared(type)) {
      requireKnownInputs(setting, ["bucket", ...known, "region", "tags", "tagsAll"]);
      const bucket = buckets.get(text(setting, "bucket"));
      if (bucket === undefined) throw new Error(`${nameOf(setting)}: bucket ${setting.inputs.bucket} doesn't exist`);
      if (settled.has(bucket.name)) throw new Error(`${nameOf(setting)}: overwrites what ${bucket.name} has already`);
      settled.add(bucket.name);
      apply(setting, bucket, around);
    }
  }
  return buckets;
}

const partitionOf = (region: string): string =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";

/** S3 keeps versions wherever it keeps locks. */
function plain(resource: DeclaredResource): Bucket {
  const { id: name, account, region, inputs } = resource;
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
    throw new Error(`${nameOf(resource)}: ${name} is no bucket name: 3 to 63 small letters, digits, . and -`);
  }
  return {
    ...{ name, account, region, arn: `arn:${partitionOf(region)}:s3:::${name}` },
    versioned: inputs.objectLockEnabled === true,
    ...{ lockEnabled: inputs.objectLockEnabled === true, defaultRetention: undefined },
    eventBridge: false,
    ...{ notifications: [], ownerEnforced: true, kmsKeyArn: undefined, policy: undefined, replication: undefined },
    objects: new Map(),
  };
}

function apply(setting: DeclaredResource, bucket: Bucket, around: Surroundings): void {
  const { inputs, type } = setting;
  switch (type.slice(type.indexOf(":", 4) + 1)) {
    case "BucketVersioning":
      bucket.versioned = isVersioned(setting, bucket);
      return;
    case "BucketServerSideEncryptionConfiguration":
      bucket.kmsKeyArn = defaultKey(setting);
      return;
    case "BucketObjectLockConfiguration":
      bucket.defaultRetention = defaultRetention(setting, bucket);
      return;
    case "BucketOwnershipControls":
      bucket.ownerEnforced = isRecord(inputs.rule) && inputs.rule.objectOwnership === "BucketOwnerEnforced";
      return;
    case "BucketPolicy":
      around.requirePrincipals(inputs.policy, setting);
      requireOwnResources(setting, bucket);
      bucket.policy = setting;
      return;
    case "BucketNotification":
      bucket.eventBridge = inputs.eventbridge === true;
      bucket.notifications = parseNotification(setting);
      return;
    case "BucketReplicationConfig":
      bucket.replication = setting;
  }
}

function isVersioned(setting: DeclaredResource, { versioned: locked }: Bucket): boolean {
  const { versioningConfiguration: to } = setting.inputs;
  const status = isRecord(to) ? to.status : undefined;
  if (status !== "Enabled" && status !== "Suspended") {
    throw new UnknownToStandIn(`${nameOf(setting)}: versioningConfiguration.status ${String(status)}`);
  }
  if (locked && status === "Suspended") {
    throw new Error(`${nameOf(setting)}: an Object Lock configuration is present, versioning can't be suspended`);
  }
  return status === "Enabled";
}

function defaultKey(setting: DeclaredResource): string | undefined {
  const [rule] = listOf(setting.inputs.rules);
  const byDefault = isRecord(rule) ? rule.applyServerSideEncryptionByDefault : undefined;
  const { sseAlgorithm, kmsMasterKeyId } = isRecord(byDefault) ? byDefault : {};
  if (sseAlgorithm === "AES256" && kmsMasterKeyId === undefined) return undefined;
  if (sseAlgorithm === "aws:kms" && typeof kmsMasterKeyId === "string") return kmsMasterKeyId;
  throw new UnknownToStandIn(`${nameOf(setting)}: default encryption ${JSON.stringify(byDefault)}`);
}

/** S3 answers MalformedPolicy to a policy that speaks of anything but its bucket. */
function requireOwnResources(setting: DeclaredResource, { arn }: Bucket): void {
  const document: unknown = JSON.parse(text(setting, "policy"));
  const statements = isRecord(document) ? listOf(document.Statement).filter(isRecord) : [];
  const foreign = statements
    .flatMap(({ Resource, NotResource }) => listOf(Resource ?? NotResource).map(String))
    .find((resource) => resource !== arn && !resource.startsWith(`${arn}/`));
  if (foreign !== undefined) throw new Error(`${nameOf(setting)}: Policy has invalid resource: ${foreign}`);
}
