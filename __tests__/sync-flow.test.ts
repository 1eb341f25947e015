import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { HeadObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { createProgram } from "../src/cli/program";
import { parseSyncSettings, type SyncSettings } from "../src/contract/sync-settings";
import type { PolicyStatement } from "../src/local/access/declared-policies";
import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { programWorld } from "../src/local/program-world";
import type { LocalWorld } from "../src/local/stand-in/create-world";
import type { CallHooks } from "../src/local/stand-in/gateway";
import { isRecord } from "../src/local/stand-in/inputs";
import { SAMPLE_STACKS, type Scene, tell } from "../src/local/story";

const GIB = 1024 ** 3;
const ENGINEER = "arn:aws:iam::111122223333:role/platform-engineer";
const EVIDENCE = "mg-evidence-111122223333-us-east-1";
const root = mkdtempSync(path.join(tmpdir(), "governance-sync-flow-"));
const outputs = path.join(root, "outputs.json");

let program: EvaluatedProgram;
let settings: SyncSettings;
let world: LocalWorld;
beforeAll(async () => {
  program = await evaluateProgram(SAMPLE_STACKS);
  const printed = program.outputs.get("dev-credit");
  settings = parseSyncSettings(printed);
  writeFileSync(outputs, JSON.stringify(printed));
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What docs/operate.md says that who syncs needs, where a function copies. */
const whoSyncs = (): PolicyStatement[] => [
  { Effect: "Allow", Action: "s3:ListBucketVersions", Resource: `arn:aws:s3:::${settings.artifactBucket}` },
  { Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:us-east-1:111122223333:copy-*" },
];

/**
 * Both accounts, with a dev bucket that tells nobody of its objects: as before the first update, or where events got lost.
 * @param timeout seconds that copy may run, if not as many as declared
 */
function silentWorld(hooks: CallHooks = {}, timeout?: number): LocalWorld {
  const silent = program.resources
    .filter(({ type, stack }) => !(type === "aws:s3/bucketNotification:BucketNotification" && stack === "dev-credit"))
    .map((one) =>
      timeout !== undefined && one.type === "aws:lambda/function:Function" && one.name === "copy"
        ? { ...one, inputs: { ...one.inputs, timeout } }
        : one,
    );
  world = programWorld(
    { ...program, resources: silent, outsiders: { [ENGINEER]: whoSyncs() } },
    { seed: 7, start: new Date("2026-11-20T10:00:00Z"), ...hooks },
  );
  const clients = { s3: mockClient(S3Client), sqs: mockClient(SQSClient) };
  const asEngineer = (service: string, operation: string) => (input: Readonly<Record<string, unknown>>) =>
    world.call(ENGINEER, settings.region, service, operation, input);
  clients.s3.on(ListObjectVersionsCommand).callsFake(asEngineer("s3", "ListObjectVersions"));
  clients.s3.on(HeadObjectCommand).callsFake(asEngineer("s3", "HeadObject"));
  clients.sqs.on(SendMessageBatchCommand).callsFake(asEngineer("sqs", "SendMessageBatch"));
  return world;
}

/** What `governance sync` prints, run as a platform engineer. */
async function sync(): Promise<string> {
  let printed = "";
  const out = { write: (text: string) => (printed += text) };
  const status = await createProgram(out, out).run(["sync", "--outputs", outputs]);
  return `${printed}exit status ${status}`;
}

const copyLog = () => world.logs.filter(({ function: of }) => of.endsWith(":function:mg-copy")).map(({ text }) => text);
const effects = () => copyLog().flatMap((line) => /"effect":"(\w+)"/.exec(line)?.[1] ?? []);

describe("evidence of which no event told", () => {
  const scene: Scene = { sample: "all-in-order", registered: 0 };

  it("leaves its version undecided", async () => {
    const [registered] = tell(silentWorld(), program, [scene]);
    await world.run(new Date("2026-11-20T10:20:00Z"));
    expect(world.sageMaker.versions().map(({ arn, fields }) => [arn, fields.ModelApprovalStatus])).toEqual([
      [registered?.arn, "PendingManualApproval"],
    ]);
    expect(world.s3.keys(EVIDENCE)).toEqual([]);
  }, 60_000);

  it("is carried by sync, and the version is decided", async () => {
    const [registered] = tell(silentWorld(), program, [scene]);
    const printed: string[] = [];
    world.clock.limit(600_000, async () => void printed.push(await sync()));
    await world.run();
    const reports = registered?.sample.reports ?? [];
    expect(printed).toEqual([expect.stringMatching(new RegExp(`^asked copy for ${reports.length} objects of .*\\n`))]);
    expect(printed[0]).toMatch(/exit status 0$/);
    expect(world.s3.keys(EVIDENCE)).toEqual(reports.map(({ key }) => key).sort());
    expect(world.sageMaker.versions().map(({ fields }) => fields.ModelApprovalStatus)).toEqual(["Approved"]);
  }, 60_000);

  it("isn't carried twice by a second sync", async () => {
    const [registered] = tell(silentWorld(), program, [scene]);
    for (const after of [600_000, 700_000]) world.clock.limit(after, async () => void (await sync()));
    await world.run();
    const reports = registered?.sample.reports ?? [];
    expect(effects().sort()).toEqual([...reports.map(() => "copied"), ...reports.map(() => "repeat")]);
    for (const { key } of reports) expect(world.s3.stored(EVIDENCE, key)).toHaveLength(1);
  }, 60_000);
});

describe("an object that one invocation can't copy", () => {
  const GIBIBYTES = 150;
  const at = () => ({ Bucket: settings.artifactBucket, Key: "evidence/credit-risk/model.tar.gz" });

  /** Uploads it, 5 GiB after 5 GiB that take no memory. */
  async function upload(): Promise<void> {
    const team = program.existingRoles.find((role) => role.includes(`:${settings.account}:`)) ?? "";
    const call = (operation: string, input: Readonly<Record<string, unknown>>) =>
      world.call(team, settings.region, "s3", operation, { ...at(), ...input });
    const begun = await call("CreateMultipartUpload", {});
    const UploadId = isRecord(begun) ? begun.UploadId : undefined;
    const Parts = [];
    for (let PartNumber = 1; PartNumber <= GIBIBYTES / 5; PartNumber += 1) {
      const Body = { syntheticSize: 5 * GIB, from: (PartNumber - 1) * 5 * GIB };
      const part = await call("UploadPart", { UploadId, PartNumber, Body });
      Parts.push({ PartNumber, ETag: isRecord(part) ? part.ETag : undefined });
    }
    await call("CompleteMultipartUpload", { UploadId, MultipartUpload: { Parts } });
  }

  it("is taken up by the next where the first left off", async () => {
    const copied: unknown[] = [];
    const afterCall: CallHooks["afterCall"] = (_, { operation, input }) => {
      if (operation === "UploadPartCopy") copied.push(input.PartNumber);
    };
    // 16 parts at once take some ten seconds: a minute isn't enough.
    silentWorld({ afterCall }, 60);
    world.clock.limit(0, async () => {
      await upload();
      await sync();
    });
    await world.run();
    expect(world.notes.filter(({ text }) => text.includes("Task timed out"))).toHaveLength(1);
    expect(effects()).toEqual(["copied"]);
    expect(world.s3.stored(EVIDENCE, at().Key)).toHaveLength(1);
    // Each part once, and two marks; those under way when time ran out may have been copied for nothing.
    expect(new Set(copied).size).toBe(GIBIBYTES + 2);
    expect(copied.length).toBeLessThanOrEqual(GIBIBYTES + 2 + 16);
    expect([...world.depths()].filter(([, depth]) => depth > 0)).toEqual([]);
  }, 60_000);
});
