import { arnOf, madeOf } from "../../src/local/stand-in/aws-outputs";
import type { DeclaredResource } from "../../src/local/stand-in/service";
import { DEV, declared, GOVERNANCE, policy, REGION, roleArn } from "./surroundings";

/** Names of the buckets of `bucketResources`. */
export const ARTIFACTS = "artifacts-dev";
export const EVIDENCE = "evidence-governance";
export const ONCE = "written-once";
const KEY_TYPE = "kms/key:Key";
/** ARN of a key by its name, as the stand-in numbers keys. */
export const keyArn = (account: string, name: string): string => arnOf(declared(KEY_TYPE, name, {}, { account }));
export const FAILURES = `arn:aws:sqs:${REGION}:${DEV}:failures`;

function kmsKey(account: string, name: string, ...statements: unknown[]): DeclaredResource {
  const key = declared(KEY_TYPE, name, { policy: policy(...statements) }, { account });
  return { ...key, id: madeOf(key).id };
}

const settings = (bucket: string, account: string, keyId: string): DeclaredResource[] => [
  declared("s3/bucket:Bucket", bucket, { bucket }, { account }),
  declared(
    "s3/bucketVersioning:BucketVersioning",
    bucket,
    { bucket, versioningConfiguration: { status: "Enabled" } },
    { account },
  ),
  declared(
    "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    bucket,
    {
      bucket,
      rules: [
        { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn(account, keyId) } },
      ],
    },
    { account },
  ),
];

const admitting = (role: string) => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${DEV}:root` },
  Action: "*",
  Condition: { ArnEquals: { "aws:PrincipalArn": roleArn(DEV, role) } },
});
const objectsOf = (bucket: string) => ({ Resource: `arn:aws:s3:::${bucket}/*` });
const ownKey = (account: string) => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: "kms:*",
  Resource: "*",
});

/** What a bucket policy denies to a PUT without If-None-Match, as the S3 User Guide words it. */
export const DENY_OVERWRITING = {
  ...{ Sid: "OnlyNew", Effect: "Deny", Principal: "*", Action: "s3:PutObject", ...objectsOf(ONCE) },
  Condition: { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
};

export const REPLICATION_RULE = {
  id: "to-governance",
  priority: 1,
  status: "Enabled",
  filter: { prefix: "evidence/" },
  deleteMarkerReplication: { status: "Disabled" },
  sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
  destination: {
    bucket: `arn:aws:s3:::${EVIDENCE}`,
    account: GOVERNANCE,
    accessControlTranslation: { owner: "Destination" },
    encryptionConfiguration: { replicaKmsKeyId: keyArn(GOVERNANCE, "evidence-key") },
    metrics: { status: "Enabled" },
  },
};

/**
 * A dev bucket that tells EventBridge of its objects, an evidence bucket in governance that lets one dev role in, and a
 * write-once bucket.
 * @param admitted role that the evidence bucket lets in
 */
export const bucketResources = (admitted = "team"): DeclaredResource[] => [
  kmsKey(DEV, "dev-key", ownKey(DEV)),
  kmsKey(GOVERNANCE, "evidence-key", ownKey(GOVERNANCE), { ...admitting(admitted), Resource: "*" }),
  ...settings(ARTIFACTS, DEV, "dev-key"),
  declared(
    "s3/bucketNotification:BucketNotification",
    ARTIFACTS,
    {
      bucket: ARTIFACTS,
      eventbridge: true,
      queues: [{ id: "failures", queueArn: FAILURES, events: ["s3:Replication:OperationFailedReplication"] }],
    },
    { account: DEV },
  ),
  ...settings(EVIDENCE, GOVERNANCE, "evidence-key"),
  declared("s3/bucketPolicy:BucketPolicy", EVIDENCE, {
    bucket: EVIDENCE,
    policy: policy({ ...admitting(admitted), ...objectsOf(EVIDENCE) }),
  }),
  ...settings(ONCE, GOVERNANCE, "evidence-key"),
  declared("s3/bucketPolicy:BucketPolicy", ONCE, { bucket: ONCE, policy: policy(DENY_OVERWRITING) }),
];

/** The dev bucket replicates its evidence. */
export const replication = (rule: Record<string, unknown> = REPLICATION_RULE): DeclaredResource =>
  declared(
    "s3/bucketReplicationConfig:BucketReplicationConfig",
    ARTIFACTS,
    { bucket: ARTIFACTS, role: roleArn(DEV, "replication"), rules: [rule] },
    { account: DEV },
  );
