import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CloudTrailClient, DescribeTrailsCommand } from "@aws-sdk/client-cloudtrail";
import { ECRClient } from "@aws-sdk/client-ecr";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GetRoleCommand, IAMClient, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient, ListVersionsByFunctionCommand } from "@aws-sdk/client-lambda";
import { GetObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeModelPackageCommand, ListModelPackagesCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SNSClient } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import { keptPromptSetKey, recordKey, startMarkerKey } from "../src/contract/names";
import { type AccessRequest, decide } from "../src/local/access/decide";
import { SAMPLE_STACKS } from "../src/local/story";
import { type AttackedWorld, attackedWorld, scpsOn, WHO, type Who } from "./attacks/attack";
import { MemorySigner } from "./support/decide-world";
import { smallLedger } from "./support/ledger-world";
import { ARN, arnOf } from "./support/registered-version";
import { runGovernance } from "./support/run-governance";
import { bodyOf, sent } from "./support/sdk-answers";
import { requestFor } from "./support/sdk-requests";

const folder = mkdtempSync(path.join(tmpdir(), "governance-reading-"));
const OUTPUTS = path.join(folder, "outputs.json");
const CONFIG = SAMPLE_STACKS[0] ?? "";
const RECORDS = "mg-records-444455556666-us-east-1";
const TRAIL = "arn:aws:cloudtrail:us-east-1:444455556666:trail/all";
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [s3, kms, sagemaker] = [mockClient(S3Client), mockClient(KMSClient), mockClient(SageMakerClient)];
const [iam, sqs, lambda, trails] = [
  ...[mockClient(IAMClient), mockClient(SQSClient), mockClient(LambdaClient), mockClient(CloudTrailClient)],
] as const;
const others = [mockClient(ECRClient), mockClient(EventBridgeClient), mockClient(SNSClient)];
const sts = mockClient(STSClient);
const clients: Answering[] = [s3, kms, sagemaker, iam, sqs, lambda, trails, ...others];
type Answering = Parameters<typeof sent>[0] & { reset(): unknown; resolves(answer: object): unknown };

let world: AttackedWorld;
let keys: Readonly<Record<string, string>>;
beforeAll(async () => {
  world = await attackedWorld();
  const outputs = world.access.program.outputs.get("governance") ?? {};
  keys = outputs.madeArns as typeof keys;
  writeFileSync(OUTPUTS, JSON.stringify(outputs));
}, 300_000);
beforeEach(() => {
  for (const client of clients) client.reset();
  for (const client of clients) client.resolves({});
  sts.on(GetCallerIdentityCommand).resolves({ Account: "444455556666" });
});

/** Reading an encrypted object asks its key too. */
function withKey(request: Omit<AccessRequest, "principal">): Omit<AccessRequest, "principal">[] {
  const [, of, account] = /^arn:aws:s3:::mg-([a-z]+)-(\d{12})-us-east-1\//.exec(request.resource.arn) ?? [];
  if (of === undefined) return [request];
  const named: Record<string, string> = { records: "record-key", verdicts: "verdict-key", prompts: "language-key" };
  const key = keys[named[of] ?? `evidence-key-${account}`] ?? "";
  return [request, { action: "kms:Decrypt", resource: { arn: key, account: "444455556666" } }];
}

/** What AWS would refuse of all calls that were made, by the policies that are deployed and the organization's. */
async function refusedTo(who: Who): Promise<string[]> {
  const requests = clients
    .flatMap((client) => sent(client))
    .flatMap(([operation, input]) => withKey(requestFor(operation, input)));
  expect(requests.length).toBeGreaterThan(0);
  const decisions = await Promise.all(
    requests.map((request) =>
      decide({ ...request, principal: WHO[who] }, world.policies, { scps: scpsOn(who, world) }),
    ),
  );
  return decisions.flatMap(({ allowed, reason }) => (allowed ? [] : [reason]));
}

it("an auditor may make every call of governance doctor", async () => {
  iam.on(GetRoleCommand).resolves({ Role: { AssumeRolePolicyDocument: "{}" } as never });
  iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: ["own"] });
  sqs.on(GetQueueUrlCommand).callsFake(({ QueueName }) => ({ QueueUrl: `https://sqs/444455556666/${QueueName}` }));
  lambda.on(ListVersionsByFunctionCommand).resolves({ Versions: [{ Version: "$LATEST" }, { Version: "1" }] });
  trails.on(DescribeTrailsCommand).resolves({ trailList: [{ TrailARN: TRAIL }] });
  // Of a language model it is looked at whether its execution asked a person.
  const ModelPackageArn = arnOf("support-assistant/3");
  sagemaker
    .on(ListModelPackagesCommand, { ModelPackageGroupName: "support-assistant" })
    .resolves({ ModelPackageSummaryList: [{ ModelPackageArn, CreationTime: new Date(0) } as never] });
  const Key = startMarkerKey("support-assistant", 3, 1);
  s3.on(ListObjectsV2Command, { Prefix: "start-markers/support-assistant/" }).resolves({ Contents: [{ Key }] });
  s3.on(GetObjectCommand).callsFake(() => ({ Body: bodyOf("{}") }));
  const { out } = await runGovernance("doctor", "--config", CONFIG, "--outputs", OUTPUTS);
  expect(out).not.toMatch(/^NOT SEEN/m);
  expect(await refusedTo("auditor")).toEqual([]);
  for (const client of clients) expect(client.calls().length).toBeGreaterThan(0);
  expect(sent(sagemaker).map(([operation]) => operation)).toContain("ListPipelineExecutions");
  expect(sent(lambda)).toContainEqual(["GetPolicy", { FunctionName: "mg-decide", Qualifier: "1" }]);
}, 120_000);

it("an auditor may make every call of governance ledger fetch --evidence", async () => {
  const ledger = await smallLedger();
  const Versions = ledger.listed().map(({ key, versionId, writtenAt, bytes }) => ({
    ...{ Key: key, VersionId: versionId, LastModified: writtenAt, Size: bytes?.length ?? 0 },
  }));
  s3.on(ListObjectVersionsCommand).callsFake(({ Prefix = "" }) => ({
    Versions: Versions.filter(({ Key }) => Key.startsWith(Prefix)),
  }));
  s3.on(GetObjectCommand).callsFake(({ Bucket, Key, VersionId }) => {
    const own = ledger.kept.find(({ key, versionId }) => key === Key && versionId === VersionId)?.bytes;
    const bytes = (Bucket === RECORDS ? own : undefined) ?? ledger.cited.get(`s3://${Bucket}/${Key} ${VersionId}`);
    return { Body: bodyOf(bytes?.toString() ?? "") };
  });
  const copy = path.join(folder, "copy");
  const { status } = await runGovernance("ledger", "fetch", "--bucket", RECORDS, "--to", copy, "--evidence");
  expect(status).toBe(0);
  expect(await refusedTo("auditor")).toEqual([]);
}, 120_000);

it("an auditor reads which prompt sets a model was asked, and no more than a dev account the prompts", async () => {
  const client = new S3Client({ region: "us-east-1" });
  const Key = keptPromptSetKey("0".repeat(64));
  await client.send(new GetObjectCommand({ Bucket: RECORDS, Key, VersionId: "v1" }));
  expect(await refusedTo("auditor")).toEqual([]);
  expect(await refusedTo("dev admin")).not.toEqual([]);
  s3.reset();
  await client.send(new GetObjectCommand({ Bucket: RECORDS.replace("records", "prompts"), Key, VersionId: "v1" }));
  expect(await refusedTo("auditor")).not.toEqual([]);
  expect(await refusedTo("dev admin")).not.toEqual([]);
});

it.each<[Who, string, string[]]>([
  ["consumer", "credit-risk", []],
  ["auditor", "payment-fraud", []],
  ["consumer", "payment-fraud", ["s3:ListBucket", "s3:GetObject", "sagemaker:DescribeModelPackage"]],
])("of the calls of governance verify, %s for a version of %s is refused %j", async (who, group, refused) => {
  const arn = ARN.replace("credit-risk", group);
  s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: recordKey(group, 7, 1) }] });
  s3.on(GetObjectCommand).callsFake(() => ({ Body: bodyOf("{}") }));
  const { publicKey } = new MemorySigner();
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: publicKey.export({ type: "spki", format: "der" }) });
  const described = { ModelPackageArn: arn, ModelPackageStatus: "Completed", CreationTime: new Date() };
  sagemaker
    .on(DescribeModelPackageCommand)
    .resolves({ ...described, ModelApprovalStatus: "Approved", InferenceSpecification: {} } as never);
  // A record without a signature; all calls are made by then.
  const { status } = await runGovernance("verify", arn, "--outputs", OUTPUTS);
  expect(status).toBe(1);
  const made = [...sent(s3), ...sent(kms), ...sent(sagemaker)].map(([operation]) => operation).sort();
  expect(made).toEqual(["DescribeModelPackage", "GetObject", "GetPublicKey", "GetPublicKey", "ListObjectsV2"]);
  const reasons = await refusedTo(who);
  expect(reasons).toEqual(refused.map((action) => expect.stringContaining(` ${action} `)));
});
