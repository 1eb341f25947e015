import type { Input } from "../call-input";
import { type IamRequest, keyRequests } from "../iam/request";
import type { RequestContext } from "../policy";
import type { Caller } from "../service";
import type { Bucket } from "./bucket";
import type { ObjectStore } from "./object-store";
import { locationOf } from "./objects";
import type { Operation } from "./operations";
import type { Stored } from "./stored";

/**
 * What IAM is asked before an operation. Nothing where the bucket isn't there, which S3 says itself.
 * @param context what the request says, by condition key in lower case
 */
export function neededFor(
  store: ObjectStore,
  operation: Operation,
  input: Input,
  context: RequestContext,
): IamRequest[] {
  const bucket = store.buckets.get(input.text("Bucket"));
  if (bucket === undefined) return [];
  const key = operation.fields.includes("Key") ? input.text("Key") : undefined;
  const { caller } = input;
  return [
    ...(operation.fields.includes("CopySource") ? readOfSource(store, input) : []),
    ask(caller, operation.action(input), bucket, key, Object.fromEntries(context)),
    ...(key === undefined ? [] : (OF_OBJECTS[input.operation]?.(bucket, key, input) ?? [])),
  ];
}

const ask = (
  { principal }: Caller,
  action: string,
  { arn, account }: Bucket,
  key?: string,
  context: IamRequest["context"] = {},
): IamRequest => ({
  ...{ principal, action, context },
  resource: { arn: key === undefined ? arn : `${arn}/${key}`, account },
});

type Needs = (bucket: Bucket, key: string, input: Input) => IamRequest[];

const opened: Needs = (bucket, key, input) => {
  const stored = storedAt(bucket, key, input.optionalText("VersionId"));
  return stored === undefined
    ? listed(input.caller, bucket)
    : keyRequests(input.caller, "s3", stored.kmsKeyArn, "Decrypt");
};
const sealed: Needs = (bucket, _, input) => keyRequests(input.caller, "s3", keyOf(bucket, input), "GenerateDataKey");
/** The parts of an upload are under the key that it was begun with: the bucket's, unless it named another. */
const sealedPart: Needs = ({ kmsKeyArn }, _, { caller }) =>
  keyRequests(caller, "s3", kmsKeyArn, "GenerateDataKey", "Decrypt");

/** What is asked besides the operation's own action. */
const OF_OBJECTS: Readonly<Record<string, Needs>> = {
  GetObject: opened,
  // A stored checksum is under the object's key.
  HeadObject: (bucket, key, input) =>
    opened(bucket, key, input).filter(({ action }) => action === "s3:ListBucket" || isWithChecksum(input)),
  PutObject: sealed,
  CopyObject: sealed,
  CreateMultipartUpload: sealed,
  UploadPart: sealedPart,
  UploadPartCopy: sealedPart,
  CompleteMultipartUpload: ({ kmsKeyArn }, _, { caller }) => keyRequests(caller, "s3", kmsKeyArn, "Decrypt"),
};

const isWithChecksum = (input: Input): boolean => input.optionalText("ChecksumMode") === "ENABLED";

/** Without it S3 doesn't say that a key isn't there. */
const listed = (caller: Caller, bucket: Bucket): IamRequest[] => [ask(caller, "s3:ListBucket", bucket)];

const keyOf = (bucket: Bucket, input: Input): string | undefined =>
  input.optionalText("ServerSideEncryption") === "AES256"
    ? undefined
    : (input.optionalText("SSEKMSKeyId") ?? bucket.kmsKeyArn);

const storedAt = ({ objects }: Bucket, key: string, versionId: string | undefined): Stored | undefined => {
  const versions = objects.get(key) ?? [];
  const found = versionId === undefined ? versions.at(-1) : versions.find((one) => one.versionId === versionId);
  return found?.deleteMarker ? undefined : found;
};

function readOfSource({ buckets }: ObjectStore, input: Input): IamRequest[] {
  const { bucket: name, key, versionId } = locationOf(input.text("CopySource"));
  const bucket = buckets.get(name);
  if (bucket === undefined) return [];
  const stored = storedAt(bucket, key, versionId);
  return [
    ask(input.caller, versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion", bucket, key),
    ...(stored === undefined
      ? listed(input.caller, bucket)
      : keyRequests(input.caller, "s3", stored.kmsKeyArn, "Decrypt")),
  ];
}

/** What S3 asks in the name of the role that replicates an object. */
export function neededToReplicate(
  caller: Caller,
  source: Bucket,
  { key, kmsKeyArn }: Stored,
  into: Bucket,
  { keyArn, ownerOverride }: { keyArn: string | undefined; ownerOverride: boolean },
): IamRequest[] {
  const there = { ...caller, region: into.region };
  return [
    ...["GetReplicationConfiguration", "ListBucket"].map((action) => ask(caller, `s3:${action}`, source)),
    ...["GetObjectVersionForReplication", "GetObjectVersionAcl", "GetObjectVersionTagging"].map((action) =>
      ask(caller, `s3:${action}`, source, key),
    ),
    ...keyRequests(caller, "s3", kmsKeyArn, "Decrypt"),
    ...["ReplicateObject", "ReplicateTags", ...(ownerOverride ? ["ObjectOwnerOverrideToBucketOwner"] : [])].map(
      (action) => ask(caller, `s3:${action}`, into, key),
    ),
    ...keyRequests(there, "s3", keyArn ?? into.kmsKeyArn, "Encrypt", "GenerateDataKey"),
  ];
}
