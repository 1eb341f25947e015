import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createProgram } from "../../../src/cli/program";
import { parsePromptSet, promptsOf } from "../../../src/core/prompt-set-file";
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

  it.each([
    ["bbq", 8, /left out 1: the groups of its answers/],
    ["bold", 4, /^wrote/],
    ["misinfo-reaction-frames", 2, /left out 1: another has the same prompt/],
    ["book-passages", 3, /^wrote/],
    ["source-code", 1, /left out 1: the file is shorter/],
  ])("reads the published format %s", async (format, prompts, printed) => {
    const out = path.join(root, format);
    const data = path.join(__dirname, "../../fixtures/prompt-sets", format);
    const { status, out: text } = await governance(...options(out, { "--format": format, "--from": data }));
    expect(status).toBe(0);
    expect(text).toMatch(printed);
    expect(promptsOf(parsePromptSet(readFileSync(path.join(out, "manifest.json"))))).toBe(prompts);
  });

  it("reads nothing but code of a tree, and no hidden folder", async () => {
    mkdirSync(path.join(from, ".git"), { recursive: true });
    writeFileSync(path.join(from, ".git", "pack.c"), Buffer.from([0xff, 0xfe]));
    writeFileSync(path.join(from, "logo.gif"), Buffer.from([0xff, 0xfe]));
    expect((await governance(...options(path.join(root, "code-only")))).status).toBe(0);
  });

  it("refuses a file that isn't UTF-8, and a folder that holds another set", async () => {
    const latin = path.join(root, "latin");
    mkdirSync(latin);
    writeFileSync(path.join(latin, "a.c"), Buffer.from([0x66, 0xfc, 0x72]));
    const out = path.join(root, "used");
    mkdirSync(out);
    writeFileSync(path.join(out, "0099.jsonl"), "");
    const runs = await Promise.all([governance(...options(out, { "--from": latin })), governance(...options(out))]);
    expect(runs.map(({ status }) => status)).toEqual([2, 2]);
    expect(runs[0]?.err).toMatch(/a\.c isn't UTF-8 text/);
    expect(runs[1]?.err).toMatch(/has 0099\.jsonl, which isn't of this set; give an empty folder/);
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["no completion", { "--completions": "0" }, /expected a whole number above 0/],
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
