import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createProgram } from "../../../src/cli/program";

const samples = path.join(__dirname, "../../../samples/versions");
const root = mkdtempSync(path.join(tmpdir(), "governance-judge-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Run {
  status: number;
  out: string;
  err: string;
}

async function governance(...args: string[]): Promise<Run> {
  const printed = { out: "", err: "" };
  const writer = (to: "out" | "err") => ({ write: (text: string) => (printed[to] += text) });
  return { status: await createProgram(writer("out"), writer("err")).run(args), ...printed };
}

const judge = (version: string, ...more: string[]): Promise<Run> =>
  governance(
    "judge",
    "--model-package",
    path.join(samples, version, "model-package.json"),
    "--evidence",
    path.join(samples, version, "evidence"),
    ...more,
  );

/** A folder with a policy of its own. */
function policy(name: string, files: Record<string, string>): string {
  const folder = path.join(root, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

const REVIEW = "schemaVersion: 1\nchecks:\n  bias-post-training:\n    onFail: review\n";

describe("governance judge: exit status", () => {
  it.each([
    ["approved", "all-in-order", [], 0],
    ["rejected for a failed finding", "biased-by-age", [], 1],
    ["rejected for what can't be evaluated", "auc-not-a-number", [], 1],
    ["left for review", "biased-by-age", ["--policy", policy("review", { "organisation.yaml": REVIEW })], 3],
    ["a wrong format", "all-in-order", ["--format", "xml"], 2],
    ["a policy folder that isn't there", "all-in-order", ["--policy", "/nowhere"], 2],
    ["an unknown option", "all-in-order", ["--threshold", "0.5"], 2],
  ])("%s", async (_, version, more, status) => {
    expect((await judge(version, ...more)).status).toBe(status);
  });

  it.each([
    ["no arguments", ["judge"], /--model-package/],
    ["an unknown command", ["approve"], /approve/],
    [
      "no such description",
      ["judge", "--model-package", "/nowhere.json", "--evidence", "."],
      /can't read \/nowhere\.json/,
    ],
    [
      "a description that isn't one",
      [
        "judge",
        "--model-package",
        path.join(
          samples,
          "all-in-order/evidence/mg-artifacts-111122223333-us-east-1/evidence/credit-risk/all-in-order/bias/analysis.json",
        ),
        "--evidence",
        ".",
      ],
      /ModelPackageArn is absent.*describe-model-package/,
    ],
    [
      "no such evidence folder",
      ["judge", "--model-package", path.join(samples, "all-in-order/model-package.json"), "--evidence", "/nowhere"],
      /--evidence: \/nowhere is no folder/,
    ],
  ])("wrong use: %s", async (_, args, message) => {
    const { status, err, out } = await governance(...args);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(message);
  });

  it("names file and line of a policy's mistake", async () => {
    const wrong = policy("wrong", {
      "organisation.yaml":
        "schemaVersion: 1\nchecks:\n  bias-post-training:\n    thresholds:\n      DPPL: { min: -3, max: 0.1 }\n",
    });
    const { status, err } = await judge("all-in-order", "--policy", wrong);
    expect(status).toBe(2);
    expect(err).toMatch(/organisation\.yaml:5: checks\.bias-post-training\.thresholds\.DPPL\.min/);
  });

  it("prints help that says what the exit status means", async () => {
    const { status, out } = await governance("judge", "--help");
    expect(status).toBe(0);
    expect(out).toMatch(/0 {2}approved[\s\S]*1 {2}rejected[\s\S]*2 {2}wrong use[\s\S]*3 {2}left for review/);
  });
});

describe("governance judge: formats", () => {
  it("json is one verdict with every finding", async () => {
    const { out } = await judge("biased-by-age", "--format", "json");
    const verdict = JSON.parse(out);
    expect(Object.keys(verdict)).toEqual(["decision", "findings", "policy"]);
    expect(verdict.decision).toBe("Rejected");
    expect(verdict.policy.digest).toMatch(/^[0-9a-f]{64}$/);
    const failed = verdict.findings.filter(({ outcome }: { outcome: string }) => outcome === "fail");
    expect(failed).toEqual([
      {
        check: "bias-post-training",
        metric: "RD",
        facet: "age=(60.0, 78.0]",
        feature: null,
        category: null,
        value: expect.closeTo(0.1238, 4),
        bound: { min: -0.1, max: 0.1 },
        outcome: "fail",
        reason: expect.stringContaining("above"),
        evidence: {
          uri: expect.stringMatching(/^s3:\/\/mg-artifacts-.*\/bias\/analysis\.json$/),
          versionId: null,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
    ]);
  });

  it("json writes what is no number as a text", async () => {
    const { findings } = JSON.parse((await judge("auc-not-a-number", "--format", "json")).out);
    expect(findings.filter(({ value }: { value: unknown }) => value === "NaN")).toHaveLength(1);
  });

  it("junit has a failure for what fails and an error for what can't be evaluated", async () => {
    const [failed, unknown] = await Promise.all(
      ["biased-by-age", "auc-not-a-number"].map((version) => judge(version, "--format", "junit")),
    );
    expect(failed?.out).toMatch(
      /<testcase classname="bias-post-training" name="bias-post-training RD age=\(60\.0, 78\.0\]"><failure message="value 0\.1238/,
    );
    expect(unknown?.out).toMatch(
      /<testsuite name="model-quality" tests="\d+" failures="0" errors="1">[\s\S]*<error message="value NaN/,
    );
  });

  it("text puts what stands in the way first", async () => {
    const lines = (await judge("biased-by-age")).out.split("\n");
    expect(lines[0]).toBe("credit-risk version 2: Rejected");
    expect(lines[3]).toMatch(/^ {2}FAIL {2}bias-post-training RD age/);
  });
});

describe("governance judge: evidence", () => {
  const copyOf = (name: string): string => {
    const folder = path.join(root, name);
    cpSync(path.join(samples, "fraud-in-order"), folder, { recursive: true });
    return folder;
  };
  const report = (folder: string) =>
    path.join(
      folder,
      "evidence/mg-artifacts-222233334444-us-east-1/evidence/payment-fraud/fraud-in-order/bias/analysis.json",
    );
  const description = (folder: string, edit: (text: string) => string) => {
    const file = path.join(folder, "model-package.json");
    writeFileSync(file, edit(readFileSync(file, "utf8")));
  };

  it.each<[string, (folder: string) => void, RegExp]>([
    ["changed after registration", (folder) => writeFileSync(report(folder), "{}"), /digest mismatch/],
    ["absent", (folder) => rmSync(report(folder)), /no object at s3:\/\//],
    [
      "a folder",
      (folder) => {
        rmSync(report(folder));
        mkdirSync(report(folder));
      },
      /no object at s3:\/\//,
    ],
    [
      "without a digest",
      (folder) => description(folder, (text) => text.replace(/"ContentDigest": "[^"]*",/g, "")),
      /without a ContentDigest/,
    ],
    [
      "outside of the folder",
      (folder) =>
        description(folder, (text) => text.replace("/bias/analysis.json", "/../../../../../model-package.json")),
      /no object at s3:\/\//,
    ],
  ])("a report that is %s can't be evaluated", async (name, spoil, reason) => {
    const folder = copyOf(name.replaceAll(" ", "-"));
    spoil(folder);
    const { status, out } = await governance(
      "judge",
      "--model-package",
      path.join(folder, "model-package.json"),
      "--evidence",
      path.join(folder, "evidence"),
    );
    expect(status).toBe(1);
    expect(out).toMatch(reason);
  });
});
