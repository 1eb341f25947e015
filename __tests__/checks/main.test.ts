import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { DescribeModelPackageCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { mockClient } from "aws-sdk-client-mock";
import { writeEnvironment } from "../../src/contract/environment";
import { sha256 } from "../../src/core/verdict";
import { parseVerdictRecord } from "../../src/ledger/verdict-record";
import { signDigest } from "../../src/local/stand-in/kms/signing-key";
import { captureLog } from "../support/log-lines";
import { ARN, CREDIT, GROUPS, SOURCES } from "../support/registered-version";
import { awsError, sent } from "../support/sdk-answers";
import { EXECUTION, IMAGE, VERDICT_SIGNER } from "../support/verdict-record";

const [s3, sagemaker, kms] = [mockClient(S3Client), mockClient(SageMakerClient), mockClient(KMSClient)];
const log = captureLog();
/** Reads its environment as it is loaded. */
let handler: (event: unknown) => Promise<unknown>;

beforeAll(() => {
  Object.assign(
    process.env,
    writeEnvironment("validate", {
      GROUPS,
      EVIDENCE_SOURCES: SOURCES,
      GOVERNANCE_ACCOUNT: "444455556666",
      VERDICT_BUCKET: "verdicts",
      RECORD_BUCKET: "records",
      VERDICT_KEY_ARN: "arn:aws:kms:us-east-1:444455556666:key/verdicts",
      CHECKS_IMAGE_DIGEST: IMAGE,
      LANGUAGE_GROUPS: [],
      PROMPT_BUCKET: "prompts",
      PROMPT_SETS: [],
    }),
  );
  ({ handler } = jest.requireActual("../../checks/main"));
});

const args = {
  ModelPackageGroupName: "credit-risk",
  Bucket: CREDIT.evidenceBucket,
  ModelPackageArn: ARN,
  Attempt: "1",
  ExecutionId: EXECUTION,
};
const KEY = `governance-pipeline/processor/${EXECUTION}/checks.json`;
const about = { modelPackageArn: ARN, executionId: EXECUTION };

beforeEach(() => {
  s3.reset();
  sagemaker.reset();
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: VERDICT_SIGNER.publicKey });
  kms.on(SignCommand).callsFake(({ Message }) => ({ Signature: signDigest(VERDICT_SIGNER, Message) }));
  log.lines = [];
  s3.on(GetObjectCommand).rejects(awsError("NoSuchKey"));
  s3.on(ListObjectVersionsCommand).resolves({});
  s3.on(HeadObjectCommand).rejects(awsError("NotFound"));
  s3.on(PutObjectCommand).resolves({});
  sagemaker.on(DescribeModelPackageCommand).resolves({
    ModelPackageArn: ARN,
    ModelPackageStatus: "Completed",
    ModelApprovalStatus: "PendingManualApproval",
    CreationTime: new Date("2027-03-01T09:00:00Z"),
    ModelMetrics: {
      ModelQuality: {
        Statistics: {
          ContentType: "application/json",
          S3Uri: `s3://${CREDIT.artifactBucket}/evidence/statistics.json`,
          ContentDigest: `sha256:${"a".repeat(64)}`,
        },
      },
    },
  });
});

const written = (bucket: string) =>
  sent(s3).flatMap(([operation, input]) =>
    operation === "PutObject" && Object(input).Bucket === bucket ? [Object(input)] : [],
  );

it("judges by the policy beside it, writes checks.json once, and gives back its digest", async () => {
  const outputs = await handler(args);
  const [put, ...others] = written("verdicts");
  expect(others).toEqual([]);
  expect(put).toMatchObject({ Bucket: "verdicts", Key: KEY, IfNoneMatch: "*", ExpectedBucketOwner: "444455556666" });
  expect(outputs).toEqual({ Decision: "Rejected", VerdictSha256: sha256(put.Body) });
  const { findings, ...record } = parseVerdictRecord(Buffer.from(put.Body));
  expect(record).toMatchObject({ decision: "Rejected", modelPackageArn: ARN, executionId: EXECUTION, evidence: [] });
  expect(findings.map(({ check, outcome }) => [check, outcome])).toContainEqual(["model-quality", "cannot-evaluate"]);
  expect(log.lines).toEqual([expect.objectContaining({ level: "INFO", ...about })]);
});

it("keeps its policy and its own bundle by their digests, once each", async () => {
  await handler(args);
  const kept = written("records").map(({ Key, Body, IfNoneMatch }) => [Key, sha256(Body), IfNoneMatch]);
  const [verdict] = written("verdicts");
  const { policy, checks } = parseVerdictRecord(Buffer.from(verdict.Body));
  expect(kept).toEqual([
    [`policies/${policy.digest}.json`, policy.digest, "*"],
    [`bundles/${checks.bundleSha256}.js`, checks.bundleSha256, "*"],
  ]);
});

it("sends its bucket's owner with every call", async () => {
  await handler(args);
  expect(sent(s3).length).toBeGreaterThan(2);
  for (const [, input] of sent(s3)) expect(input).toHaveProperty("ExpectedBucketOwner", "444455556666");
});

it("fails the step without a verdict where a call is denied, and says which version", async () => {
  s3.on(ListObjectVersionsCommand).rejects(awsError("AccessDenied"));
  await expect(handler(args)).rejects.toMatchObject({ name: "AccessDenied" });
  expect(written("verdicts")).toEqual([]);
  expect(log.lines).toEqual([expect.objectContaining({ level: "ERROR", ...about })]);
});

it("refuses arguments that the definition doesn't pass", async () => {
  await expect(handler({ ...args, Bucket: undefined })).rejects.toThrow("step arguments: Bucket missing or not a text");
});
