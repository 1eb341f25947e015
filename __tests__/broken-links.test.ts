import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { runFlow } from "../src/local/flow";
import { SAMPLE_STACKS, SCENES } from "../src/local/story";
import { type Break, broken, gone, replace, set, variable } from "./support/break-link";

let program: EvaluatedProgram;
beforeAll(async () => {
  program = await evaluateProgram(SAMPLE_STACKS);
}, 60_000);

/** A version for each way that evidence is carried. */
const EACH_WAY = SCENES.filter(({ sample }) => ["all-in-order", "fraud-in-order"].includes(sample));

const records = "mg-records-444455556666-us-east-1";
const credit = "dev-credit";
const payments = "dev-payments";
const evidence = "evidence-111122223333";

/** A declared link, how it is broken, and what the local run must name. */
const LINKS: readonly [link: string, change: Break, names: RegExp][] = [
  [
    "rule's detail type",
    { type: "EventRule", name: "start", change: replace("eventPattern", "State Change", "State Changed") },
    /rule invoke-model-approval-checks: detail-type is "SageMaker Model Package State Change"/,
  ],
  [
    "rule's approval status",
    { type: "EventRule", name: "start", change: replace("eventPattern", "PendingManualApproval", "Pending") },
    /rule invoke-model-approval-checks: detail\.ModelApprovalStatus is "PendingManualApproval", pattern wants "Pending"/,
  ],
  [
    "rule's operator",
    {
      type: "EventRule",
      name: "start",
      change: replace("eventPattern", '"PendingManualApproval"', '{"starts-with":"Pending"}'),
    },
    /starts-with/,
  ],
  [
    "rule switched off",
    { type: "EventRule", name: "start", change: set("state", "DISABLED") },
    /rule invoke-model-approval-checks: is disabled/,
  ],
  [
    "rule's target",
    { type: "EventTarget", name: "start", change: replace("arn", /start-\w+$/, "start-queue") },
    /EventTarget "start".*start-queue/,
  ],
  [
    "start queue's policy",
    { type: "QueuePolicy", name: "start", change: replace("policy", "invoke-model-approval-checks", "another-rule") },
    /no policy that lets events\.amazonaws\.com in for .*invoke-model-approval-checks/,
  ],
  [
    "start queue's redrive",
    { type: "Queue", name: "start", change: replace("redrivePolicy", "start-dead-letters", "lost-letters") },
    /Queue "start".*lost-letters/,
  ],
  [
    "start's queue mapping",
    { type: "EventSourceMapping", name: "start", change: replace("eventSourceArn", /start-\w+$/, "start-queue") },
    /EventSourceMapping "start".*start-queue/,
  ],
  [
    "start's queue mapping gone",
    { type: "EventSourceMapping", name: "start", change: gone },
    /message\(s\) left in .*:start-/,
  ],
  [
    "start's handler",
    { type: "Function", name: "start", change: set("handler", "main.handler") },
    /Function "start".*main\.handler/,
  ],
  ["start's role", { type: "Role", name: "start", change: gone }, /mg-start-us-east-1/],
  [
    "start's policy digest",
    { type: "Function", name: "start", change: variable("POLICY_DIGEST", undefined) },
    /environment of start: POLICY_DIGEST missing/,
  ],
  [
    "start's deadline",
    { type: "Function", name: "start", change: variable("EVIDENCE_DEADLINE_MINUTES", "soon") },
    /environment of start: EVIDENCE_DEADLINE_MINUTES missing or malformed/,
  ],
  [
    "start's pipeline",
    {
      type: "Function",
      name: "start",
      change: variable("PIPELINE_ARN", "arn:aws:sagemaker:us-east-1:444455556666:pipeline/other"),
    },
    /is not authorized to perform: sagemaker:\w+ on resource: \S+pipeline\/other/,
  ],
  [
    "start's verdict bucket",
    { type: "Function", name: "start", change: variable("VERDICT_BUCKET", "verdicts") },
    /NoSuchBucket.*verdicts/,
  ],
  [
    "start's own queue",
    {
      type: "Function",
      name: "start",
      change: variable("QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/444455556666/none"),
    },
    /444455556666\/none/,
  ],
  [
    "start's groups",
    { type: "Function", name: "start", change: variable("GROUPS", '{"credit-risks":["111122223333"]}') },
    /no execution was started/,
  ],
  [
    "pipeline's parameter",
    {
      type: "Pipeline",
      name: "approval",
      change: replace("pipelineDefinition", '"Name":"ModelPackageGroupName"', '"Name":"GroupName"'),
    },
    /Parameters\.ModelPackageGroupName, which isn't there/,
  ],
  [
    "pipeline's step output",
    {
      type: "Pipeline",
      name: "approval",
      change: replace("pipelineDefinition", "OutputParameters['VerdictSha256']", "OutputParameters['VerdictDigest']"),
    },
    /UpdateModelStatusStep refers to .*VerdictDigest/,
  ],
  [
    "pipeline's declared output",
    {
      type: "Pipeline",
      name: "approval",
      change: replace("pipelineDefinition", '"OutputName":"Decision"', '"OutputName":"Verdict"'),
    },
    /returned no String as Verdict/,
  ],
  [
    "pipeline's step argument",
    { type: "Pipeline", name: "approval", change: replace("pipelineDefinition", '"ExecutionId":', '"Execution":') },
    /step arguments: ExecutionId missing/,
  ],
  [
    "pipeline's step function",
    {
      type: "Pipeline",
      name: "approval",
      change: replace("pipelineDefinition", "function:mg-validate", "function:mg-judge"),
    },
    /is not authorized to perform: lambda:InvokeFunction on resource: \S+mg-judge/,
  ],
  [
    "pipeline's role",
    { type: "Pipeline", name: "approval", change: replace("roleArn", "mg-pipeline", "mg-pipelines") },
    /mg-pipelines-us-east-1/,
  ],
  [
    "validate's image",
    { type: "Function", name: "validate", change: replace("imageUri", /sha256:../, "sha256:00") },
    /Function "validate".*image .* doesn't exist/,
  ],
  [
    "validate's image digest",
    { type: "Function", name: "validate", change: variable("CHECKS_IMAGE_DIGEST", "sha256:00") },
    /checks\.imageDigest: found sha256:00/,
  ],
  [
    "validate's sources",
    { type: "Function", name: "validate", change: variable("EVIDENCE_SOURCES", "[]") },
    /Bucket: found mg-evidence-\d+-us-east-1, expected/,
  ],
  [
    "validate's groups",
    { type: "Function", name: "validate", change: variable("GROUPS", "{}") },
    /group credit-risk isn't configured/,
  ],
  [
    "decide's policy digest",
    { type: "Function", name: "decide", change: variable("POLICY_DIGEST", "0".repeat(64)) },
    /policy\.digest: found .* it decides nothing/,
  ],
  [
    "decide's verdict bucket",
    { type: "Function", name: "decide", change: variable("VERDICT_BUCKET", "mg-evidence-111122223333-us-east-1") },
    /mg-decide-us-east-1 is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::mg-evidence-/,
  ],
  [
    "decide's topic variable",
    { type: "Function", name: "decide", change: variable("NOTICE_TOPIC_ARN", undefined) },
    /environment of decide: NOTICE_TOPIC_ARN missing/,
  ],
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
    "evidence bucket's lock",
    { type: "Bucket", name: evidence, change: set("objectLockEnabled", false) },
    /Bucket is missing Object Lock Configuration/,
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

describe("the local run fails on a broken link, and names it", () => {
  it.each(LINKS)("%s", async (_, change, names) => {
    const { broken: found } = await runFlow(broken(program, change), { seed: 1, scenes: EACH_WAY });
    expect(found.join("\n")).toMatch(names);
  });
});

it("finds nothing broken in the program as it is", async () => {
  expect((await runFlow(program, { seed: 1, scenes: EACH_WAY })).broken).toEqual([]);
});

it("has at least twenty links", () => {
  expect(LINKS.length).toBeGreaterThanOrEqual(20);
});
