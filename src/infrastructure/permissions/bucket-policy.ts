import type * as pulumi from "@pulumi/pulumi";
import { bucketArn, DEFINITIONS_PREFIX } from "../../contract/names";
import {
  admit,
  arnOf,
  denyPlainText,
  type Grant,
  type PolicyDocument,
  policyOf,
  type Resource,
  type Statement,
} from "./grant";

/** A bucket, and the account that owns it. */
export interface OwnedBucket {
  bucket: string;
  account: string;
  partition: string;
}

/** Whom a bucket's policy lets in: principals of other accounts. Those of its own need no more than their own policy. */
export function bucketAdmissions(table: readonly Grant[], owned: OwnedBucket): Statement[] {
  const { account, partition } = owned;
  const admissions = table.flatMap(({ sid, who, may, on, when }) => {
    const arns = on.filter(isIn(owned)).map((resource) => arnOf(resource, partition, {}));
    const strangers = arns.length === 0 ? [] : who.filter((principal) => principal.account !== account);
    return strangers.map((principal) => admit(principal, sid, may, arns, when));
  });
  // A policy has each id once.
  return admissions.map((statement, at) => {
    const before = admissions.slice(0, at).filter(({ Sid }) => Sid === statement.Sid).length;
    return before === 0 ? statement : { ...statement, Sid: `${statement.Sid}${before + 1}` };
  });
}

/** Policy of a bucket that only the table opens. */
export const tablePolicy = (table: readonly Grant[], owned: OwnedBucket): PolicyDocument =>
  policyOf([denyPlainText("s3:*", wholeBucket(owned)), ...bucketAdmissions(table, owned)]);

/** Policy of an evidence bucket: what the table opens, and every object under the bucket's own key. */
export const evidencePolicy = (
  table: readonly Grant[],
  owned: OwnedBucket,
  keyArn: pulumi.Input<string>,
): PolicyDocument =>
  policyOf([
    denyPlainText("s3:*", wholeBucket(owned)),
    denyOtherEncryption(owned),
    denyOtherKey(owned, keyArn),
    ...bucketAdmissions(table, owned),
  ]);

/**
 * Policy of the bucket of verdicts and start markers: those write whom the table lets, each key once, and no version goes away.
 * @param deployRole ARN of the role that may still change the bucket's settings; nobody where there is none
 */
export const writeOncePolicy = (
  table: readonly Grant[],
  owned: OwnedBucket,
  deployRole: string | undefined,
): PolicyDocument =>
  policyOf([
    denyPlainText("s3:*", wholeBucket(owned)),
    denyOtherWriters(table, owned),
    denyOverwriting(owned),
    denyUndoing(owned, deployRole),
  ]);

/**
 * Policy of the bucket of decision records: those write whom the table lets, each key once, nobody deletes anything, and the
 * deployer alone writes definitions. Its tool can't say `If-None-Match`; what it writes there has a key that is made of the content. Those who
 * deploy versions read what the table says.
 */
export const recordPolicy = (
  table: readonly Grant[],
  owned: OwnedBucket,
  deployRole: string | undefined,
): PolicyDocument =>
  policyOf([
    denyPlainText("s3:*", wholeBucket(owned)),
    denyOtherWriters(table, owned, { NotResource: definitionsOf(owned) }),
    denyOverwriting(owned, { NotResource: definitionsOf(owned) }),
    ...(deployRole === undefined ? [] : [denyOtherDefinitions(owned, deployRole)]),
    denyUndoing(owned, deployRole),
    denyDeleting(owned),
    ...bucketAdmissions(table, owned),
  ]);

function wholeBucket({ bucket, partition }: OwnedBucket): string[] {
  const arn = bucketArn(partition, bucket);
  return [arn, `${arn}/*`];
}

const objectsOf = ({ bucket, partition }: OwnedBucket): string[] => [`${bucketArn(partition, bucket)}/*`];

const definitionsOf = ({ bucket, partition }: OwnedBucket): string[] => [
  `${bucketArn(partition, bucket)}/${DEFINITIONS_PREFIX}*`,
];

/** A request that names no encryption gets the bucket's own. */
const denyOtherEncryption = (owned: OwnedBucket): Statement => ({
  Sid: "DenyOtherEncryption",
  Effect: "Deny",
  Principal: "*",
  Action: ["s3:PutObject"],
  Resource: objectsOf(owned),
  Condition: {
    Null: { "s3:x-amz-server-side-encryption": "false" },
    StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
  },
});

/** An object under a carrier's own key could be closed to governance later. */
const denyOtherKey = (owned: OwnedBucket, keyArn: pulumi.Input<string>): Statement => ({
  Sid: "DenyOtherKey",
  Effect: "Deny",
  Principal: "*",
  Action: ["s3:PutObject"],
  Resource: objectsOf(owned),
  Condition: {
    Null: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "false" },
    StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn },
  },
});

/** Replication from a bucket of somebody's would be a write as well. */
const WRITE = ["s3:PutObject", "s3:ReplicateObject"];
type Of = Pick<Statement, "Resource" | "NotResource">;

/** An administrator of the account may all that this doesn't deny, and an access point's policy adds nothing to it. */
const denyOtherWriters = (
  table: readonly Grant[],
  owned: OwnedBucket,
  of: Of = { Resource: objectsOf(owned) },
): Statement => {
  const writers = table
    .filter(({ may, on }) => may.some((action) => WRITE.includes(action)) && on.some(isIn(owned)))
    .flatMap(({ who }) => who.map(({ arn }) => arn));
  return denyWriting("DenyOtherWriters", of, [...new Set(writers)]);
};

/** @param except who writes; ARNs of roles */
const denyWriting = (sid: string, of: Of, except: string | string[]): Statement => ({
  Sid: sid,
  Effect: "Deny",
  Principal: "*",
  Action: WRITE,
  ...of,
  Condition: { ArnNotEquals: { "aws:PrincipalArn": except } },
});

const isIn =
  ({ bucket }: OwnedBucket) =>
  (resource: Resource): boolean =>
    "bucket" in resource && resource.bucket === bucket;

/**
 * A PUT must say `If-None-Match: *`. Parts of a multipart upload can't and create no object by themselves, so they pass.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
const denyOverwriting = (owned: OwnedBucket, of: Of = { Resource: objectsOf(owned) }): Statement => ({
  Sid: "DenyOverwriting",
  Effect: "Deny",
  Principal: "*",
  Action: ["s3:PutObject"],
  ...of,
  Condition: { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
});

const denyOtherDefinitions = (owned: OwnedBucket, deployRole: string): Statement =>
  denyWriting("DenyOtherDefinitions", { Resource: definitionsOf(owned) }, deployRole);

const denyDeleting = (owned: OwnedBucket): Statement => ({
  Sid: "DenyDeleting",
  Effect: "Deny",
  Principal: "*",
  Action: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
  Resource: objectsOf(owned),
});

const denyUndoing = (owned: OwnedBucket, deployRole: string | undefined): Statement => ({
  Sid: "DenyUndoing",
  Effect: "Deny",
  Principal: "*",
  Action: [
    "s3:DeleteObjectVersion",
    "s3:BypassGovernanceRetention",
    "s3:PutBucketVersioning",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutReplicationConfiguration",
    // What expires by life cycle meets no policy.
    "s3:PutLifecycleConfiguration",
  ],
  Resource: wholeBucket(owned),
  ...(deployRole !== undefined && { Condition: { ArnNotEquals: { "aws:PrincipalArn": deployRole } } }),
});
