import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { DescribeModelPackageCommand, ListModelPackagesCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { parseModelPackage } from "../../../src/reports/model-package";
import { decide } from "../../../src/stages/decide";
import { revoke } from "../../../src/stages/revoke";
import { DECIDE_SETTINGS, decideWorld, MemorySigner, NOW } from "../../support/decide-world";
import { ARN } from "../../support/registered-version";
import { asked, REVOKE_SETTINGS } from "../../support/revoke-world";
import { runGovernance } from "../../support/run-governance";
import { awsError, bodyOf } from "../../support/sdk-answers";
import { approvedRecord, textOf } from "../../support/verdict-record";

const s3 = mockClient(S3Client);
const sagemaker = mockClient(SageMakerClient);
const sqs = mockClient(SQSClient);
const kms = mockClient(KMSClient);
const root = mkdtempSync(path.join(tmpdir(), "governance-verify-"));
const [DECISIONS, REVOCATIONS] = [path.join(root, "records.pem"), path.join(root, "revocations.pem")];
const OUTPUTS = path.join(root, "outputs.json");
const KEY_ARN = "arn:aws:kms:us-east-1:444455556666:key/records";
afterAll(() => rmSync(root, { recursive: true, force: true }));

const described = {
  ...{ ModelPackageArn: ARN, ModelPackageStatus: "Completed", CreationTime: NOW },
  InferenceSpecification: { Containers: [{ Image: "image", ImageDigest: "sha256:aa" }] },
};
let world: ReturnType<typeof decideWorld>["ports"];
let changed: Record<string, unknown>;

beforeEach(async () => {
  for (const mock of [s3, sagemaker, sqs, kms]) mock.reset();
  changed = {};
  const version = parseModelPackage({ ...described, ModelApprovalStatus: "PendingManualApproval" });
  const verdict = approvedRecord();
  const registered = { ...verdict.registered, fingerprint: version.fingerprint };
  const made = decideWorld(textOf({ ...verdict, registered }), version);
  world = made.ports;
  await decide(made.args, world, DECIDE_SETTINGS, NOW);
  writeFileSync(DECISIONS, world.signer.publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(REVOCATIONS, new MemorySigner().publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(OUTPUTS, JSON.stringify({ recordBucket: "records", revocationQueueUrl: "https://queue/revocations" }));
  s3.on(ListObjectsV2Command).callsFake(() => ({ Contents: [...world.records.bodies.keys()].map((Key) => ({ Key })) }));
  s3.on(GetObjectCommand).callsFake(({ Key }) => ({ Body: bodyOf(world.records.bodies.get(Key) ?? "") }));
  sagemaker.on(DescribeModelPackageCommand).callsFake(async () => {
    const now = await world.registry.describe(ARN);
    const CustomerMetadataProperties = Object.fromEntries(now?.customerMetadata ?? []);
    return { ...described, ModelApprovalStatus: now?.approvalStatus, CustomerMetadataProperties, ...changed };
  });
  sagemaker.on(ListModelPackagesCommand).resolves({
    ModelPackageSummaryList: [{ ModelPackageArn: ARN, CreationTime: NOW, ModelPackageStatus: "Completed" }],
  } as never);
  kms.on(GetPublicKeyCommand, { KeyId: KEY_ARN }).callsFake(() => ({
    PublicKey: world.signer.publicKey.export({ type: "spki", format: "der" }),
  }));
});

const verify = (...args: string[]) => runGovernance("verify", ARN, "--bucket", "records", ...args);

describe("governance verify", () => {
  it.each([
    ["with keys in files", () => ["--trusted-key", DECISIONS, "--revocation-key", REVOCATIONS]],
    ["with a key of KMS", () => ["--key-arn", KEY_ARN]],
  ])("%s says that a version holds", async (_, keys) => {
    const { status, out } = await verify(...keys());
    expect(out).toMatch(/^Holds: credit-risk version 7\n {2}records {3}holds: 1 of it/);
    expect(status).toBe(0);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["changed", { InferenceSpecification: { Containers: [{ Image: "other" }] } }, /content {3}BROKEN: changed since/],
    ["no longer Approved", { ModelApprovalStatus: "Rejected" }, /status {4}BROKEN: Rejected/],
  ])("ends with 1 where it was %s", async (_, change, expected) => {
    changed = change;
    const { status, out } = await verify("--trusted-key", DECISIONS);
    expect([status, out]).toEqual([1, expect.stringMatching(expected)]);
    const asJson = await verify("--trusted-key", DECISIONS, "--format", "json");
    expect(JSON.parse(asJson.out)).toMatchObject({ schemaVersion: 1, modelPackageArn: ARN, holds: false });
  });

  it.each<[string, () => unknown]>([
    ["the version", () => sagemaker.on(DescribeModelPackageCommand).rejects(awsError("AccessDeniedException"))],
    ["the list of records", () => s3.on(ListObjectsV2Command).rejects(awsError("AccessDenied"))],
    ["a record", () => s3.on(GetObjectCommand).rejects(awsError("AccessDenied"))],
  ])("ends with 2 where AWS refuses %s", async (_, refuse) => {
    refuse();
    expect(await verify("--trusted-key", DECISIONS)).toMatchObject({ status: 2, out: "" });
  });

  it("takes bucket and keys from the stack's outputs, where nothing else is given", async () => {
    const printed = { recordBucket: "records", recordKeyArns: [KEY_ARN], revocationKeyArns: [KEY_ARN] };
    writeFileSync(OUTPUTS, JSON.stringify({ verify: printed }));
    const { status, out } = await runGovernance("verify", ARN, "--outputs", OUTPUTS);
    expect([status, out]).toEqual([0, expect.stringMatching(/^Holds/)]);
    expect(kms.commandCalls(GetPublicKeyCommand).map(({ args }) => args[0].input)).toEqual([{ KeyId: KEY_ARN }]);
    const [list] = s3.commandCalls(ListObjectsV2Command);
    expect(list?.args[0].input).toMatchObject({ Bucket: "records", ExpectedBucketOwner: "444455556666" });
    kms.reset();
    const files = ["--trusted-key", DECISIONS, "--revocation-key", REVOCATIONS];
    expect(await runGovernance("verify", ARN, "--outputs", OUTPUTS, ...files)).toMatchObject({ status: 0 });
    expect(kms.calls()).toEqual([]);
  });

  it.each<[string, unknown]>([
    ["outputs of another release", { recordBucket: "records" }],
    ["keys that are none", { verify: { recordBucket: "records", recordKeyArns: [], revocationKeyArns: [KEY_ARN] } }],
  ])("refuses %s", async (_, outputs) => {
    writeFileSync(OUTPUTS, JSON.stringify(outputs));
    const { status, err } = await runGovernance("verify", ARN, "--outputs", OUTPUTS);
    expect([status, err]).toEqual([2, expect.stringMatching(/outputs.json: output verify is missing or malformed/)]);
  });

  it("ends with 2 without a bucket", async () => {
    const { status, err } = await runGovernance("verify", ARN, "--trusted-key", DECISIONS);
    expect([status, err]).toEqual([2, expect.stringContaining("expected --outputs, or --bucket and keys")]);
  });

  it("ends with 2 without a key to believe", async () => {
    const { status, err } = await verify();
    expect([status, err]).toEqual([2, expect.stringContaining("give --outputs, --trusted-key PEM, or --key-arn ARN")]);
  });
});

describe("governance revoke", () => {
  const ask = (...args: string[]) =>
    runGovernance("revoke", ARN, "--reason", "leaks names", "--outputs", OUTPUTS, ...args);

  it("says what would be served, and asks for nothing without --yes", async () => {
    const { status, out } = await ask();
    expect(out).toContain("No other version of credit-risk is Approved");
    expect([status, sqs.calls()]).toEqual([0, []]);
  });

  it("with --yes asks, and shows the record", async () => {
    const signer = new MemorySigner();
    sqs.on(SendMessageCommand).callsFake(async ({ QueueUrl, MessageBody }) => {
      expect(QueueUrl).toBe("https://queue/revocations");
      const recordKeys = async () => ({ decisions: await world.signer.trusted(), revocations: await signer.trusted() });
      const ports = { ...world, signer, recordKeys, overview: { versions: async () => [] } };
      await revoke(JSON.parse(MessageBody).revoke, asked("m-1"), ports, REVOKE_SETTINGS, NOW);
      return { MessageId: "m-1" };
    });
    const { status, out } = await ask("--yes");
    expect(out).toMatch(/Rejected at .*, asked by ann: Revoked: leaks names\nrecord records\/credit-risk\/7\/2\.json/);
    expect(status).toBe(0);
  });

  it("doesn't ask for a version that isn't Approved", async () => {
    changed = { ModelApprovalStatus: "Rejected" };
    const { status, out } = await ask("--yes");
    expect([status, sqs.calls()]).toEqual([1, []]);
    expect(out).toContain("only what is Approved is revoked");
  });
});
