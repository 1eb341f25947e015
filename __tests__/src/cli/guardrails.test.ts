import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { bundle } from "../../../src/bundle";
import { createProgram } from "../../../src/cli/program";
import { devValues, governanceValues } from "../../support/stack-values";

const root = mkdtempSync(path.join(tmpdir(), "governance-guardrails-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const at = path.join(root, name);
  writeFileSync(at, text);
  return at;
}
const stackFile = (name: string, values: Record<string, unknown>) =>
  file(name, stringify({ config: Object.fromEntries(Object.entries(values).map(([k, v]) => [`governance:${k}`, v])) }));

const DEPLOYER = "arn:aws:iam::444455556666:role/deploy";
const CONFIG = stackFile("governance.yaml", governanceValues({ assumeRole: DEPLOYER }));
const BARE = stackFile("bare.yaml", governanceValues());
const KEY = "arn:aws:kms:us-east-1:444455556666:key/1";
const OUTPUTS = {
  madeArns: { "record-signing-key": KEY, queue: "arn:aws:sqs:us-east-1:444455556666:start-1" },
  checksImage: "checks@sha256:1",
  startDeadLettersUrl: "https://queue",
};

async function governance(...args: string[]) {
  const printed = { out: "", err: "" };
  const writer = (to: "out" | "err") => ({ write: (text: string) => (printed[to] += text) });
  const status = await createProgram(writer("out"), writer("err")).run(["guardrails", ...args]);
  return { status, ...printed };
}

describe("governance guardrails", () => {
  it("prints each policy on a line, under what it is for", async () => {
    const { status, out } = await governance("--config", CONFIG);
    const lines = out.trimEnd().split("\n");
    expect(status).toBe(0);
    expect(lines.filter((_, at) => at % 2 === 0)).toEqual([
      expect.stringMatching(/^# governance-1\.json: for 444455556666; \d+ of 5120 characters$/),
      expect.stringMatching(/^# governance-2\.json: for 444455556666; \d+ of 5120 characters$/),
      expect.stringMatching(/^# governance-3\.json: for 444455556666; \d+ of 5120 characters$/),
      expect.stringMatching(/^# dev-1\.json: for 111122223333, 222233334444; \d+ of 5120 characters$/),
    ]);
    for (const line of lines.filter((_, at) => at % 2 === 1)) expect(JSON.parse(line).Version).toBe("2012-10-17");
  });

  it("writes them into a folder, as AWS Organizations takes them", async () => {
    const folder = path.join(root, "policies");
    const { out } = await governance("--config", CONFIG, "--to", folder, "--format", "json");
    const made = JSON.parse(out);
    for (const kind of ["governance", "dev"])
      expect(JSON.parse(readFileSync(path.join(folder, `${kind}-1.json`), "utf8"))).toEqual(made[kind][0]);
  });

  it("takes the deploy role from the command, and the keys from what the stack printed", async () => {
    const outputs = file("outputs.json", JSON.stringify(OUTPUTS));
    const { out } = await governance("--config", BARE, "--deployer", DEPLOYER, "--outputs", outputs);
    expect(out).toContain(`"kms:Sign"],"Resource":["${KEY}"]`);
    expect(out).not.toContain("key/*");
  });

  it.each([
    ["nobody deploys", [BARE], /^governance: governance:assumeRole is missing/],
    [
      "the deployer is of another account",
      [BARE, "--deployer", "arn:aws:iam::111122223333:role/deploy"],
      /^governance: --deployer: found arn:aws:iam::111122223333:role\/deploy, expected the ARN of a role of account 444455556666/,
    ],
    [
      "the deployer is a pattern",
      [BARE, "--deployer", "arn:aws:iam::444455556666:role/*"],
      /^governance: --deployer: found/,
    ],
    [
      "there is no such file",
      [path.join(root, "none.yaml")],
      /^governance: --config: .*none\.yaml can't be read \(.*ENOENT/,
    ],
    ["it is no YAML", [file("no.yaml", "a: [")], /^governance: --config: .*no\.yaml can't be read/],
    [
      "it is a dev account's",
      [stackFile("dev.yaml", devValues())],
      /governance:role is dev; expected the governance account's stack file/,
    ],
    [
      "it has mistakes",
      [stackFile("wrong.yaml", governanceValues({ region: 7 }))],
      /^governance: --config: .*wrong\.yaml: governance:region: found 7/,
    ],
    [
      "the outputs are older",
      [CONFIG, "--outputs", file("old.json", "{}")],
      /^governance: --outputs: .*old\.json: madeArns, checksImage or the queues of dead letters are missing/,
    ],
    [
      "the outputs aren't JSON",
      [CONFIG, "--outputs", file("no.json", "{")],
      /^governance: --outputs: .*no\.json: .*; it holds what `pulumi stack output --json` prints/,
    ],
  ])("ends with 2 where %s", async (_, args, message) => {
    const { status, out, err } = await governance("--config", ...args);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
  });
});

it("the packed command doesn't carry Pulumi along", () => {
  const { js } = bundle(path.join(__dirname, "..", "..", "..", "src", "cli", "main.ts"));
  expect(js).toContain("// src/infrastructure/stack-config.ts");
  expect(js).not.toMatch(/node_modules\/@pulumi\//);
});
