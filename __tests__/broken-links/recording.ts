import { gone, type Link, replace, set, variable } from "../support/break-link";

const records = "mg-records-444455556666-us-east-1";

/** Records, checkpoints, and what the reconciler brings back. */
export const RECORDING: readonly Link[] = [
  [
    "record key's signer",
    {
      type: "Key",
      name: "record-signing",
      change: replace("policy", /role\/mg-decide-us-east-1/g, "role/mg-start-us-east-1"),
    },
    /mg-decide-us-east-1 is not authorized to perform: kms:Sign on resource: /,
  ],
  [
    "checkpoint key's signer",
    {
      type: "Key",
      name: "checkpoint-signing",
      change: replace("policy", /role\/mg-checkpoint-us-east-1/g, "role/mg-decide-us-east-1"),
    },
    /record .* is in none of 0 checkpoints.*mg-checkpoint-us-east-1 is not authorized to perform: kms:Sign/s,
  ],
  [
    "record key's kind",
    { type: "Key", name: "record-signing", change: set("keyUsage", "ENCRYPT_DECRYPT") },
    /Key "record-signing": keyUsage is "ENCRYPT_DECRYPT", expected SIGN_VERIFY/,
  ],
  [
    "decide's signing key",
    {
      type: "Function",
      name: "decide",
      change: variable("RECORD_KEY_ARN", "arn:aws:kms:us-east-1:444455556666:key/none"),
    },
    /Function "decide": environment names key .*key\/none, which doesn't exist/,
  ],
  [
    "record bucket's lock",
    { type: "BucketObjectLockConfiguration", name: "records", change: gone },
    /record s3:\/\/mg-records-\S+ isn't kept for 1 days/,
  ],
  [
    "record bucket's retention",
    {
      type: "BucketObjectLockConfiguration",
      name: "records",
      change: set("rule", { defaultRetention: { mode: "GOVERNANCE", days: 0 } }),
    },
    /BucketObjectLockConfiguration "records": rule\.defaultRetention: expected/,
  ],
  [
    "record bucket's policy",
    {
      type: "BucketPolicy",
      name: "records",
      change: replace("policy", '"s3:DeleteObject"', '"s3:DeleteObject","s3:PutObject"'),
    },
    new RegExp(
      `is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::${records}\\S+: denied by DenyDeleting`,
    ),
  ],
  [
    "decide's record bucket",
    { type: "Function", name: "decide", change: variable("RECORD_BUCKET", "records") },
    /NoSuchBucket.*records/,
  ],
  [
    "reconciler's schedule switched off",
    { type: "EventRule", name: "reconcile", change: set("state", "DISABLED") },
    /function \S+mg-reconcile hasn't run since the last decision.*rule reconcile-\w+: is disabled/s,
  ],
  [
    "checkpoints' schedule",
    { type: "EventRule", name: "checkpoint", change: set("scheduleExpression", "rate(15 minute)") },
    /EventRule "checkpoint": scheduleExpression rate\(15 minute\)/,
  ],
  [
    "checkpoints' target",
    { type: "EventTarget", name: "checkpoint", change: gone },
    /EventRule "checkpoint": has no target/,
  ],
  [
    "checkpoints' permission",
    { type: "Permission", name: "checkpoint", change: gone },
    /function:mg-checkpoint has no policy that lets events\.amazonaws\.com in for .*rule\/checkpoint/,
  ],
  [
    "reconciler's permission",
    { type: "Permission", name: "reconcile", change: replace("sourceArn", "rule/reconcile", "rule/other") },
    /mg-reconcile hasn't run since the last decision.*no policy that lets events\.amazonaws\.com in/s,
  ],
  [
    "reconciler's decide function",
    {
      type: "Function",
      name: "reconcile",
      change: variable("DECIDE_FUNCTION_ARN", undefined),
    },
    /environment of reconcile: DECIDE_FUNCTION_ARN missing/,
  ],
];
