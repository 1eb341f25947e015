import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SAMPLE_STACKS } from "../../../src/local/story";
import { runGovernance } from "../../support/run-governance";

const root = mkdtempSync(path.join(tmpdir(), "governance-deployer-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const governance = (...args: string[]) => runGovernance("deployer-policy", ...args);

describe("governance deployer-policy", () => {
  it.each(SAMPLE_STACKS)("prints policies for %s, as IAM takes them", async (file) => {
    const { status, out } = await governance("--config", file);
    const lines = out.trimEnd().split("\n");
    const policies = lines.filter((_, at) => at % 2 === 1).map((line) => JSON.parse(line));
    expect(status).toBe(0);
    expect(lines.length).toBe(policies.length * 2);
    for (const [at, line] of lines.entries())
      if (at % 2 === 0) expect(line).toMatch(/^# (governance|dev)-\d+\.json: for \d{12}; \d{1,4} of 6144 characters$/);
    const json = await governance("--config", file, "--format", "json");
    expect(JSON.parse(json.out)).toEqual(policies);
  });

  it("writes each into a file", async () => {
    const [file = ""] = SAMPLE_STACKS;
    const { out } = await governance("--config", file, "--to", root, "--format", "json");
    const written = readdirSync(root).sort();
    expect(written).toEqual(JSON.parse(out).map((_: unknown, at: number) => `governance-${at + 1}.json`));
    expect(written.map((name) => JSON.parse(readFileSync(path.join(root, name), "utf8")))).toEqual(JSON.parse(out));
  });

  it("ends with 2 where there is no such file", async () => {
    const { status, out, err } = await governance("--config", path.join(root, "none.yaml"));
    expect([status, out]).toEqual([2, ""]);
    expect(err).toMatch(/^governance: --config: .*none\.yaml can't be read \(.*ENOENT/);
  });
});
