import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundle } from "../../src/bundle";

const folder = mkdtempSync(path.join(tmpdir(), "functions-"));
const root = path.join(__dirname, "..", "..");
afterAll(() => rmSync(folder, { recursive: true }));

/** Loads a bundle as Lambda does, with nothing beside it and no variable set: what it writes to standard error. */
function load(name: string): string {
  const { js, map } = bundle(path.join(root, "functions", name, "handler.ts"));
  const cwd = path.join(folder, name);
  mkdirSync(cwd);
  writeFileSync(path.join(cwd, "index.js"), js);
  writeFileSync(path.join(cwd, "index.js.map"), map);
  const program = 'try { require("./index.js") } catch (error) { process.stdout.write(error.stack) }';
  return execFileSync(process.execPath, ["--enable-source-maps", "-e", program], { cwd, encoding: "utf8", env: {} });
}

describe("a deployed function", () => {
  it.each([
    ["copy", "ARTIFACT_BUCKET, ARTIFACT_BUCKET_OWNER, EVIDENCE_PREFIXES"],
    ["start", "GROUPS, EVIDENCE_SOURCES, GOVERNANCE_ACCOUNT"],
    ["decide", "GROUPS, GOVERNANCE_ACCOUNT, VERDICT_BUCKET"],
    ["clean-up", "PREFIX, SERVICES, NOTICE_TOPIC_ARN"],
  ])("%s needs nothing but its variables, and names them by the line of its source", (name, variables) => {
    const said = load(name);
    expect(said).toContain(`environment of ${name}: ${variables}`);
    expect(said).toMatch(new RegExp(`functions/${name}/handler\\.ts:\\d+`));
  });
});
