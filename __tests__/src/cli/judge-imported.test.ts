import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createProgram } from "../../../src/cli/program";
import { sha256, type Verdict } from "../../../src/core/verdict";
import { RUNS } from "../../support/language-runs";

const FIXTURES = path.join(__dirname, "../../fixtures/language");
const root = mkdtempSync(path.join(tmpdir(), "governance-imported-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let made = 0;
/** A version whose ModelQuality.Statistics is the first of the files; judged with no bounds but those given. */
async function judged(files: Readonly<Record<string, string>>, checks: object): Promise<Verdict> {
  const folder = path.join(root, String(made++));
  const evidence = path.join(folder, "evidence", "bucket", "run");
  mkdirSync(evidence, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(evidence, name)), { recursive: true });
    writeFileSync(path.join(evidence, name), text);
  }
  const [first = "", text = ""] = Object.entries(files)[0] ?? [];
  const Statistics = { ContentType: "a", ContentDigest: `sha256:${sha256(text)}`, S3Uri: `s3://bucket/run/${first}` };
  const described = {
    ModelPackageArn: "arn:aws:sagemaker:us-east-1:444455556666:model-package/assistant/1",
    ...{ ModelPackageStatus: "Completed", ModelApprovalStatus: "PendingManualApproval" },
    ...{ CreationTime: "2026-11-20T10:00:00Z", ModelMetrics: { ModelQuality: { Statistics } } },
  };
  writeFileSync(path.join(folder, "describe.json"), JSON.stringify(described));
  mkdirSync(path.join(folder, "policy"));
  const policy = { schemaVersion: 1, requiredEvidence: [], checks };
  writeFileSync(path.join(folder, "policy", "organisation.yaml"), JSON.stringify(policy));
  let printed = "";
  const out = { write: (line: string) => (printed += line) };
  const places = ["--model-package", "describe.json", "--evidence", "evidence", "--policy", "policy"];
  const args = places.map((one) => (one.startsWith("--") ? one : path.join(folder, one)));
  await createProgram(out, out).run(["judge", ...args, "--format", "json"]);
  return JSON.parse(printed);
}

const fixture = (name: string) => readFileSync(path.join(FIXTURES, name), "utf8");
const manifest = (names: readonly string[], more: object = {}) => ({
  "manifest.json": JSON.stringify({
    schemaVersion: 1,
    files: names.map((name) => ({ path: path.basename(name), sha256: sha256(fixture(name)), ...more })),
  }),
  ...Object.fromEntries(names.map((name) => [path.basename(name), fixture(name)])),
});
const quality = (metric: string, bound: object) => ({
  "model-quality": { thresholds: { problem: "unstated", [`unstated.${metric}`]: bound } },
});

describe("governance judge takes", () => {
  it.each<[string, Readonly<Record<string, string>>, object, string]>([
    [
      "fmeval's output",
      { "eval.json": fixture("fmeval_run/eval_outputs.json") },
      quality("fmeval.factual_knowledge.acme_facts.factual_knowledge", { min: 0.7 }),
      "unstated.fmeval.factual_knowledge.acme_facts.factual_knowledge",
    ],
    [
      "Clarify's output of a foundation-model job",
      { "output.json": fixture("fmeval_run/output.json") },
      quality("fmeval.factual_knowledge.acme_facts.factual_knowledge", { min: 0.7 }),
      "unstated.fmeval.factual_knowledge.acme_facts.factual_knowledge",
    ],
    [
      "a run folder of HELM",
      manifest(["helm_run/stats.json", "helm_run/per_instance_stats.json", "helm_run/scenario_state.json"]),
      quality("helm.num_references", { min: 1 }),
      "unstated.helm.num_references",
    ],
  ])("%s", async (_, files, checks, metric) => {
    const { decision, findings } = await judged(files, checks);
    expect(findings).toEqual([expect.objectContaining({ metric, outcome: "pass" })]);
    expect(decision).toBe("Approved");
  });

  it("lm-evaluation-harness's results, and rejects a metric that is NaN", async () => {
    const files = manifest([
      "lmeval_run/results_2026-01-01T00-00-00.json",
      "lmeval_run/samples_bbq_generate_2026-01-01T00-00-00.jsonl",
    ]);
    const { findings } = await judged(files, {
      "bias-bbq": {
        thresholds: { "lmeval.amb_bias_score": { max: 0.9 }, "lmeval.amb_bias_score[Religion]": { max: 0.9 } },
      },
    });
    const of = (category: string | null) =>
      findings.find((one) => one.metric === "lmeval.amb_bias_score" && one.category === category);
    expect([of(null)?.outcome, of("Religion")?.outcome, of("Religion")?.value]).toEqual([
      "pass",
      "cannot-evaluate",
      "NaN",
    ]);
  });

  it("the gate's own records", async () => {
    const records = RUNS["toxicity-bold"]()
      .map((line) => JSON.stringify(line))
      .join("\n");
    const list = JSON.stringify({
      schemaVersion: 1,
      prompts: 300,
      files: [{ path: "r.jsonl", sha256: sha256(records) }],
    });
    expect((await judged({ "manifest.json": list, "r.jsonl": records }, {})).decision).toBe("Approved");
    const half = JSON.stringify({
      schemaVersion: 1,
      prompts: 600,
      files: [{ path: "r.jsonl", sha256: sha256(records) }],
    });
    const { findings } = await judged({ "manifest.json": half, "r.jsonl": records }, {});
    expect(findings.filter(({ outcome }) => outcome !== "pass").map(({ metric }) => metric)).toEqual([
      "records.missing",
    ]);
  });
});

describe("governance judge refuses a manifest", () => {
  const name = "fmeval_run/output.json";
  it.each<[string, object, RegExp]>([
    ["of another version", { schemaVersion: 2, files: [] }, /schemaVersion is 2; expected 1/],
    ["without files", { schemaVersion: 1, files: [] }, /files is an empty list/],
    [
      "that leads elsewhere",
      { schemaVersion: 1, files: [{ path: "../output.json", sha256: "0".repeat(64) }] },
      /expected a file beside the manifest/,
    ],
    [
      "with another digest",
      { schemaVersion: 1, files: [{ path: "output.json", sha256: "0".repeat(64) }] },
      /digest mismatch/,
    ],
    [
      "of a file that isn't there",
      { schemaVersion: 1, files: [{ path: "a.json", sha256: "0".repeat(64) }] },
      /lists s3:\/\/bucket\/run\/a\.json, and there is no such object/,
    ],
    [
      "of another kind",
      { schemaVersion: 1, files: [{ path: "output.json", sha256: "0".repeat(64), kind: "x" }] },
      /kind is the text "x"/,
    ],
    [
      "with fields that aren't known",
      { schemaVersion: 1, files: [], include: "*" },
      /has include; expected schemaVersion, files and prompts/,
    ],
  ])("%s", async (_, content, reason) => {
    const { decision, findings } = await judged(
      { "manifest.json": JSON.stringify(content), "output.json": fixture(name) },
      {},
    );
    expect(decision).toBe("Rejected");
    expect(findings).toEqual([
      expect.objectContaining({ metric: "report", outcome: "cannot-evaluate", reason: expect.stringMatching(reason) }),
    ]);
  });
});
