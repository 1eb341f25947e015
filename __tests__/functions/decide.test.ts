import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import {
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  DescribeModelPackageCommand,
  DescribePipelineDefinitionForExecutionCommand,
  DescribePipelineExecutionCommand,
  ListPipelineParametersForExecutionCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
} from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { writeEnvironment } from "../../src/contract/environment";
import { sha256, type VerdictRecord } from "../../src/core/verdict";
import { signDigest, signingKey } from "../../src/local/stand-in/kms/signing-key";
import { parseModelPackage } from "../../src/reports/model-package";
import { captureLog } from "../support/log-lines";
import { ARN, GROUPS } from "../support/registered-version";
import { awsError, bodyOf, sent } from "../support/sdk-answers";
import {
  approvedRecord,
  BUNDLE,
  EXECUTION,
  finding,
  IMAGE,
  POLICY,
  textOf,
  VERDICT_SIGNER,
} from "../support/verdict-record";

const [s3, sagemaker, sns] = [mockClient(S3Client), mockClient(SageMakerClient), mockClient(SNSClient)];
const kms = mockClient(KMSClient);
const keys = { records: signingKey("records"), revocations: signingKey("revocations"), verdicts: VERDICT_SIGNER };
const KEY = "arn:aws:kms:us-east-1:444455556666:key";
const PIPELINE = "arn:aws:sagemaker:us-east-1:444455556666:pipeline/model-governance-pipeline";
const DEFINITION = '{"Steps":[]}';
const log = captureLog();
/** Reads its environment as it is loaded. */
let handler: (event: unknown) => Promise<unknown>;

beforeAll(() => {
  Object.assign(
    process.env,
    writeEnvironment("decide", {
      GROUPS,
      GOVERNANCE_ACCOUNT: "444455556666",
      VERDICT_BUCKET: "verdicts",
      RECORD_BUCKET: "records",
      RECORD_KEY_ARN: `${KEY}/records`,
      FORMER_RECORD_KEY_ARNS: [],
      REVOCATION_KEY_ARN: `${KEY}/revocations`,
      FORMER_REVOCATION_KEY_ARNS: [],
      VERDICT_KEY_ARN: `${KEY}/verdicts`,
      FORMER_VERDICT_KEY_ARNS: [],
      PIPELINE_ARN: PIPELINE,
      LANGUAGE_GROUPS: [],
      OBSERVED_GROUPS: [],
      CUT_OVERS: {},
      START_ROLE_ARN: "arn:aws:iam::444455556666:role/ml/mg-start-us-east-1",
      RETENTION: { mode: "GOVERNANCE", days: 1 },
      NOTICE_TOPIC_ARN: "arn:aws:sns:us-east-1:444455556666:mg-notices",
      POLICY_DIGEST: POLICY,
      CHECKS_IMAGE_DIGEST: IMAGE,
    }),
  );
  ({ handler } = jest.requireActual("../../functions/decide/handler"));
});

const described = {
  ModelPackageArn: ARN,
  ModelPackageStatus: "Completed" as const,
  ModelApprovalStatus: "PendingManualApproval" as const,
  CreationTime: new Date("2027-03-01T09:00:00Z"),
};
const { fingerprint } = parseModelPackage(described);
const judged = (changed: Partial<VerdictRecord> = {}) =>
  textOf(approvedRecord({ registered: { ...approvedRecord().registered, fingerprint }, ...changed }));
const text = judged();
const args = {
  ModelPackageArn: ARN,
  Attempt: "1",
  JudgesAgain: "none",
  ExecutionId: EXECUTION,
  VerdictSha256: sha256(text),
};
const about = { modelPackageArn: ARN, executionId: EXECUTION };

beforeEach(() => {
  for (const mock of [s3, sagemaker, sns, kms]) mock.reset();
  log.lines = [];
  s3.on(GetObjectRetentionCommand).rejects(awsError("NoSuchObjectLockConfiguration"));
  kept(text);
  for (const [name, { publicKey }] of Object.entries(keys))
    kms.on(GetPublicKeyCommand, { KeyId: `${KEY}/${name}` }).resolves({ PublicKey: publicKey });
  kms
    .on(SignCommand, { KeyId: `${KEY}/records` })
    .callsFake(({ Message }) => ({ Signature: signDigest(keys.records, Message) }));
  sagemaker.on(DescribeModelPackageCommand).resolves(described);
  s3.on(HeadObjectCommand).resolves({});
  started();
});

/** AWS says this of the execution. */
function started(changed: Record<string, unknown> = {}): void {
  const of = { PipelineExecutionArn: `${PIPELINE}/execution/${EXECUTION}` };
  sagemaker.on(DescribePipelineExecutionCommand, of).resolves({
    ...of,
    PipelineArn: PIPELINE,
    PipelineExecutionStatus: "Executing",
    CreatedBy: { IamIdentity: { Arn: "arn:aws:sts::444455556666:assumed-role/mg-start-us-east-1/mg-start" } },
    ...changed,
  });
  const [first, ...others] = Object.entries({
    ...{ ModelPackageGroupName: "credit-risk", ModelPackageArn: ARN, Attempt: "1", JudgesAgain: "none" },
  }).map(([Name, Value]) => ({ Name, Value }));
  sagemaker.on(ListPipelineParametersForExecutionCommand, of).resolves({
    PipelineParameters: first === undefined ? [] : [first],
    NextToken: "2",
  });
  sagemaker
    .on(ListPipelineParametersForExecutionCommand, { ...of, NextToken: "2" })
    .resolves({ PipelineParameters: others });
  sagemaker.on(DescribePipelineDefinitionForExecutionCommand, of).resolves({ PipelineDefinition: DEFINITION });
}

/** The verdict bucket holds this checks.json, and the record bucket what was put there. */
function kept(verdict: string): void {
  const records = new Map<string, string>();
  s3.on(GetObjectCommand).rejects(awsError("NoSuchKey"));
  s3.on(PutObjectCommand, { Bucket: "records" }).callsFake(({ Key, Body }) => void records.set(Key, Body));
  s3.on(ListObjectsV2Command).callsFake(() => ({ Contents: [...records.keys()].map((Key) => ({ Key })) }));
  s3.on(GetObjectCommand, { Bucket: "records" }).callsFake(({ Key }) => ({ Body: bodyOf(records.get(Key) ?? "") }));
  const checks = `governance-pipeline/processor/${EXECUTION}/checks.json`;
  const written = () => ({ Body: bodyOf(verdict), VersionId: "v1" });
  s3.on(GetObjectCommand, { Bucket: "verdicts", Key: checks }).callsFake(written);
}

const DENIED = awsError("AccessDeniedException");
const updates = () => sent(sagemaker).filter(([operation]) => operation === "UpdateModelPackage");

it("writes the verdict of the execution to the registry", async () => {
  expect(await handler(args)).toEqual({ ApprovalStatus: "Approved", Effect: "set" });
  const verdict = { Bucket: "verdicts", Key: `governance-pipeline/processor/${EXECUTION}/checks.json` };
  const record = { Bucket: "records", Key: "records/credit-risk/7/1.json" };
  const definition = { Bucket: "records", Key: `definitions/${sha256(DEFINITION)}.json` };
  const judgedWith = [`policies/${POLICY}.json`, `bundles/${BUNDLE}.js`].map((Key) => ({ Bucket: "records", Key }));
  expect(sent(s3)).toMatchObject([
    ["HeadObject", { ...definition, ExpectedBucketOwner: "444455556666" }],
    ["GetObject", { ...verdict, ExpectedBucketOwner: "444455556666" }],
    ["ListObjectsV2", { Bucket: "records", Prefix: "records/credit-risk/7/", ExpectedBucketOwner: "444455556666" }],
    ["GetObjectRetention", { ...verdict, VersionId: "v1" }],
    ["GetObjectRetention", { Bucket: "evidence-111122223333", Key: "a.json", VersionId: "v1" }],
    ...judgedWith.map((of) => ["GetObjectRetention", of]),
    ["PutObjectRetention", { ...verdict, VersionId: "v1", Retention: { Mode: "GOVERNANCE" } }],
    ["PutObjectRetention", { Bucket: "evidence-111122223333", Key: "a.json", VersionId: "v1" }],
    ...judgedWith.map((of) => ["PutObjectRetention", { ...of, Retention: { Mode: "GOVERNANCE" } }]),
    ["PutObject", { Bucket: "verdicts", Key: `cited/${"3".repeat(64)}.json`, IfNoneMatch: "*" }],
    ["PutObject", { ...record, IfNoneMatch: "*" }],
    ["ListObjectsV2", { Bucket: "records" }],
    ["GetObject", { ...record, ExpectedBucketOwner: "444455556666" }],
    // Whether another record came, before the status is set and after.
    ["ListObjectsV2", { Bucket: "records" }],
    ["ListObjectsV2", { Bucket: "records" }],
  ]);
  expect(updates()).toMatchObject([
    ["UpdateModelPackage", { ModelPackageArn: ARN, ModelCard: {} }],
    ["UpdateModelPackage", { ModelPackageArn: ARN, ModelApprovalStatus: "Approved" }],
  ]);
  expect(log.lines).toEqual([expect.objectContaining({ level: "INFO", ...about })]);
});

it("tells people of a version that the policy leaves to them", async () => {
  const review = judged({ decision: "PendingManualApproval", findings: [finding({ outcome: "fail" })] });
  kept(review);
  expect(await handler({ ...args, VerdictSha256: sha256(review) })).toEqual({
    ApprovalStatus: "PendingManualApproval",
    Effect: "left for review",
  });
  expect(updates()).toEqual([
    [
      "UpdateModelPackage",
      { ModelPackageArn: ARN, ModelCard: { ModelCardContent: expect.any(String) }, ClientToken: expect.any(String) },
    ],
  ]);
  expect(sent(sns).map(([operation]) => operation)).toEqual(["Publish"]);
});

it.each<[string, () => void, object]>([
  ["a selective execution", () => started({ SelectiveExecutionConfig: { SelectedSteps: [] } }), {}],
  ["an execution whose creator isn't said", () => started({ CreatedBy: {} }), {}],
  ["a person's execution", () => started({ CreatedBy: { UserProfileName: "jane" } }), {}],
  ["a definition that nobody deployed", () => s3.on(HeadObjectCommand).rejects(awsError("NotFound")), {}],
  ["executions that it may not describe", () => sagemaker.on(DescribePipelineExecutionCommand).rejects(DENIED), {}],
  [
    "definitions that it may not read",
    () => sagemaker.on(DescribePipelineDefinitionForExecutionCommand).rejects(DENIED),
    {},
  ],
  ["another verdict", () => {}, { VerdictSha256: "0".repeat(64) }],
  ["no verdict", () => s3.on(GetObjectCommand).rejects(awsError("NoSuchKey")), {}],
  ["a denied verdict", () => s3.on(GetObjectCommand).rejects(awsError("AccessDenied")), {}],
  ["a conflict", () => sagemaker.on(UpdateModelPackageCommand).rejects(awsError("ConflictException")), {}],
])("fails the step for %s, and says which version", async (_, arrange, changed) => {
  arrange();
  await expect(handler({ ...args, ...changed })).rejects.toThrow();
  expect(updates().filter(([, input]) => "ModelApprovalStatus" in Object(input))).toEqual([]);
  expect(log.lines).toEqual([expect.objectContaining({ level: "ERROR", ...about })]);
});

it.each([undefined, {}, { ...args, VerdictSha256: "" }, { ...args, ExecutionId: 7 }])(
  "refuses arguments %j",
  async (event) => {
    await expect(handler(event)).rejects.toThrow(
      "the pipeline definition must pass ModelPackageArn, Attempt, JudgesAgain, ExecutionId, VerdictSha256",
    );
    expect(sent(s3)).toEqual([]);
  },
);
