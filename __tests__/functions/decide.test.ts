import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeModelPackageCommand, SageMakerClient, UpdateModelPackageCommand } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { writeEnvironment } from "../../src/contract/environment";
import { sha256 } from "../../src/core/verdict";
import { captureLog } from "../support/log-lines";
import { ARN, GROUPS } from "../support/registered-version";
import { awsError, bodyOf, sent } from "../support/sdk-answers";
import { approvedRecord, EXECUTION, finding, IMAGE, POLICY, textOf } from "../support/verdict-record";

const [s3, sagemaker, sns] = [mockClient(S3Client), mockClient(SageMakerClient), mockClient(SNSClient)];
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
      NOTICE_TOPIC_ARN: "arn:aws:sns:us-east-1:444455556666:mg-notices",
      POLICY_DIGEST: POLICY,
      CHECKS_IMAGE_DIGEST: IMAGE,
    }),
  );
  ({ handler } = jest.requireActual("../../functions/decide/handler"));
});

const text = textOf(approvedRecord());
const args = { ModelPackageArn: ARN, ExecutionId: EXECUTION, VerdictSha256: sha256(text) };
const about = { modelPackageArn: ARN, executionId: EXECUTION };

beforeEach(() => {
  for (const mock of [s3, sagemaker, sns]) mock.reset();
  log.lines = [];
  s3.on(GetObjectCommand).callsFake(() => ({ Body: bodyOf(text) }));
  sagemaker.on(DescribeModelPackageCommand).resolves({
    ModelPackageArn: ARN,
    ModelPackageStatus: "Completed",
    ModelApprovalStatus: "PendingManualApproval",
    CreationTime: new Date("2027-03-01T09:00:00Z"),
  });
});

const updates = () => sent(sagemaker).filter(([operation]) => operation === "UpdateModelPackage");

it("writes the verdict of the execution to the registry", async () => {
  expect(await handler(args)).toEqual({ ApprovalStatus: "Approved", Effect: "set" });
  expect(sent(s3)).toEqual([
    [
      "GetObject",
      {
        Bucket: "verdicts",
        Key: `governance-pipeline/processor/${EXECUTION}/checks.json`,
        ExpectedBucketOwner: "444455556666",
      },
    ],
  ]);
  expect(updates()).toMatchObject([["UpdateModelPackage", { ModelPackageArn: ARN, ModelApprovalStatus: "Approved" }]]);
  expect(log.lines).toEqual([expect.objectContaining({ level: "INFO", ...about })]);
});

it("tells people of a version that the policy leaves to them", async () => {
  const review = textOf(
    approvedRecord({ decision: "PendingManualApproval", findings: [finding({ outcome: "fail" })] }),
  );
  s3.on(GetObjectCommand).callsFake(() => ({ Body: bodyOf(review) }));
  expect(await handler({ ...args, VerdictSha256: sha256(review) })).toEqual({
    ApprovalStatus: "PendingManualApproval",
    Effect: "left for review",
  });
  expect([updates(), sent(sns).map(([operation]) => operation)]).toEqual([[], ["Publish"]]);
});

it.each<[string, () => void, object]>([
  ["another verdict", () => {}, { VerdictSha256: "0".repeat(64) }],
  ["no verdict", () => s3.on(GetObjectCommand).rejects(awsError("NoSuchKey")), {}],
  ["a denied verdict", () => s3.on(GetObjectCommand).rejects(awsError("AccessDenied")), {}],
  ["a conflict", () => sagemaker.on(UpdateModelPackageCommand).rejects(awsError("ConflictException")), {}],
])("fails the step for %s, and says which version", async (_, arrange, changed) => {
  arrange();
  await expect(handler({ ...args, ...changed })).rejects.toThrow();
  expect(log.lines).toEqual([expect.objectContaining({ level: "ERROR", ...about })]);
});

it.each([undefined, {}, { ...args, VerdictSha256: "" }, { ...args, ExecutionId: 7 }])(
  "refuses arguments %j",
  async (event) => {
    await expect(handler(event)).rejects.toThrow(
      "the pipeline definition must pass ModelPackageArn, ExecutionId, VerdictSha256",
    );
    expect(sent(s3)).toEqual([]);
  },
);
