import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checksImageFiles } from "../../checks/image";
import { writeEnvironment } from "../../src/contract/environment";
import { GROUPS, SOURCES } from "../support/registered-version";

const folder = mkdtempSync(path.join(tmpdir(), "image-"));
const POLICY = path.join(__dirname, "..", "..", "checks", "policy");
afterAll(() => rmSync(folder, { recursive: true }));

// Advice on Node.js versions is for those who call AWS.
const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

describe("the checks' image", () => {
  const files = checksImageFiles();

  it("has the code and the policy where the base looks for them, and nothing else", () => {
    expect([...files.keys()].sort()).toEqual([
      "/var/task/collect.js",
      "/var/task/collect.js.map",
      "/var/task/index.js",
      "/var/task/index.js.map",
      "/var/task/policy/groups/credit-risk.yaml",
      "/var/task/policy/groups/payment-fraud.yaml",
      "/var/task/policy/groups/support-assistant.yaml",
      "/var/task/policy/organisation.yaml",
    ]);
    expect(files.get("/var/task/policy/organisation.yaml")).toBe(
      readFileSync(path.join(POLICY, "organisation.yaml"), "utf8"),
    );
  });

  it("has a handler that starts by itself, with no package beside it", () => {
    for (const [name, text] of files) {
      const file = path.join(folder, "image", name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const env = writeEnvironment("validate", {
      GROUPS,
      EVIDENCE_SOURCES: SOURCES,
      GOVERNANCE_ACCOUNT: "444455556666",
      VERDICT_BUCKET: "verdicts",
      RECORD_BUCKET: "records",
      VERDICT_KEY_ARN: "arn:aws:kms:us-east-1:444455556666:key/verdicts",
      CHECKS_IMAGE_DIGEST: `sha256:${"1".repeat(64)}`,
      LANGUAGE_GROUPS: [],
      PROMPT_BUCKET: "prompts",
      PROMPT_SETS: [],
    });
    const program = 'process.stdout.write(typeof require("./index.js").handler)';
    const cwd = path.join(folder, "image", "var", "task");
    const said = execFileSync(process.execPath, ["-e", program], { cwd, encoding: "utf8", env: { ...env, ...QUIET } });
    expect(said).toBe("function");
  });
});

describe("a wrong edit of the policy", () => {
  it("fails the image's build by file and line", () => {
    const policyDirectory = path.join(folder, "policy");
    cpSync(POLICY, policyDirectory, { recursive: true });
    writeFileSync(
      path.join(policyDirectory, "groups", "credit-risk.yaml"),
      "schemaVersion: 1\nchecks:\n  model-quality:\n    onFail: ignore\n",
    );
    expect(() => checksImageFiles({ policyDirectory })).toThrow(
      'groups/credit-risk.yaml:4: checks.model-quality.onFail found "ignore", expected one of: reject, review',
    );
  });
});
