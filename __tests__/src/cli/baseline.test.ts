import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { DescribeModelPackageCommand, ListModelPackagesCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { parseModelPackage } from "../../../src/reports/model-package";
import { review } from "../../../src/stages/review";
import { NOW } from "../../support/decide-world";
import { arnOf } from "../../support/registered-version";
import { REVIEW_SETTINGS, REVIEWER, ReviewWorld } from "../../support/review-world";
import { runGovernance } from "../../support/run-governance";
import { awsError, bodyOf } from "../../support/sdk-answers";

// Nobody waits between two looks.
jest.mock("node:timers/promises", () => ({ setTimeout: async () => {} }));

const s3 = mockClient(S3Client);
const sagemaker = mockClient(SageMakerClient);
const sqs = mockClient(SQSClient);
const root = mkdtempSync(path.join(tmpdir(), "governance-baseline-"));
const OUTPUTS = path.join(root, "outputs.json");
afterAll(() => rmSync(root, { recursive: true, force: true }));

const TAKEN_OVER = { observedGroups: ["payment-fraud"], cutOvers: { "credit-risk": "2026-11-20T10:15:41Z" } };
const SETTINGS = {
  ...{ partition: "aws", account: "444455556666", region: "us-east-1", ...TAKEN_OVER },
  ...{ requestQueueUrl: "https://queue/requests", recordBucket: "records" },
};

/** Versions of credit-risk, as SageMaker describes them; the last is registered after the cut-over. */
let described: Record<string, unknown>[];
let ports: ReviewWorld["ports"];

beforeEach(async () => {
  for (const mock of [s3, sagemaker, sqs]) mock.reset();
  described = ["Approved", "Rejected", "PendingManualApproval", "Approved"].map((ModelApprovalStatus, at) => ({
    ...{ ModelPackageArn: arnOf(`credit-risk/${at + 1}`), ModelPackageStatus: "Completed", ModelApprovalStatus },
    CreationTime: new Date(at < 3 ? "2026-11-20T10:15:40Z" : "2026-11-20T10:15:41Z"),
    InferenceSpecification: { Containers: [{ Image: `image-${at}`, ImageDigest: "sha256:aa" }] },
  }));
  ({ ports } = await ReviewWorld.judged());
  for (const one of described) ports.registry.set(parseModelPackage(one));
  writeFileSync(OUTPUTS, JSON.stringify({ review: SETTINGS }));
  sagemaker.on(ListModelPackagesCommand).callsFake((input) => ({
    ModelPackageSummaryList: described.filter(
      ({ ModelApprovalStatus }) =>
        input.ModelPackageGroupName === "credit-risk" && ModelApprovalStatus === input.ModelApprovalStatus,
    ),
  }));
  sagemaker
    .on(DescribeModelPackageCommand)
    .callsFake(({ ModelPackageName }) => described.find(({ ModelPackageArn }) => ModelPackageArn === ModelPackageName));
  s3.on(ListObjectsV2Command).callsFake(() => ({ Contents: [...ports.records.bodies.keys()].map((Key) => ({ Key })) }));
  s3.on(GetObjectCommand).callsFake(({ Key }) => ({ Body: bodyOf(ports.records.bodies.get(Key) ?? "") }));
  let messages = 0;
  sqs.on(SendMessageCommand).callsFake(async ({ QueueUrl, MessageBody }) => {
    expect(QueueUrl).toBe("https://queue/requests");
    messages += 1;
    const sent = { messageId: `m${messages}`, senderId: `${REVIEWER}:bob`, sentAt: NOW };
    await review(MessageBody, sent, ports, { ...REVIEW_SETTINGS, ...TAKEN_OVER }, NOW);
    return { MessageId: sent.messageId };
  });
});

const baseline = (...args: string[]) => runGovernance("baseline", "credit-risk", "--outputs", OUTPUTS, ...args);
const fingerprintOf = (at: number) => parseModelPackage(described[at] ?? {}).fingerprint;

it("shows what would be recorded, and asks for nothing", async () => {
  const { status, out } = await baseline();
  expect(out.split("\n")).toEqual([
    "credit-risk: what was registered before 2026-11-20T10:15:41Z",
    `      1  Approved               ${fingerprintOf(0)}  to be recorded`,
    `      2  Rejected               ${fingerprintOf(1)}  to be recorded`,
    `      3  PendingManualApproval  ${fingerprintOf(2)}  to be recorded`,
    expect.stringMatching(/^3 versions \(.*\): 3 to be recorded, 0 have a record\. 1 more/),
    "Nothing was asked for yet; add --write to have it recorded.",
    "",
  ]);
  expect([status, sqs.calls().length, ports.records.bodies.size]).toEqual([0, 0, 0]);
});

it("with --write has each recorded, and a repeat asks for nothing more", async () => {
  const { status, out } = await baseline("--write", "--reason", "MR-112");
  expect([status, out]).toEqual([0, expect.stringMatching(/\nrecorded 3 of 3\n$/)]);
  expect([...ports.records.bodies.keys()]).toEqual([1, 2, 3].map((one) => `records/credit-risk/${one}/1.json`));
  expect(ports.records.bodies.get("records/credit-risk/2/1.json")).toContain(
    '"reason":"Rejected before this ledger; recorded as bob asked (MR-112)"',
  );
  expect(await baseline("--write")).toMatchObject({ status: 0, out: expect.stringContaining("0 to be recorded, 3 ") });
  expect([sqs.calls().length, ports.registry.changes]).toEqual([3, []]);
});

it("says what is otherwise than in its baseline", async () => {
  await baseline("--write");
  const before = fingerprintOf(0);
  described[0] = { ...described[0], ModelApprovalStatus: "Rejected", SourceUri: "https://example.com/other" };
  const { status, out } = await baseline();
  expect([status, out]).toEqual([
    0,
    expect.stringContaining(`otherwise than in records/credit-risk/1/1.json: Approved, ${before}`),
  ]);
  expect(out).toContain("  as in records/credit-risk/2/1.json\n");
});

it("ends with 1, and names them, where versions have none in time", async () => {
  sqs.on(SendMessageCommand).resolves({ MessageId: "m" });
  expect(await baseline("--write", "--wait", "0")).toMatchObject({
    status: 1,
    out: expect.stringContaining("No baseline yet of 3: versions 1, 2, 3.\n"),
  });
});

it.each<[string, () => unknown]>([
  ["the list of versions", () => sagemaker.on(ListModelPackagesCommand).rejects(awsError("AccessDeniedException"))],
  ["the list of records", () => s3.on(ListObjectsV2Command).rejects(awsError("AccessDenied"))],
  ["a request", () => sqs.on(SendMessageCommand).rejects(awsError("AccessDenied"))],
])("ends with 2 where AWS refuses %s", async (_, refuse) => {
  refuse();
  expect((await baseline("--write")).status).toBe(2);
});

it.each<[string, object | undefined, string, RegExp]>([
  [
    "a group that was never others'",
    SETTINGS,
    "other",
    /has no cut-over, and isn't observed; expected one of credit-risk, payment-fraud/,
  ],
  ["outputs of a stack without reviewers", undefined, "credit-risk", /output review is missing/],
  [
    "outputs of a former release",
    { ...SETTINGS, cutOvers: undefined },
    "credit-risk",
    /output review: cutOvers missing/,
  ],
  [
    "outputs with a cut-over that is no time",
    { ...SETTINGS, cutOvers: { a: "soon" } },
    "credit-risk",
    /cutOvers missing or malformed/,
  ],
])("ends with 2 for %s", async (_, settings, group, why) => {
  writeFileSync(OUTPUTS, JSON.stringify({ review: settings }));
  const { status, err } = await runGovernance("baseline", group, "--outputs", OUTPUTS, "--write");
  expect([status, err, sqs.calls().length]).toEqual([2, expect.stringMatching(why), 0]);
});
