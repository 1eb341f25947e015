import { gone, type Link, replace, set, variable } from "../support/break-link";

/** From the registry's event to the decide step. */
export const DECIDING: readonly Link[] = [
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
];
