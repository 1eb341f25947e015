import { createS3 } from "../../../../../src/local/stand-in/s3";
import type { Caller } from "../../../../../src/local/stand-in/service";
import {
  ARTIFACTS,
  bucketResources,
  EVIDENCE,
  keyArn,
  REPLICATION_RULE,
  replication,
} from "../../../../support/buckets";
import { as, caller, DEV, declared, GOVERNANCE, policy, refusal, surroundings } from "../../../../support/surroundings";

const team = as(DEV, "team");
const of = { Bucket: EVIDENCE, Key: "evidence/report.json" };
const put = { ...of, Body: "{}" };
const source = `${ARTIFACTS}/evidence/report.json`;

describe("S3 refuses", () => {
  it.each<[string, Caller, string, Record<string, unknown>, RegExp]>([
    ["a bucket that isn't there", team, "PutObject", { ...put, Bucket: "gone" }, /^NoSuchBucket: .*gone/],
    ["another owner", team, "PutObject", { ...put, ExpectedBucketOwner: DEV }, /^AccessDenied: .*another account/],
    [
      "another owner of the source",
      team,
      "CopyObject",
      { ...of, CopySource: source, ExpectedSourceBucketOwner: GOVERNANCE },
      /^AccessDenied: .*another account/,
    ],
    [
      "a stranger",
      as(DEV, "stranger"),
      "PutObject",
      put,
      /^AccessDenied: .*evidence-governance doesn't let .*stranger/,
    ],
    ["another Region", as(DEV, "team", "eu-west-1"), "PutObject", put, /^PermanentRedirect: .*is in us-east-1/],
    ["a missing key", team, "GetObject", { ...of, Key: "none" }, /^NoSuchKey: .*none/],
    ["a missing version", team, "GetObject", { ...of, VersionId: "none" }, /^NoSuchVersion/],
    ["a missing source", team, "CopyObject", { ...of, CopySource: `${ARTIFACTS}/none` }, /^NoSuchKey/],
    [
      "a changed source",
      team,
      "CopyObject",
      { ...of, CopySource: source, CopySourceIfMatch: '"0"' },
      /^PreconditionFailed: The copy source has another ETag/,
    ],
    [
      "a KMS key that isn't there",
      team,
      "PutObject",
      { ...put, ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyArn(GOVERNANCE, "none") },
      /^KMS.NotFoundException: .*key\/[0-9a-f-]{36} does not exist in us-east-1/,
    ],
    [
      "a KMS key whose policy doesn't let the caller in",
      as(GOVERNANCE, "start"),
      "PutObject",
      { ...put, ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyArn(DEV, "dev-key") },
      /^AccessDenied: .*policy of key .*111122223333:key\/.* let .*role\/start in/,
    ],
    ["a KMS key without its encryption", team, "PutObject", { ...put, SSEKMSKeyId: "x" }, /^InvalidArgument/],
    ["more metadata than fits", team, "PutObject", { ...put, Metadata: { a: "x".repeat(2048) } }, /^MetadataTooLarge/],
    ["a key too long", team, "PutObject", { ...put, Key: "é".repeat(513) }, /^KeyTooLong/],
    ["a PUT above 5 GB", team, "PutObject", { ...put, Body: { syntheticSize: 5 * 1024 ** 3 + 1 } }, /^EntityTooLarge/],
    ["an unknown field", team, "PutObject", { ...put, ACL: "private" }, /^UnknownToStandIn: PutObject: input ACL/],
    ["an unknown operation", team, "PutObjectAcl", put, /^UnknownToStandIn: S3 PutObjectAcl/],
    ["an unknown condition", team, "PutObject", { ...put, IfNoneMatch: '"x"' }, /^UnknownToStandIn/],
  ])("%s", async (_, who, operation, input, refused) => {
    const s3 = createS3(surroundings(bucketResources()).around);
    await caller(s3, team)("PutObject", { Bucket: ARTIFACTS, Key: "evidence/report.json", Body: "{}" });
    await caller(s3, team)("PutObject", put);
    expect(await refusal(caller(s3, who)(operation, input))).toMatch(refused);
  });
});

const versioning = (bucket: string, status: string) =>
  declared("s3/bucketVersioning:BucketVersioning", "again", { bucket, versioningConfiguration: { status } });
const denying = (statement: Record<string, unknown>) =>
  declared("s3/bucketPolicy:BucketPolicy", "denying", {
    bucket: ARTIFACTS,
    policy: policy({ Effect: "Deny", Principal: "*", Action: "s3:*", ...statement }),
  });
const withoutOwner = () => {
  const { account: _, ...destination } = REPLICATION_RULE.destination;
  return replication({ ...REPLICATION_RULE, destination });
};

describe("a declaration is refused for", () => {
  it.each<[string, ReturnType<typeof declared>, RegExp]>([
    ["a bucket that isn't there", versioning("gone", "Enabled"), /bucket gone doesn't exist/],
    ["a setting made twice", versioning(ARTIFACTS, "Suspended"), /overwrites what artifacts-dev has already/],
    ["a bucket name", declared("s3/bucket:Bucket", "x", { bucket: "No" }, { id: "No" }), /No is no bucket name/],
    ["a policy about something else", denying({ Resource: "arn:aws:s3:::other/*" }), /Policy has invalid resource/],
    ["an unknown input", declared("s3/bucket:Bucket", "x", { acl: "private" }, { id: "bucket" }), /doesn't know acl/],
    [
      "a notification of another event",
      declared("s3/bucketNotification:BucketNotification", "x", {
        bucket: EVIDENCE,
        queues: [{ id: "x", queueArn: "x", events: ["s3:ObjectCreated:*"] }],
      }),
      /UnknownToStandIn.*s3:ObjectCreated:\*/,
    ],
    [
      "a replica's bucket that isn't there",
      replication({
        ...REPLICATION_RULE,
        destination: { ...REPLICATION_RULE.destination, bucket: "arn:aws:s3:::gone" },
      }),
      /destination bucket gone doesn't exist/,
    ],
    ["a replica's owner without an account", withoutOwner(), /needs the destination's account/],
    [
      "a replica's key without its selection",
      replication({ ...REPLICATION_RULE, sourceSelectionCriteria: {} }),
      /sseKmsEncryptedObjects and .*replicaKmsKeyId need each other/,
    ],
    ["an unknown part of a rule", replication({ ...REPLICATION_RULE, prefix: "x" }), /UnknownToStandIn.*rule's prefix/],
  ])("%s", async (_, resource, refused) => {
    const { around } = surroundings([...bucketResources(), resource]);
    expect(await refusal(Promise.resolve().then(() => createS3(around)))).toMatch(refused);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["that is about the key", { Resource: `arn:aws:s3:::${ARTIFACTS}/closed/*` }, /denies s3:PutObject/],
    ["that is about another key", { Resource: `arn:aws:s3:::${ARTIFACTS}/other/*` }, /no refusal/],
    ["of another action", { Resource: `arn:aws:s3:::${ARTIFACTS}/*`, Action: ["s3:DeleteObject*"] }, /no refusal/],
    [
      "but for one role",
      {
        Resource: `arn:aws:s3:::${ARTIFACTS}/*`,
        Condition: { ArnNotEquals: { "aws:PrincipalArn": team.principal } },
      },
      /no refusal/,
    ],
    [
      "of plain text",
      { Resource: `arn:aws:s3:::${ARTIFACTS}/*`, Condition: { Bool: { "aws:SecureTransport": "false" } } },
      /no refusal/,
    ],
  ])("a call meets a denial %s", async (_, statement, answer) => {
    const s3 = createS3(surroundings([...bucketResources(), denying(statement)]).around);
    const closed = { Bucket: ARTIFACTS, Key: "closed/x", Body: "" };
    expect(await refusal(caller(s3, team)("PutObject", closed))).toMatch(answer);
  });
});
