import { type Link, replace, set, variable } from "../support/break-link";

const credit = "dev-credit";
const payments = "dev-payments";
const evidence = "evidence-111122223333";

/** From a dev account's bucket to its evidence bucket. */
export const CARRYING: readonly Link[] = [
  [
    "copy rule's prefix",
    { type: "EventRule", name: "copy", change: replace("eventPattern", "evidence/", "proof/") },
    /rule copy-\w+: detail\.object\.key is "evidence\//,
  ],
  [
    "copy queue's policy",
    { type: "QueuePolicy", name: "copy", change: replace("policy", /rule\/copy-\w+/, "rule/another") },
    /no policy that lets events\.amazonaws\.com in/,
  ],
  [
    "copy's evidence bucket",
    { type: "Function", name: "copy", change: variable("EVIDENCE_BUCKET", "mg-evidence") },
    /NoSuchBucket.*mg-evidence/,
  ],
  [
    "copy's bucket owner",
    { type: "Function", name: "copy", change: variable("EVIDENCE_BUCKET_OWNER", "111122223333") },
    /belongs to another account/,
  ],
  [
    "copy's prefixes",
    { type: "Function", name: "copy", change: variable("EVIDENCE_PREFIXES", '["proof/"]') },
    /didn't arrive in mg-evidence-111122223333-us-east-1; .*not under an evidence prefix/,
  ],
  [
    "copy's key",
    {
      type: "Function",
      name: "copy",
      change: variable("EVIDENCE_KEY_ARN", "arn:aws:kms:us-east-1:444455556666:key/none"),
    },
    /Function "copy": environment names key .*key\/none, which doesn't exist/,
  ],
  [
    "dev bucket's events",
    { type: "BucketNotification", name: "transfer", stack: credit, change: set("eventbridge", false) },
    /the bucket sends no events to EventBridge/,
  ],
  [
    "evidence bucket's principal",
    { type: "BucketPolicy", name: evidence, change: replace("policy", /role\/mg-copy-us-east-1/g, "role/ml-build") },
    /mg-copy-us-east-1 is not authorized to perform: s3:\w+ on resource: arn:aws:s3:::mg-evidence-111122223333/,
  ],
  [
    "evidence bucket's missing principal",
    { type: "BucketPolicy", name: evidence, change: replace("policy", /role\/mg-copy-us-east-1/g, "role/mg-copied") },
    /BucketPolicy "evidence-111122223333".*mg-copied, which doesn't exist/,
  ],
  [
    "evidence key's principal",
    { type: "Key", name: evidence, change: replace("policy", /role\/mg-copy-us-east-1/g, "role/ml-build") },
    /mg-copy-us-east-1 is not authorized to perform: kms:\w+ on resource: /,
  ],
  [
    "group policy's principal",
    {
      type: "ModelPackageGroupPolicy",
      name: "credit-risk",
      change: replace("resourcePolicy", /111122223333:role/g, "222233334444:role"),
    },
    /ml-build is not authorized to perform: sagemaker:CreateModelPackage on resource: \S+credit-risk/,
  ],
  [
    "replication's destination",
    {
      type: "BucketReplicationConfig",
      name: "transfer",
      stack: payments,
      change: (inputs) =>
        JSON.parse(JSON.stringify(inputs).replace("mg-evidence-222233334444", "mg-evidence-111122223333")),
    },
    /replication .*failed: .*mg-evidence-111122223333-us-east-1/,
  ],
  [
    "evidence bucket's lock",
    { type: "Bucket", name: evidence, change: set("objectLockEnabled", false) },
    /Bucket is missing Object Lock Configuration/,
  ],
  [
    "replication's role",
    {
      type: "Role",
      name: "replication",
      change: replace("assumeRolePolicy", "s3.amazonaws.com", "lambda.amazonaws.com"),
    },
    /Role "replication": its trust policy doesn't let s3\.amazonaws\.com act as it/,
  ],
];
