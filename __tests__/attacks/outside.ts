import { APPROVED, type Attack, NEW_KEY, PENDING, type Who } from "./attack";

/** The bucket's own policy denies it, and none lets them in. */
const PUT = { does: "s3:PutObject", saying: NEW_KEY, deniedBy: ["DenyOtherWriters"], isAllowedByNone: true };
const RECORD = { ...PUT, on: "bucket records/records/*" };
const VERDICT = { ...PUT, on: "bucket verdicts/governance-pipeline/processor/*" };
const APPROVE = { does: "sagemaker:UpdateModelPackage", on: "versions of credit-risk", saying: APPROVED };
const BECOME_DECIDE = { does: "sts:AssumeRole", on: "role decide" };
const EVIDENCE = "bucket evidence-111122223333/*";

/** From accounts other than governance's. Nothing of it rests on the organization's policies. */
export const FROM_OUTSIDE: Partial<Record<Who, readonly Attack[]>> = {
  "dev admin": [
    { to: "approve a version", ...APPROVE, rightful: { who: "decide" } },
    { to: "swap a version's content", ...APPROVE, saying: {}, rightful: { who: "decide" } },
    {
      to: "register without the team's role",
      does: "sagemaker:CreateModelPackage",
      on: "versions of credit-risk",
      saying: PENDING,
      rightful: { who: "registrar" },
    },
    {
      to: "open a group to themselves",
      does: "sagemaker:PutModelPackageGroupPolicy",
      on: "model package group credit-risk",
      rightful: { who: "deployer" },
    },
    {
      to: "start the pipeline with parameters of their own",
      does: "sagemaker:StartPipelineExecution",
      on: "pipeline approval",
      rightful: { who: "start" },
    },
    {
      to: "replace the pipeline",
      does: "sagemaker:UpdatePipeline",
      on: "pipeline approval",
      rightful: { who: "deployer" },
    },
    {
      to: "have the deciding function decide",
      does: "lambda:InvokeFunction",
      on: "function decide:*",
      rightful: { who: "pipeline" },
    },
    {
      to: "replace the deciding function's code",
      does: "lambda:UpdateFunctionCode",
      on: "function decide",
      rightful: { who: "deployer" },
    },
    { to: "take on the deciding role", ...BECOME_DECIDE, rightful: { who: "Lambda" } },
    { to: "write a verdict", ...VERDICT, rightful: { who: "validate" } },
    { to: "write a record", ...RECORD, rightful: { who: "decide" } },
    {
      to: "say that a version was started",
      ...PUT,
      on: "bucket verdicts/start-markers/*",
      rightful: { who: "start" },
    },
    {
      to: "write evidence that was never theirs to copy",
      does: "s3:PutObject",
      on: EVIDENCE,
      rightful: { who: "copy" },
    },
    {
      to: "read what models will be asked",
      does: "s3:GetObject",
      on: "bucket prompts/prompt-sets/*",
      rightful: { who: "collect" },
    },
    { to: "open what models will be asked", does: "kms:Decrypt", on: "key language", rightful: { who: "collect" } },
    { to: "sign a record", does: "kms:Sign", on: "key record-signing", rightful: { who: "decide" } },
    { to: "forge the event of a version", does: "sqs:SendMessage", on: "queue start", rightful: { who: "reconcile" } },
    { to: "replace the checks' image", does: "ecr:PutImage", on: "repository checks", rightful: { who: "deployer" } },
    {
      to: "silence the rule that sees versions",
      does: "events:DisableRule",
      on: "rule start",
      rightful: { who: "deployer" },
    },
  ],
  registrar: [
    {
      to: "register as Approved",
      does: "sagemaker:CreateModelPackage",
      on: "versions of credit-risk",
      saying: APPROVED,
      rightful: { who: "registrar", saying: PENDING },
    },
    {
      to: "register without a status",
      does: "sagemaker:CreateModelPackage",
      on: "versions of credit-risk",
      rightful: { who: "registrar", saying: PENDING },
    },
    {
      to: "register in another team's group",
      does: "sagemaker:CreateModelPackage",
      on: "versions of payment-fraud",
      saying: PENDING,
      rightful: { who: "payments' registrar" },
    },
    {
      to: "approve their own version",
      ...APPROVE,
      rightful: { who: "decide" },
    },
  ],
  copy: [
    {
      to: "write another team's evidence",
      does: "s3:PutObject",
      on: "bucket evidence-222233334444/*",
      rightful: { who: "copy", on: EVIDENCE },
    },
    { to: "erase evidence", does: "s3:DeleteObjectVersion", on: EVIDENCE, rightful: { who: "deployer" } },
    {
      to: "hide evidence behind a delete marker",
      does: "s3:DeleteObject",
      on: EVIDENCE,
      rightful: { who: "deployer" },
    },
    {
      to: "shorten how long evidence is kept",
      does: "s3:PutObjectRetention",
      on: EVIDENCE,
      rightful: { who: "decide" },
    },
    {
      to: "write evidence that governance can't open later",
      does: "s3:PutObject",
      on: EVIDENCE,
      saying: { "s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:us-east-1:111122223333:key/theirs" },
      deniedBy: ["DenyOtherKey"],
      rightful: { who: "copy", saying: {} },
    },
    {
      to: "write evidence under S3's own key",
      does: "s3:PutObject",
      on: EVIDENCE,
      saying: { "s3:x-amz-server-side-encryption": "AES256" },
      deniedBy: ["DenyOtherEncryption"],
      rightful: { who: "copy", saying: { "s3:x-amz-server-side-encryption": "aws:kms" } },
    },
    {
      to: "send evidence in plain text",
      does: "s3:PutObject",
      on: EVIDENCE,
      saying: { "aws:SecureTransport": "false" },
      deniedBy: ["DenyPlainText"],
      rightful: { who: "copy", saying: {} },
    },
    { to: "write a verdict", ...VERDICT, rightful: { who: "validate" } },
    {
      to: "open its bucket to others",
      does: "s3:PutBucketPolicy",
      on: "bucket evidence-111122223333",
      rightful: { who: "deployer" },
    },
  ],
  replication: [
    {
      to: "replicate into another team's evidence",
      does: "s3:ReplicateObject",
      on: EVIDENCE,
      rightful: { who: "replication", on: "bucket evidence-222233334444/*" },
    },
    {
      to: "replicate a deletion",
      does: "s3:ReplicateDelete",
      on: "bucket evidence-222233334444/*",
      rightful: { who: "replication", does: "s3:ReplicateObject" },
    },
  ],
  consumer: [
    { to: "approve a version", ...APPROVE, rightful: { who: "decide" } },
    { to: "swap a version's content", ...APPROVE, saying: {}, rightful: { who: "decide" } },
    {
      to: "see another group's versions",
      does: "sagemaker:DescribeModelPackage",
      on: "versions of payment-fraud",
      rightful: { who: "consumer", on: "versions of credit-risk" },
    },
    {
      to: "read another group's records",
      does: "s3:GetObject",
      on: "bucket records/records/*",
      rightful: { who: "consumer", on: "bucket records/records/credit-risk/*" },
    },
    {
      to: "list another group's records",
      does: "s3:ListBucket",
      on: "bucket records",
      saying: { "s3:prefix": "records/payment-fraud/1/" },
      rightful: { who: "consumer", saying: { "s3:prefix": "records/credit-risk/1/" } },
    },
    { to: "write a record", ...RECORD, rightful: { who: "decide" } },
    { to: "sign a record", does: "kms:Sign", on: "key record-signing", rightful: { who: "decide" } },
  ],
  stranger: [
    { to: "approve a version", ...APPROVE, rightful: { who: "decide" } },
    { to: "write evidence", does: "s3:PutObject", on: EVIDENCE, rightful: { who: "copy" } },
    { to: "read records", does: "s3:GetObject", on: "bucket records/records/*", rightful: { who: "decide" } },
    { to: "take on the deciding role", ...BECOME_DECIDE, rightful: { who: "Lambda" } },
    { to: "run the checks' image", does: "ecr:BatchGetImage", on: "repository checks", rightful: { who: "collect" } },
  ],
};
