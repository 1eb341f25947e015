import { ANY_KEY, APPROVED, type Attack, NEW_KEY, type Who } from "./attack";

const VERDICTS = "bucket verdicts/governance-pipeline/processor/*";
const RECORDS = "bucket records/records/*";
const VERSIONS = "versions of credit-risk";

/** Steps that were taken over, and roles of people, held without the organization's policies. */
export const FROM_ROLES: Partial<Record<Who, readonly Attack[]>> = {
  validate: [
    {
      to: "approve a version",
      does: "sagemaker:UpdateModelPackage",
      on: VERSIONS,
      saying: APPROVED,
      rightful: { who: "decide" },
    },
    { to: "write a record", does: "s3:PutObject", on: RECORDS, saying: NEW_KEY, rightful: { who: "decide" } },
    {
      to: "sign a record",
      does: "kms:Sign",
      on: "key record-signing",
      rightful: { who: "decide" },
    },
    {
      to: "replace a verdict",
      does: "s3:PutObject",
      on: VERDICTS,
      saying: ANY_KEY,
      deniedBy: ["DenyOverwriting"],
      rightful: { who: "validate", saying: NEW_KEY },
    },
    {
      to: "replace the policy that a record cites",
      does: "s3:PutObject",
      on: "bucket records/policies/*",
      saying: ANY_KEY,
      deniedBy: ["DenyOverwriting"],
      rightful: { who: "validate", saying: NEW_KEY },
    },
    {
      to: "replace what a record says that a model was asked",
      does: "s3:PutObject",
      on: "bucket records/prompt-sets/*",
      saying: ANY_KEY,
      deniedBy: ["DenyOverwriting"],
      rightful: { who: "validate", saying: NEW_KEY },
    },
    {
      to: "write what a model answered",
      does: "s3:PutObject",
      on: "bucket verdicts/inference/*",
      saying: NEW_KEY,
      rightful: { who: "collect" },
    },
    {
      to: "say that a version was started",
      does: "s3:PutObject",
      on: "bucket verdicts/start-markers/*",
      saying: NEW_KEY,
      rightful: { who: "start" },
    },
    {
      to: "write evidence for itself",
      does: "s3:PutObject",
      on: "bucket evidence-111122223333/*",
      rightful: { who: "copy" },
    },
    {
      to: "have the deciding function decide",
      does: "lambda:InvokeFunction",
      on: "function decide:*",
      rightful: { who: "pipeline" },
    },
    {
      to: "start an execution of its own",
      does: "sagemaker:StartPipelineExecution",
      on: "pipeline approval",
      rightful: { who: "start" },
    },
  ],
  decide: [
    {
      to: "sign a checkpoint that hides a record",
      does: "kms:Sign",
      on: "key checkpoint-signing",
      rightful: { who: "checkpoint" },
    },
    {
      to: "rewrite a record",
      does: "s3:PutObject",
      on: RECORDS,
      saying: ANY_KEY,
      deniedBy: ["DenyOverwriting"],
      rightful: { who: "decide", saying: NEW_KEY },
    },
    {
      to: "write a policy beside those that it keeps",
      does: "s3:PutObject",
      on: "bucket records/policies/*",
      saying: NEW_KEY,
      rightful: { who: "validate" },
    },
    {
      to: "write the verdict that it then believes",
      does: "s3:PutObject",
      on: VERDICTS,
      saying: NEW_KEY,
      rightful: { who: "validate" },
    },
  ],
  reconcile: [
    {
      to: "approve a version itself",
      does: "sagemaker:UpdateModelPackage",
      on: VERSIONS,
      saying: APPROVED,
      rightful: { who: "decide" },
    },
    {
      to: "start an execution itself",
      does: "sagemaker:StartPipelineExecution",
      on: "pipeline approval",
      rightful: { who: "start" },
    },
  ],
  reviewer: [
    {
      to: "approve a version themselves",
      does: "sagemaker:UpdateModelPackage",
      on: VERSIONS,
      saying: APPROVED,
      rightful: { who: "decide" },
    },
    {
      to: "write the other person's request",
      does: "s3:PutObject",
      on: "bucket verdicts/requests/*",
      saying: NEW_KEY,
      deniedBy: ["DenyOtherWriters"],
      isAllowedByNone: true,
      rightful: { who: "decide" },
    },
    {
      to: "forge the event of a version",
      does: "sqs:SendMessage",
      on: "queue start",
      rightful: { who: "reconcile" },
    },
  ],
  auditor: [
    {
      to: "approve a version",
      does: "sagemaker:UpdateModelPackage",
      on: VERSIONS,
      saying: APPROVED,
      rightful: { who: "decide" },
    },
    { to: "sign a record", does: "kms:Sign", on: "key record-signing", rightful: { who: "decide" } },
    {
      to: "write a record",
      does: "s3:PutObject",
      on: RECORDS,
      saying: NEW_KEY,
      deniedBy: ["DenyOtherWriters"],
      isAllowedByNone: true,
      rightful: { who: "decide" },
    },
    {
      to: "write evidence under its key",
      does: "kms:GenerateDataKey",
      on: "key evidence-111122223333",
      rightful: { who: "copy" },
    },
    {
      to: "delete evidence that it has read",
      does: "s3:DeleteObjectVersion",
      on: "bucket evidence-111122223333/*",
      rightful: { who: "deployer" },
    },
    { to: "read a function's code", does: "lambda:GetFunction", on: "function decide", rightful: { who: "deployer" } },
  ],
};
