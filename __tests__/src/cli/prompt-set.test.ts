import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createProgram } from "../../../src/cli/program";
import { sha256 } from "../../../src/core/verdict";

const root = mkdtempSync(path.join(tmpdir(), "governance-prompts-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const from = path.join(root, "tree");
mkdirSync(path.join(from, "drivers"), { recursive: true });
writeFileSync(path.join(from, "drivers", "a.c"), "int a;\n".repeat(40));

async function governance(...args: string[]) {
  const printed = { out: "", err: "" };
  const writer = (to: "out" | "err") => ({ write: (text: string) => (printed[to] += text) });
  return { status: await createProgram(writer("out"), writer("err")).run(["prompt-set", ...args]), ...printed };
}

const options = (out: string, change: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries({
    ...{ "--format": "source-code", "--from": from, "--name": "kernel", "--licence": "GPL-2.0-only" },
    ...{ "--source": "https://kernel.org", "--out": out },
    ...change,
  }).flat();

describe("governance prompt-set", () => {
  it("writes the set, and prints how to upload and to pin it", async () => {
    const out = path.join(root, "set");
    const { status, out: printed } = await governance(...options(out));
    expect(status).toBe(0);
    expect(readdirSync(out).sort()).toEqual(["0001.jsonl", "manifest.json"]);
    const digest = sha256(readFileSync(path.join(out, "manifest.json")));
    expect(printed).toContain(`- { name: kernel, sha256: ${digest} }`);
    expect(printed).toContain(`aws s3 cp --recursive ${out} s3://BUCKET/prompt-sets/kernel/`);
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["a folder that isn't there", { "--from": "/nowhere" }, /--from: \/nowhere is no folder/],
    ["another format", { "--format": "csv" }, /choices/i],
    ["a name in capitals", { "--name": "Kernel" }, /expected small letters/],
    ["files of another format", { "--format": "bold" }, /drivers\/a\.c: is none of BOLD's files/],
    ["more prompts than there are", { "--prompts": "9" }, /has 1 prompts, 9 are asked for/],
    ["a temperature of 3", { "--temperature": "3" }, /expected a number from 0 to 2/],
  ])("refuses %s", async (_, change, message) => {
    const { status, err } = await governance(...options(path.join(root, "refused"), change));
    expect(status).toBe(2);
    expect(err).toMatch(message);
  });
});
