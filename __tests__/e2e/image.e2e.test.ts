import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { CreateKeyCommand, KMSClient, type KMSClientConfig } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { evidenceBucketName, recordBucketName, verdictBucketName, verdictKey } from "../../src/contract/names";
import { parseVerdictRecord } from "../../src/ledger/verdict-record";
import { evaluateProgram } from "../../src/local/evaluate-program";
import { readSample, type SampleVersion } from "../../src/local/sample-versions";
import { parseDefinition } from "../../src/local/stand-in/sagemaker/definition";
import { type JobTemplate, jobOf } from "../../src/local/stand-in/sagemaker/processing-step";
import { SAMPLE_VERSIONS } from "../../src/local/story";
import { processingStacks } from "../support/processing-stacks";
import { CONTAINER_PROGRAMS, Containers, NOBODY } from "./containers";
import { freePort, stopped } from "./processes";
import { eventually, missing, say } from "./tools";

const absent = missing(...CONTAINER_PROGRAMS, "fakecloud");
if (absent.length > 0) say(`the image in a container: skipped, since ${absent.join(", ")} isn't on PATH`);

const GOVERNANCE = { partition: "aws", region: "us-east-1", account: "444455556666" };
const EVIDENCE = evidenceBucketName("mg", "111122223333", GOVERNANCE.region);
const VERDICTS = verdictBucketName("mg", GOVERNANCE);
const RECORDS = recordBucketName("mg", GOVERNANCE);
const KEYS = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
const project = path.join(__dirname, "..", "..");

/** What AWS is here: S3 and KMS from an emulator, and SageMaker's description of the samples' versions. */
interface Endpoints {
  s3: S3Client;
  variables: Readonly<Record<string, string>>;
  /** When SageMaker was last asked for a description. */
  described(): number;
}

(absent.length > 0 ? describe.skip : describe)("the checks' image, run as SageMaker Processing runs it", () => {
  const endings: (() => unknown)[] = [];
  let folder: string;
  let containers: Containers;
  let container: string;
  let digest: string;
  let job: JobTemplate;
  let aws: Endpoints;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "image-e2e-"));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    containers = await Containers.start(folder);
    endings.push(() => containers.stop());
    digest = await pushedImage(containers);
    container = await containers.from(`mg/checks@${digest}`);
    job = await deployedJob(folder, digest);
    aws = await endpoints(folder, endings);
  }, 120_000);
  afterAll(async () => {
    // One that fails must not keep the others from ending.
    for (const end of endings.toReversed())
      await Promise.resolve()
        .then(end)
        .catch((error) => say(String(error)));
  }, 30_000);

  /** Runs the deployed definition's job for a sample in SageMaker's file layout. */
  async function run(
    sample: SampleVersion,
    ExecutionId: string,
    change: Readonly<Record<string, string | undefined>> = {},
  ) {
    const {
      entrypoint,
      arguments: args,
      environment,
    } = jobOf(job, {
      parameters: new Map([
        ["ModelPackageGroupName", sample.group],
        ["Bucket", EVIDENCE],
        ["ModelPackageArn", String(sample.described.ModelPackageArn)],
        ["Attempt", "1"],
      ]),
      execution: { PipelineExecutionId: ExecutionId },
      outputs: new Map(),
    });
    const ml = processingLayout(mkdtempSync(path.join(folder, "ml-")), { entrypoint, args });
    const all = Object.entries({ ...environment, ...KEYS, ...aws.variables, ...change });
    const variables = all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
    const command = [...entrypoint, ...args];
    const ended = await containers.run(container, { command, environment: Object.fromEntries(variables), ml });
    return { ...ended, ml };
  }

  const written = async (ExecutionId: string) => {
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: VERDICTS, Key: verdictKey(ExecutionId) }));
    return parseVerdictRecord((await Body?.transformToByteArray()) ?? new Uint8Array());
  };
  const message = ({ ml }: { ml: string }) => readFileSync(path.join(ml, "output", "message"), "utf8");

  it.each([
    ["all-in-order", "Approved"],
    ["biased-by-age", "Rejected"],
  ])(
    "judges %s from its pinned reports and writes checks.json",
    async (name, decision) => {
      const sample = readSample(SAMPLE_VERSIONS, name);
      const begun = Date.now();
      const ended = await run(sample, `judges-${name}`);
      expect(ended).toMatchObject({ code: 0 });
      say(
        `cold start: ${aws.described() - begun} ms until it describes the version, ${Date.now() - begun} ms until it ended`,
      );
      const record = await written(`judges-${name}`);
      expect(record).toMatchObject({
        decision,
        modelPackageArn: sample.described.ModelPackageArn,
        checks: { imageDigest: digest },
      });
      expect(record.evidence).toHaveLength(sample.reports.length);
      expect(message(ended)).toBe("");
    },
    60_000,
  );

  it("leaves checks.json as it is when the job runs again", async () => {
    const sample = readSample(SAMPLE_VERSIONS, "all-in-order");
    expect([(await run(sample, "again")).code, (await run(sample, "again")).code]).toEqual([0, 0]);
    const { Versions } = await aws.s3.send(
      new ListObjectVersionsCommand({ Bucket: VERDICTS, Prefix: verdictKey("again") }),
    );
    expect(Versions).toHaveLength(1);
  }, 60_000);

  it.each([
    ["a bucket that isn't there", { VERDICT_BUCKET: "mg-none" }, /NoSuchBucket/],
    ["an environment in part", { GROUPS: "{" }, /environment of validate: GROUPS missing or malformed/],
    ["no Region", { AWS_REGION: undefined }, /Region is missing/],
  ])(
    "fails with %s, and its exit message says so",
    async (_, change, reason) => {
      const ended = await run(readSample(SAMPLE_VERSIONS, "all-in-order"), "fails", change);
      expect(ended.code).toBe(1);
      expect(message(ended)).toMatch(reason);
      await expect(written("fails")).rejects.toThrow();
    },
    60_000,
  );
});

/** Builds and pushes the image with the project's own command, onto a base with this machine's Node.js; its digest. */
async function pushedImage(containers: Containers): Promise<string> {
  const registry = `http://${containers.host}`;
  const base = await containers.pushBase("lambda/nodejs");
  const options = ["--push", `${registry}/mg/checks`, "--base-registry", registry, "--base-image", base];
  const command = ["run", "--silent", "image", "--", ...options];
  const { stdout } = await promisify(execFile)("npm", command, { cwd: project });
  for (const line of stdout.split("\n").filter((text) => /^(our layer|whole image)/.test(text))) say(line);
  const [pushed] = /sha256:[0-9a-f]{64}$/.exec(stdout.trim()) ?? [];
  if (pushed === undefined) throw new Error(`npm run image printed no digest: ${stdout}`);
  return pushed;
}

/** What the program's own definition creates the validate step's job with. */
async function deployedJob(folder: string, imageDigest: string): Promise<JobTemplate> {
  const { resources } = await evaluateProgram(processingStacks(folder, imageDigest).slice(0, 1));
  const pipeline = resources.find(({ type }) => type === "aws:sagemaker/pipeline:Pipeline");
  const [step] = parseDefinition(String(pipeline?.inputs.pipelineDefinition), "the pipeline").steps;
  if (step?.kind !== "Processing") throw new Error("the validate step is no Processing job");
  return step.job;
}

/** What SageMaker puts into a Processing container's /opt/ml. */
function processingLayout(
  ml: string,
  { entrypoint, args }: { entrypoint: readonly string[]; args: readonly string[] },
) {
  for (const name of ["config", "input", "output", "processing"]) mkdirSync(path.join(ml, name));
  const config = { AppSpecification: { ContainerEntrypoint: entrypoint, ContainerArguments: args } };
  writeFileSync(path.join(ml, "config", "processingjobconfig.json"), JSON.stringify(config));
  const hosts = { current_host: "algo-1", hosts: ["algo-1"] };
  writeFileSync(path.join(ml, "config", "resourceconfig.json"), JSON.stringify(hosts));
  writeFileSync(path.join(ml, "output", "message"), "");
  chmodSync(ml, 0o755);
  for (const name of ["output", "output/message"]) chownSync(path.join(ml, name), NOBODY, NOBODY);
  return ml;
}

async function endpoints(folder: string, endings: (() => unknown)[]): Promise<Endpoints> {
  const port = await freePort();
  const s3Url = `http://127.0.0.1:${port}`;
  const { account, region } = GOVERNANCE;
  const environment = { ...process.env, FAKECLOUD_ADDR: `127.0.0.1:${port}`, TMPDIR: folder };
  const options = ["--account-id", account, "--region", region];
  const emulator: ChildProcess = spawn("fakecloud", options, { stdio: "ignore", env: environment });
  endings.push(() => stopped(emulator));
  await eventually("the emulator to listen", () => fetch(s3Url).catch(() => undefined), 20);
  const credentials = { accessKeyId: KEYS.AWS_ACCESS_KEY_ID, secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY };
  const s3 = new S3Client({ endpoint: s3Url, region, credentials, forcePathStyle: true });
  endings.push(() => s3.destroy());
  await putEvidence(s3);
  let last = 0;
  const server = describingVersions(() => {
    last = Date.now();
  });
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: sageMakerPort } = server.address() as AddressInfo;
  const variables = {
    AWS_ENDPOINT_URL_S3: s3Url,
    AWS_ENDPOINT_URL_KMS: s3Url,
    VERDICT_KEY_ARN: await signingKey({ endpoint: s3Url, region, credentials }),
    AWS_ENDPOINT_URL_SAGEMAKER: `http://127.0.0.1:${sageMakerPort}`,
  };
  return { s3, variables, described: () => last };
}

async function signingKey(of: KMSClientConfig): Promise<string> {
  const kms = new KMSClient(of);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }));
  kms.destroy();
  return KeyMetadata?.Arn ?? "";
}

const SAMPLES = ["all-in-order", "biased-by-age"];

async function putEvidence(s3: S3Client): Promise<void> {
  for (const Bucket of [EVIDENCE, VERDICTS, RECORDS]) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    const enabled = { Bucket, VersioningConfiguration: { Status: "Enabled" as const } };
    await s3.send(new PutBucketVersioningCommand(enabled));
  }
  for (const { reports } of SAMPLES.map((name) => readSample(SAMPLE_VERSIONS, name))) {
    for (const { key, bytes } of reports)
      await s3.send(new PutObjectCommand({ Bucket: EVIDENCE, Key: key, Body: bytes }));
  }
}

/** SageMaker as far as it describes the samples' versions: AWS JSON 1.1, times in seconds. */
function describingVersions(asked: () => void): Server {
  const byArn = new Map(
    SAMPLES.map((name) => readSample(SAMPLE_VERSIONS, name).described).map((one) => [one.ModelPackageArn, one]),
  );
  return createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { ModelPackageName } = JSON.parse(Buffer.concat(chunks).toString());
    const found = byArn.get(ModelPackageName);
    const known = request.headers["x-amz-target"] === "SageMaker.DescribeModelPackage" && found !== undefined;
    asked();
    const CreationTime = Date.parse(String(found?.CreationTime)) / 1000;
    const body = known ? { ...found, CreationTime } : { __type: "ValidationException" };
    response.writeHead(known ? 200 : 400, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
}
