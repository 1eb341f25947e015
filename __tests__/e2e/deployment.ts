import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import type { OutputMap } from "@pulumi/pulumi/automation";
import { evidenceBucketName, type FunctionOf, functionArn, roleArn } from "../../src/contract/names";
import { readStackFile } from "../../src/infrastructure/stack-file";
import { evaluateProgram } from "../../src/local/evaluate-program";
import type { BusEvent } from "../../src/local/stand-in/service";
import { SAMPLE_STACKS } from "../../src/local/story";
import { type TestRegistry, testRegistry } from "../src/image/registry";
import { holdBase } from "./base-image";
import { Emulator } from "./emulator";
import { SageMakerOverHttp } from "./sagemaker-over-http";
import { type ConfigValues, copyProject, DeployedStack } from "./stacks";

export const GOVERNANCE = { partition: "aws", region: "us-east-1", account: "444455556666" };
/** Its evidence is copied by the function. */
export const CREDIT = "111122223333";
/** Its evidence is replicated. */
export const PAYMENTS = "222233334444";
const PREFIX = "mg";

/** Evidence bucket of a dev account. */
export const evidence = (account: string): string => evidenceBucketName(PREFIX, account, GOVERNANCE.region);

/** The sample accounts in an emulator: their stacks, and SageMaker as the local run has it. */
export interface Deployment {
  emulator: Emulator;
  sageMaker: SageMakerOverHttp;
  governance: DeployedStack;
  credit: DeployedStack;
  payments: DeployedStack;
  /** Folder of the copy of the project that is deployed. */
  project: string;
  s3(account: string, region?: string): S3Client;
  /** SageMaker as an account's registering role calls it. */
  registry(account: string): SageMakerClient;
  putEvent(
    event: Pick<BusEvent, "source" | "detail-type" | "detail" | "resources" | "account" | "region">,
  ): Promise<void>;
  /** From now on SageMaker has the groups as declared and the pipeline as deployed. */
  serveRegistry(): Promise<void>;
  /** The dev stacks' config, once governance has printed their keys. */
  configureDev(printed: OutputMap): void;
  governanceConfig: ConfigValues;
  creditConfig(): ConfigValues;
  /** What governance has printed. */
  output(name: string): string;
  startQueueUrl(): string;
  evidenceKeys(): Readonly<Record<string, string>>;
  /** Runs a function of the governance account now, as its schedule would. */
  runScheduled(of: FunctionOf): Promise<unknown>;
  close(): Promise<void>;
}

export async function deployment(): Promise<Deployment> {
  const folder = mkdtempSync(path.join(tmpdir(), "governance-e2e-"));
  const closing: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const end of closing.reverse()) await end();
  };
  try {
    return { ...(await open(folder, closing)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(folder: string, closing: (() => Promise<void> | void)[]): Promise<Omit<Deployment, "close">> {
  const principals = new Map<string, string>();
  let emulator: Emulator;
  const sageMaker = new SageMakerOverHttp({
    principalOf: (key, operation) => principals.get(key) ?? stepRole(operation),
    publish: (event) => void putEvent(event).catch((error: unknown) => sageMaker.notes.push(`event lost: ${error}`)),
    invoke: (arn, payload) => invoke(emulator, arn, payload),
  });
  const sageMakerUrl = await sageMaker.listen();
  closing.push(() => sageMaker.close());
  const base = await testRegistry();
  closing.push(() => base.close());
  const accounts = [GOVERNANCE.account, CREDIT, PAYMENTS];
  emulator = await Emulator.start({ folder, accounts, region: GOVERNANCE.region, sageMakerUrl });
  closing.push(() => emulator.stop());
  for (const account of [CREDIT, PAYMENTS]) {
    await makeRegisteringRole(emulator, account);
    principals.set(emulator.keysOf(account).accessKeyId, `arn:aws:iam::${account}:role/ml-build`);
  }
  const project = copyProject(folder);
  const stack = (name: string, account: string) =>
    DeployedStack.create(name, project, emulator.url, emulator.keysOf(account));
  const governance = await stack("governance", GOVERNANCE.account);
  const credit = await stack("dev-credit", CREDIT);
  const payments = await stack("dev-payments", PAYMENTS);
  const ofGovernance = governanceConfig(base, folder);
  governance.configure(ofGovernance);

  async function putEvent(
    event: Pick<BusEvent, "source" | "detail-type" | "detail" | "resources" | "account" | "region">,
  ) {
    const { source, detail, resources, account, region } = event;
    const entry = {
      Source: source,
      DetailType: event["detail-type"],
      Detail: JSON.stringify(detail),
      Resources: resources,
    };
    const answer = await emulator.json(account, region, "events", "AWSEvents.PutEvents", { Entries: [entry] });
    if (answer.FailedEntryCount !== 0) throw new Error(`PutEvents: ${JSON.stringify(answer)}`);
  }

  let printed: OutputMap = {};
  const evidenceKeys = (): Record<string, string> => printed.evidenceKeyArns?.value ?? {};
  const devConfig = (index: number): ConfigValues => {
    const values = sampleValues(index);
    return { ...values, evidenceKeyArn: evidenceKeys()[String(values.account)] };
  };

  return {
    ...{ emulator, sageMaker, governance, credit, payments, project, putEvent },
    s3: (account, region = GOVERNANCE.region) =>
      new S3Client({ region, endpoint: emulator.url, forcePathStyle: true, credentials: emulator.keysOf(account) }),
    registry: (account) =>
      new SageMakerClient({ region: GOVERNANCE.region, endpoint: sageMakerUrl, credentials: emulator.keysOf(account) }),
    async serveRegistry() {
      const { resources, existingRoles } = await evaluateProgram(SAMPLE_STACKS);
      const deployed = new Map(
        (await governance.resources())
          .filter(({ type }) => type === PIPELINE)
          .map(({ outputs }) => [outputs?.pipelineName, outputs?.pipelineDefinition] as const),
      );
      const withDefinition = resources.map((resource) => {
        if (resource.type !== PIPELINE) return resource;
        const pipelineDefinition = deployed.get(resource.inputs.pipelineName);
        if (typeof pipelineDefinition !== "string") throw new Error("a deployed pipeline has no definition");
        return { ...resource, inputs: { ...resource.inputs, pipelineDefinition } };
      });
      sageMaker.serve(withDefinition, existingRoles);
    },
    configureDev(outputs) {
      printed = outputs;
      credit.configure(devConfig(1));
      payments.configure(devConfig(2));
    },
    governanceConfig: ofGovernance,
    creditConfig: () => devConfig(1),
    // Printed as the emulator names itself; it is reached at the proxy before it.
    output: (name) => String(printed[name]?.value),
    startQueueUrl: () => String(printed.startQueueUrl?.value).replace(/^https?:\/\/[^/]+/, emulator.url),
    evidenceKeys,
    runScheduled: (of) => invoke(emulator, functionArn(PREFIX, of, GOVERNANCE), {}),
  };
}

export const PIPELINE = "aws:sagemaker/pipeline:Pipeline";

/** Of a sample stack, but for what is its account's own and isn't there: who deploys, and what bounds roles. */
function sampleValues(index: number): ConfigValues {
  const { assumeRole: _, permissionsBoundary: __, ...values } = readStackFile(SAMPLE_STACKS[index] ?? "");
  return values;
}

function governanceConfig(base: TestRegistry, folder: string) {
  const { checksImage: _, ...values } = sampleValues(0);
  const digest = holdBase(folder, base, "base");
  return { ...values, checksImageBuild: { baseRegistry: base.origin, baseImage: `base@${digest}` } };
}

/** Keys of functions are made by the emulator, which doesn't say whose they are; each operation is of one step. */
const STEPS = { UpdateModelPackage: "decide", DescribeModelPackage: "validate" } as const;
const stepRole = (operation: string): string =>
  roleArn(
    { prefix: PREFIX, rolePath: "/" },
    operation in STEPS ? STEPS[operation as keyof typeof STEPS] : "start",
    GOVERNANCE,
  );

export async function makeRegisteringRole(emulator: Emulator, account: string): Promise<void> {
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" }],
  };
  await emulator.query(account, "iam", {
    ...{ Action: "CreateRole", Version: "2010-05-08", RoleName: "ml-build" },
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
}

async function invoke(emulator: Emulator, arn: string, payload: unknown): Promise<unknown> {
  const path = `/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`;
  const [, , , region = "", account = ""] = arn.split(":");
  const answer = await emulator.call(account, region, "lambda", path, {
    method: "POST",
    body: JSON.stringify(payload),
  });
  const text = await answer.text();
  if (!answer.ok || answer.headers.has("x-amz-function-error")) throw new Error(`${arn}: ${answer.status} ${text}`);
  return JSON.parse(text);
}
