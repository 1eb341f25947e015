import { randomBytes } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  GetBucketReplicationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import {
  CreateModelPackageCommand,
  type CreateModelPackageCommandInput,
  DescribeModelPackageCommand,
} from "@aws-sdk/client-sagemaker";
import { artifactBucketName, bucketArn, modelPackageGroupArn } from "../../src/contract/names";
import { sha256 } from "../../src/core/verdict";
import { evaluateProgram } from "../../src/local/evaluate-program";
import { type FlowVersion, runFlow } from "../../src/local/flow";
import { readSample, type SampleVersion } from "../../src/local/sample-versions";
import type { BusEvent } from "../../src/local/stand-in/service";
import { SAMPLE_STACKS, SAMPLE_VERSIONS, SCENES } from "../../src/local/story";
import { ATTEMPTS } from "./attempts";
import { CREDIT, type Deployment, deployment, evidence, GOVERNANCE, PAYMENTS } from "./deployment";
import { verifiedLedger } from "./ledger";
import { eventually, missing, say } from "./tools";

const absent = missing("pulumi", "fakecloud");
if (absent.length > 0) say(`skipped, a real deployment: ${absent.join(" and ")} not on PATH`);
const suite = absent.length > 0 ? describe.skip : describe;

/** What the emulator can't show, and the tests of the local run that do. */
const NOT_SHOWN = [
  "SageMaker's own permissions and registry (the stand-in answers in its place): __tests__/flow.test.ts, __tests__/src/local",
  "objects that S3 replication carries (its rules are compared): __tests__/flow.test.ts",
  "language models (the emulator runs neither Processing jobs nor endpoints): __tests__/flow.test.ts",
  "ExpectedBucketOwner (the emulator ignores it): __tests__/src/adapters, __tests__/flow.test.ts",
];
if (absent.length === 0) for (const what of NOT_SHOWN) say(`not shown here: ${what}`);

const MINUTES = 60_000;
const artifacts = `mg-artifacts-${CREDIT}-${GOVERNANCE.region}`;

/** A description up to the place of the full result, which has the execution's id in it. */
const withoutUri = (description: string | undefined): string | undefined => description?.replace(/s3:\/\/\S+$/, "");

/**
 * What only the emulator sees changed: it forgets a mapping's scalingConfig and a permission's source, and says that an
 * image function has a handler and a runtime, and forgets a reservation. A permission is replaced with its function too, which is its provider's way.
 */
const EMULATORS_OWN =
  /EventSourceMapping \w+ \[scalingConfig\]|Function validate \[(handler, )?(qualifiedArn, qualifiedInvokeArn, )?runtime(, version)?\]|Function checkpoint \[reservedConcurrentExecutions\]|aws:lambda\/permission:Permission/;

/** What goes with another version of validate, which the emulator's answers make: its definitions, and who runs them. */
const OF_ANOTHER_VERSION =
  /BucketObjectv2 approval(-language)?-definition|Pipeline approval(-language)? \[pipelineDefinition\]/;
const isOurs = (one: string): boolean => !EMULATORS_OWN.test(one) && !OF_ANOTHER_VERSION.test(one);

/**
 * What `verify` says where so many records are all in checkpoints. How many of those there are is the schedule's, which
 * the emulator keeps: it calls the writer by itself too.
 */
const allCovered = (records: number): RegExp =>
  new RegExp(`^The ledger holds: ${records} records, [1-9]\\d* checkpoints, 1 policies and 1 bundles\\.`);

/** Without the fields. */
const resourceOf = (changed: string): string => changed.replace(/ \[.*\]$/, "");

const STRANGE_EVENTS = [
  "approved-re-emit",
  "rejected",
  "other-group",
  "lifecycle-change",
  "status-in-progress",
  "status-failed",
];

/** A recorded event about that version; an event of another group keeps its own. */
function eventOf(name: string, arn: string) {
  const file = path.join(__dirname, "..", "fixtures", "events", `model-package-state-change.${name}.json`);
  const event: BusEvent = JSON.parse(readFileSync(file, "utf8"));
  const about = name.startsWith("other") ? event.resources : [arn];
  const detail = name.startsWith("other") ? event.detail : { ...event.detail, ModelPackageArn: arn };
  return { ...event, account: GOVERNANCE.account, region: GOVERNANCE.region, resources: about, detail };
}

const letting = (account: string, Action: string, Resource?: string[]) => ({
  ...{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: [Action] },
  ...(Resource && { Resource }),
});

/** Of a key that exists: its account, and who deploys versions, as preview asks for. */
const KEY_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Sid: "Account", ...letting(GOVERNANCE.account, "kms:*", ["*"]) },
    { Sid: "Deploys", ...letting("777788889999", "kms:GetPublicKey", ["*"]) },
  ],
});

/** The repository of images that the sample dev account names: it exists before, and governance may pull from it. */
async function makeTeamsRepository({ emulator }: Deployment): Promise<void> {
  const repositoryName = "credit-risk-serve";
  const policyText = JSON.stringify({ Version: "2012-10-17", Statement: [letting(GOVERNANCE.account, "ecr:*")] });
  const call = (operation: string, body: object) =>
    emulator.json(CREDIT, GOVERNANCE.region, "ecr", `AmazonEC2ContainerRegistry_V20150921.${operation}`, body);
  await call("CreateRepository", { repositoryName });
  await call("SetRepositoryPolicy", { repositoryName, policyText });
}

/** Messages in start's queue, waiting or being worked on. */
async function depth({ emulator, startQueueUrl }: Deployment): Promise<number> {
  const body = { QueueUrl: startQueueUrl(), AttributeNames: ["All"] };
  const answer = await emulator.json(
    GOVERNANCE.account,
    GOVERNANCE.region,
    "sqs",
    "AmazonSQS.GetQueueAttributes",
    body,
  );
  const counts = Object.entries(Object(answer.Attributes)).filter(([name]) => name.startsWith("ApproximateNumberOf"));
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

suite("a deployment in an emulator", () => {
  let deployed: Deployment;
  /** What the local run makes of the same samples. */
  let local: readonly FlowVersion[];

  beforeAll(async () => {
    const { versions } = await runFlow(await evaluateProgram(SAMPLE_STACKS), { seed: 1 });
    local = versions;
    deployed = await deployment();
  }, 5 * MINUTES);
  afterAll(() => deployed?.close(), 5 * MINUTES);

  it(
    "goes up: governance, then both dev accounts",
    async () => {
      const governance = await deployed.governance.up();
      for (const [name, { value }] of Object.entries(governance.outputs))
        say(`  ${name}: ${JSON.stringify(value).slice(0, 160)}`);
      deployed.configureDev(governance.outputs);
      await makeTeamsRepository(deployed);
      const dev = await Promise.all([deployed.credit.up(), deployed.payments.up()]);
      expect([governance, ...dev].map(({ counts }) => Object.keys(counts))).toEqual([
        ["create"],
        ["create"],
        ["create"],
      ]);
      await deployed.serveRegistry();
    },
    15 * MINUTES,
  );

  it.each([
    ["a report", "evidence/a/report.json", 1_000],
    ["a key with blanks and other letters", "evidence/größe 100 %+ä/二.json", 1_000],
    ["300 MB", "evidence/large.bin", 300 * 1024 * 1024],
  ])(
    "carries %s into that account's evidence bucket, byte by byte",
    async (_, key, size) => {
      const body = randomBytes(size);
      const s3 = deployed.s3(CREDIT);
      await s3.send(new PutObjectCommand({ Bucket: artifacts, Key: key, Body: body }));
      await eventually(`${key} in ${evidence(CREDIT)}`, () => sizeOf(evidence(CREDIT), key));
      const governance = deployed.s3(GOVERNANCE.account);
      const { Body } = await governance.send(new GetObjectCommand({ Bucket: evidence(CREDIT), Key: key }));
      expect(sha256((await Body?.transformToByteArray()) ?? "")).toBe(sha256(body));
    },
    3 * MINUTES,
  );

  it("has S3 replicate the other account's evidence, by the rules that are declared", async () => {
    const s3 = deployed.s3(PAYMENTS);
    const bucket = artifactBucketName("mg", { ...GOVERNANCE, account: PAYMENTS });
    const { ReplicationConfiguration } = await s3.send(new GetBucketReplicationCommand({ Bucket: bucket }));
    expect(ReplicationConfiguration?.Rules).toEqual([
      expect.objectContaining({
        Status: "Enabled",
        Filter: { Prefix: "evidence/" },
        Destination: expect.objectContaining({
          Bucket: bucketArn("aws", evidence(PAYMENTS)),
          Account: GOVERNANCE.account,
        }),
      }),
    ]);
  });

  it(
    "leaves alone what is no evidence, and puts evidence nowhere else",
    async () => {
      const outside = "training/data.csv";
      await deployed.s3(CREDIT).send(new PutObjectCommand({ Bucket: artifacts, Key: outside, Body: "a,b" }));
      const last = "evidence/last.json";
      await deployed.s3(CREDIT).send(new PutObjectCommand({ Bucket: artifacts, Key: last, Body: "{}" }));
      await eventually(`${last} in ${evidence(CREDIT)}`, () => sizeOf(evidence(CREDIT), last));
      expect(await keysOf(evidence(CREDIT))).not.toContain(outside);
      expect(await keysOf(evidence(PAYMENTS))).toEqual([]);
    },
    MINUTES,
  );

  const samples = SCENES.filter(({ late, language }) => late === undefined && language === undefined)
    .map(({ sample }) => readSample(SAMPLE_VERSIONS, sample))
    .filter(({ group }) => group === "credit-risk");

  it.each(samples.map((sample) => [sample.name, sample] as const))(
    "decides on %s as the local run does",
    async (name, sample) => {
      for (const { bucket, key, bytes } of sample.reports) {
        await deployed.s3(CREDIT).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
        await eventually(`${key} in ${evidence(CREDIT)}`, () => sizeOf(evidence(CREDIT), key));
      }
      const decided = await registered(sample);
      const expected = local.find((version) => version.sample === name);
      expect(decided.ModelApprovalStatus).toBe(expected?.approvalStatus);
      expect(withoutUri(decided.ApprovalDescription)).toBe(withoutUri(expected?.description));
    },
    3 * MINUTES,
  );

  it(
    "leaves a ledger that verifies on a copy, and nothing for the reconciler to do",
    async () => {
      await deployed.runScheduled("reconcile");
      await deployed.runScheduled("checkpoint");
      const { status, out, err } = await verifiedLedger(deployed);
      say(`  ${out.replaceAll("\n", "\n  ")}`);
      expect([status, err]).toEqual([0, ""]);
      expect(out).toMatch(allCovered(samples.length));
      expect(deployed.sageMaker.sageMaker.executions()).toHaveLength(samples.length);
    },
    2 * MINUTES,
  );

  it(
    "goes on with another key that signs records, and leaves the one before in the account",
    async () => {
      const { account, region } = GOVERNANCE;
      const former = deployed.output("recordSigningKeyArn");
      const asked = { KeyUsage: "SIGN_VERIFY", KeySpec: "ECC_NIST_P256", Policy: KEY_POLICY };
      const made = await deployed.emulator.json(account, region, "kms", "TrentService.CreateKey", asked);
      const signingKeys = { records: String(Object(made.KeyMetadata).Arn), former: { records: [former] } };
      deployed.governance.configure({ ...deployed.governanceConfig, signingKeys });
      const keys = (await deployed.governance.resources()).filter(({ outputs }) => outputs?.arn === former);
      for (const { urn } of keys) await deployed.governance.unprotect(urn);
      const { outputs } = await deployed.governance.up();
      deployed.configureDev(outputs);
      expect(deployed.output("recordSigningKeyArn")).toBe(signingKeys.records);
      const [sample] = samples;
      if (sample === undefined) throw new Error("there is no sample");
      await registered(sample);
      await deployed.runScheduled("checkpoint");
      const { status, out, err } = await verifiedLedger(deployed, former);
      expect([status, err]).toEqual([0, ""]);
      expect(out).toMatch(allCovered(samples.length + 1));
    },
    8 * MINUTES,
  );

  it(
    "starts nothing for other events, and once for those that come twice",
    async () => {
      const before = deployed.sageMaker.sageMaker.executions().length;
      const decided = deployed.sageMaker.sageMaker.versions()[0];
      for (const name of STRANGE_EVENTS) await deployed.putEvent(eventOf(name, decided?.arn ?? ""));
      for (const { arn } of deployed.sageMaker.sageMaker.versions()) deployed.sageMaker.sageMaker.announceAgain(arn);
      await eventually("the queue to be empty", async () => ((await depth(deployed)) === 0 ? true : undefined));
      expect(deployed.sageMaker.sageMaker.executions()).toHaveLength(before);
    },
    2 * MINUTES,
  );

  it.each(ATTEMPTS)(
    "refuses: %s",
    async (_, attempt) => {
      await expect(attempt(deployed)).rejects.toMatchObject({
        name: expect.stringMatching(/AccessDenied|Forbidden|403/),
      });
    },
    MINUTES,
  );

  it(
    "changes nothing in a second update",
    async () => {
      const updates = await Promise.all([deployed.governance.up(), deployed.credit.up(), deployed.payments.up()]);
      for (const { changed } of updates) for (const one of changed) say(`  ${one}`);
      expect(updates.flatMap(({ changed }) => changed).filter(isOurs)).toEqual([]);
    },
    5 * MINUTES,
  );

  it(
    "finds no drift",
    async () => {
      const refreshed = await Promise.all([
        deployed.governance.refresh(),
        deployed.credit.refresh(),
        deployed.payments.refresh(),
      ]);
      for (const { changed } of refreshed) for (const one of changed) say(`  ${one}`);
      expect(refreshed.flatMap(({ changed }) => changed).filter((one) => !EMULATORS_OWN.test(one))).toEqual([]);
    },
    5 * MINUTES,
  );

  it(
    "says of a changed threshold what it changes: the image, and what names it or the policy",
    async () => {
      edit("checks/policy/organisation.yaml", /rows: \{ min: 500 \}/, () => "rows: { min: 501 }");
      const { changed } = await deployed.governance.preview();
      expect(
        new Set(
          changed.filter((one) => !EMULATORS_OWN.test(one)).map((one) => resourceOf(one).split(" ").slice(1).join(" ")),
        ),
      ).toEqual(
        new Set([
          "pulumi-nodejs:dynamic/governance:ChecksImage checks-image",
          "aws:lambda/function:Function validate",
          "aws:s3/bucketObjectv2:BucketObjectv2 approval-definition",
          "aws:s3/bucketObjectv2:BucketObjectv2 approval-language-definition",
          "aws:sagemaker/pipeline:Pipeline approval",
          "aws:sagemaker/pipeline:Pipeline approval-language",
          "aws:lambda/function:Function decide",
          "aws:lambda/function:Function reconcile",
          "aws:lambda/function:Function start",
        ]),
      );
      restore("checks/policy/organisation.yaml");
    },
    3 * MINUTES,
  );

  it(
    "says of a changed start function that it changes alone",
    async () => {
      edit("functions/start/handler.ts", /lineLogger\("start"\)/, () => 'lineLogger("start-2")');
      const { changed } = await deployed.governance.preview();
      restore("functions/start/handler.ts");
      const functions = changed.filter(isOurs);
      expect(new Set(functions.map(resourceOf))).toEqual(new Set(["update aws:lambda/function:Function start"]));
    },
    3 * MINUTES,
  );

  it(
    "stops at a wrong config with one clear error, before anything is made",
    async () => {
      const { region: _, ...values } = deployed.creditConfig();
      deployed.credit.configure({ ...values, region: "us east 1" });
      await expect(deployed.credit.preview()).rejects.toThrow(/governance:region.*us east 1/);
      deployed.credit.configure(deployed.creditConfig());
    },
    3 * MINUTES,
  );

  it(
    "keeps what is protected when it is destroyed, and goes up again",
    async () => {
      await deployed.credit.destroy();
      const left = (await deployed.credit.resources()).filter(({ type }) => type.startsWith("aws:"));
      expect(left.map(({ protect }) => protect)).toEqual(left.map(() => true));
      const { counts } = await deployed.credit.up();
      expect(counts.create).toBeGreaterThan(0);
    },
    10 * MINUTES,
  );

  it(
    "ends the same after it was interrupted",
    async () => {
      const before = (await deployed.credit.resources()).map(({ urn }) => urn).sort();
      await deployed.credit.destroy();
      await deployed.credit.interrupted("SIGINT", 8);
      await deployed.credit.up();
      expect((await deployed.credit.resources()).map(({ urn }) => urn).sort()).toEqual(before);
    },
    10 * MINUTES,
  );

  it(
    "ends the same after it was killed and mended",
    async () => {
      const before = (await deployed.payments.resources()).map(({ urn }) => urn).sort();
      await deployed.payments.destroy();
      await deployed.payments.interrupted("SIGKILL", 6);
      for (const urn of await deployed.payments.recovered()) say(`  taken in: ${urn}`);
      await deployed.payments.up();
      expect((await deployed.payments.resources()).map(({ urn }) => urn).sort()).toEqual(before);
    },
    10 * MINUTES,
  );

  /** Registers it, and gives it as it is once it is decided. */
  async function registered({ name, group, described }: SampleVersion) {
    const { InferenceSpecification, ModelMetrics } = described;
    const registry = deployed.registry(CREDIT);
    const { ModelPackageArn = "" } = await registry.send(
      new CreateModelPackageCommand({
        ModelPackageGroupName: modelPackageGroupArn(GOVERNANCE, group),
        ModelApprovalStatus: "PendingManualApproval",
        ...{ InferenceSpecification, ModelMetrics },
      } as CreateModelPackageCommandInput),
    );
    return eventually(
      `a decision on ${name}`,
      async () => {
        const now = await registry.send(new DescribeModelPackageCommand({ ModelPackageName: ModelPackageArn }));
        return now.ModelApprovalStatus === "PendingManualApproval" ? undefined : now;
      },
      120,
    ).catch((error: unknown) => {
      throw new Error(`${error}\n${deployed.sageMaker.notes.slice(-20).join("\n")}`);
    });
  }

  async function keysOf(bucket: string): Promise<string[]> {
    const { Contents = [] } = await deployed.s3(GOVERNANCE.account).send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.map(({ Key = "" }) => Key);
  }

  const sizeOf = async (bucket: string, key: string): Promise<number | undefined> =>
    deployed
      .s3(GOVERNANCE.account)
      .send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
      .then(
        ({ ContentLength }) => ContentLength,
        () => undefined,
      );

  function edit(file: string, pattern: RegExp, replace: (text: string) => string): void {
    const at = path.join(deployed.project, file);
    const text = readFileSync(at, "utf8");
    expect(text).toMatch(pattern);
    writeFileSync(at, text.replace(pattern, replace));
  }

  const restore = (file: string): void =>
    cpSync(path.join(__dirname, "..", "..", file), path.join(deployed.project, file));
});
