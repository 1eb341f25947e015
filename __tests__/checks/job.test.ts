import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checksImageFiles } from "../../checks/image";
import { runJob } from "../../checks/job";
import { VALIDATE_ARGUMENTS } from "../../src/contract/pipeline-parameters";

const folder = mkdtempSync(path.join(tmpdir(), "job-"));
const messageFile = path.join(folder, "message");
afterAll(() => rmSync(folder, { recursive: true }));

const said = jest.spyOn(console, "error").mockReturnValue(undefined);
beforeEach(() => {
  rmSync(messageFile, { force: true });
  said.mockClear();
});
afterAll(() => said.mockRestore());

const ARGUMENTS = { ModelPackageGroupName: "g", Bucket: "none", ModelPackageArn: "arn:m/1", ExecutionId: "e1" };
const given = Object.entries(ARGUMENTS).flatMap(([name, value]) => [`--${name}`, value]);
const OUTPUTS = { Decision: "Approved", VerdictSha256: "ab" };
const message = () => readFileSync(messageFile, "utf8");

describe("a Processing job", () => {
  it("hands its arguments to the step, and ends with 0 once the step has", async () => {
    const step = jest.fn(async () => OUTPUTS);
    expect(await runJob(step, VALIDATE_ARGUMENTS, given, messageFile)).toBe(0);
    expect(step.mock.calls).toEqual([[expect.objectContaining(ARGUMENTS)]]);
    expect(message).toThrow("ENOENT");
  });

  it.each<[string, () => Promise<never>, readonly string[], string]>([
    ["a fault of the step", async () => Promise.reject(new TypeError("no bucket")), given, "TypeError: no bucket"],
    ["something else that is thrown", async () => Promise.reject("lost"), given, "lost"],
    [
      "an unknown argument",
      async () => Promise.reject(),
      [...given, "--Status", "Approved"],
      "Unknown option '--Status'",
    ],
    ["an argument without value", async () => Promise.reject(), ["--Bucket"], "argument missing"],
    ["a value without name", async () => Promise.reject(), ["none"], "Unexpected argument 'none'"],
  ])("ends with 1 for %s, and says why", async (_, step, args, reason) => {
    expect(await runJob(step, VALIDATE_ARGUMENTS, args, messageFile)).toBe(1);
    expect(message()).toContain(reason);
    expect(said.mock.calls.flat().join()).toContain(reason);
  });

  it("leaves a message of 1 KB at most, and keeps the whole in its log", async () => {
    const reason = "é".repeat(2000);
    await runJob(() => Promise.reject(new Error(reason)), VALIDATE_ARGUMENTS, given, messageFile);
    expect(readFileSync(messageFile).length).toBeLessThanOrEqual(1024);
    expect(said).toHaveBeenCalledWith(`Error: ${reason}`);
  });

  it("ends with 1 where its message can't be written", async () => {
    const step = () => Promise.reject(new Error("no bucket"));
    expect(await runJob(step, VALIDATE_ARGUMENTS, given, path.join(folder, "none", "message"))).toBe(1);
    expect(said.mock.calls.flat().join()).toMatch(/no bucket.*none\/message: can't be written: Error: ENOENT/);
  });
});

describe("the image's program", () => {
  const root = path.join(folder, "image");
  const program = path.join(root, "var", "task", "index.js");
  beforeAll(() => {
    for (const [name, text] of checksImageFiles()) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
  });

  it("run without its environment ends with 1 and names what is missing", () => {
    const { status, stderr } = spawnSync(process.execPath, [program, ...given], { encoding: "utf8", env: {} });
    expect(status).toBe(1);
    expect(stderr).toContain("environment of validate: GROUPS, EVIDENCE_SOURCES, GOVERNANCE_ACCOUNT");
  });

  it("loaded, as Lambda does, runs nothing", () => {
    const load = `require(${JSON.stringify(program)})`;
    expect(execFileSync(process.execPath, ["-e", load], { encoding: "utf8", env: {} })).toBe("");
  });
});
