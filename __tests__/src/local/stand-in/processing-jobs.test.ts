import { existsSync } from "node:fs";
import { Identities } from "../../../../src/local/stand-in/identities";
import type { LogLine } from "../../../../src/local/stand-in/lambda";
import { ProcessingJobs } from "../../../../src/local/stand-in/processing-jobs";
import { declared, GOVERNANCE, policy, refusal, roleArn, surroundings } from "../../../support/surroundings";

const FILE = "/var/task/index.js";
const JOB = `arn:aws:sagemaker:us-east-1:${GOVERNANCE}:processing-job/pipelines-e1-validate`;
const ROLE = roleArn(GOVERNANCE, "validate");
const trust = policy({
  Effect: "Allow",
  Principal: { Service: "sagemaker.amazonaws.com" },
  Action: "sts:AssumeRole",
  Condition: { StringEquals: { "aws:SourceAccount": GOVERNANCE } },
});
const role = declared("iam/role:Role", "validate", { name: "validate", assumeRolePolicy: trust });

/** Runs a program as a job to its end: what refused it, what it logged, and how many virtual seconds it took. */
async function ran(source: string, change: object = {}) {
  const { clock, around } = surroundings([]);
  const logs: LogLine[] = [];
  const jobs = new ProcessingJobs({
    clock,
    trace: around.trace,
    refusal: around.refusal,
    identities: new Identities([role], []),
    images: new Map([["IMAGE", new Map([[FILE, source]])]]),
    logs,
    sendAs:
      () =>
      async (_, operation, { Key }) =>
        operation === "ListObjectsV2"
          ? { Contents: ["sets/a/2.jsonl", "sets/a/1.jsonl", "sets/b.jsonl"].map((key) => ({ Key: key })) }
          : { Body: { transformToByteArray: async () => Buffer.from(String(Key)) } },
  });
  const job = {
    ...{
      arn: JOB,
      account: GOVERNANCE,
      region: "us-east-1",
      image: "IMAGE",
      role: ROLE,
      maxSeconds: 600,
      instances: 1,
      inputs: [],
    },
    ...{ entrypoint: ["node", FILE], arguments: ["--A", "1"], environment: { B: "2" } },
    ...change,
  };
  const began = clock.now().getTime();
  let refused = "";
  clock.after(0, async () => {
    refused = await refusal(jobs.run(job));
  });
  await clock.run();
  return { refused, logs: logs.map(({ text }) => text), seconds: (clock.now().getTime() - began) / 1000 };
}

const DONE = "no refusal but undefined";
const LEAVE = 'require("node:fs").writeFileSync("/opt/ml/output/message", "no bucket");';

describe("a job", () => {
  it("is a program with its own arguments, environment, file and log, minutes after it was asked for", async () => {
    const source = `console.log(JSON.stringify([process.argv.slice(2), process.env, __filename.endsWith("${FILE}"), require.main === module]));
      process.exit(0);`;
    const { refused, logs, seconds } = await ran(source);
    expect(refused).toBe(DONE);
    expect(logs.map((line) => JSON.parse(line))).toEqual([[["--A", "1"], { B: "2" }, true, true]]);
    expect(seconds).toBeGreaterThan(60);
  });

  it.each<[string, string, object, RegExp]>([
    ["exits otherwise", "process.exit(3)", {}, /AlgorithmError: see the job's log, exit code: 3/],
    ["leaves a message", `${LEAVE} process.exit(1)`, {}, /AlgorithmError: no bucket, exit code: 1/],
    ["throws as it loads", 'throw new Error("no policy")', {}, /exit code: 1/],
    ["takes an hour", "setTimeout(() => process.exit(0), 3_600_000)", {}, /ran longer than MaxRuntimeInSeconds, 600/],
    ["has another entry point", "", { entrypoint: ["node", "/main.js"] }, /entry point node \/main\.js: .*index\.js/],
    ["has another program", "", { entrypoint: ["python", FILE] }, /entry point python/],
    ["has no image", "", { image: "OTHER" }, /image OTHER doesn't exist/],
    ["has no role", "", { role: `${ROLE}s` }, /role .*validates doesn't exist/],
  ])("fails where it %s", async (_, source, change, reason) => {
    expect((await ran(source, change)).refused).toMatch(reason);
  });

  const LIST = `const { readdirSync, readFileSync } = require("node:fs");
    const folder = "/opt/ml/processing/prompts/";
    const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".jsonl")).sort();
    const { current_host, hosts } = JSON.parse(readFileSync("/opt/ml/config/resourceconfig.json", "utf8"));
    console.log(JSON.stringify([current_host, hosts, files.map((file) => readFileSync(folder + file, "utf8"))]));
    process.exit(current_host === FAIL ? 1 : 0);`;
  const inputs = (sharded: boolean) => [{ bucket: "prompts", prefix: "sets/", folder: "prompts", sharded }];

  it.each([
    [
      false,
      [
        ["sets/a/1.jsonl", "sets/a/2.jsonl", "sets/b.jsonl"],
        ["sets/a/1.jsonl", "sets/a/2.jsonl", "sets/b.jsonl"],
      ],
    ],
    [true, [["sets/a/1.jsonl", "sets/b.jsonl"], ["sets/a/2.jsonl"]]],
  ])("gives each host its objects (sharded: %s)", async (sharded, each) => {
    const { refused, logs } = await ran(`const FAIL = null; ${LIST}`, { instances: 2, inputs: inputs(sharded) });
    expect(refused).toBe(DONE);
    const hosts = ["algo-1", "algo-2"];
    expect(logs.map((line) => JSON.parse(line)).sort()).toEqual(each.map((files, at) => [hosts[at], hosts, files]));
  });

  it("fails where one of its hosts does", async () => {
    const { refused } = await ran(`const FAIL = "algo-2"; ${LIST}`, { instances: 2, inputs: inputs(true) });
    expect(refused).toMatch(/AlgorithmError/);
  });

  it("leaves no file behind, and none outside of its own folder", async () => {
    const { logs } = await ran(`console.log(__dirname); ${LEAVE} process.exit(0)`);
    expect(logs.map((folder) => existsSync(folder))).toEqual([false]);
    expect(existsSync("/opt/ml/output/message")).toBe(false);
  });
});
