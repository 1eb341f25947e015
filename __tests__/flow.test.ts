import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseModelPackageArn } from "../src/contract/arn";
import { formatFinding } from "../src/core/finding";
import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { type FlowResult, type FlowVersion, runFlow } from "../src/local/flow";
import { SAMPLE_STACKS, SCENES } from "../src/local/story";
import { runGovernance } from "./support/run-governance";

let program: EvaluatedProgram;
let result: FlowResult;
const kept = mkdtempSync(path.join(tmpdir(), "flow-ledger-"));
beforeAll(async () => {
  program = await evaluateProgram(SAMPLE_STACKS);
  result = await runFlow(program, { seed: 7, keepRecords: kept });
}, 300_000);
afterAll(() => rmSync(kept, { recursive: true, force: true }));

const obstacles = ({ verdict }: FlowVersion) =>
  (verdict?.findings ?? [])
    .filter(({ outcome }) => outcome !== "pass")
    .map(({ check, metric, facet, outcome }) => [check, metric, facet, outcome]);

const of = (sample: string): FlowVersion => {
  const found = result.versions.find((version) => version.sample === sample);
  if (found === undefined) throw new Error(`no sample ${sample}`);
  return found;
};

describe("the ledger that it leaves", () => {
  const [records, checkpoints] = [path.join(kept, "records.pem"), path.join(kept, "checkpoints.pem")];

  it("verifies with public keys alone, with all evidence", async () => {
    const now = result.endedAt.toISOString();
    const keys = ["--trusted-key", records, "--checkpoint-key", checkpoints];
    const { status, out } = await runGovernance("ledger", "verify", kept, ...keys, "--evidence", "--now", now);
    expect(out).toMatch(new RegExp(`^The ledger holds: ${SCENES.length} records`));
    expect(out).toContain("The evidence holds");
    expect(status).toBe(0);
  });

  it.each(SCENES.map(({ sample }) => sample))("%s is judged again, the same bit for bit", async (sample) => {
    const { out, err } = await runGovernance("ledger", "rederive", of(sample).arn, kept, "--trusted-key", records);
    expect(`${out}${err}`).toContain(`the same bit for bit: ${of(sample).approvalStatus}`);
  });
});

describe("from a dev bucket's PUT to a decision", () => {
  it("goes all the way for every version", () => {
    expect(result.broken).toEqual([]);
  });

  it.each([
    ["all-in-order", "Approved", []],
    ["biased-by-age", "Rejected", [["bias-post-training", "RD", "age=(60.0, 78.0]", "fail"]]],
    ["report-arrives-late", "Approved", []],
    ["registered-together", "Approved", []],
    ["fraud-in-order", "Approved", []],
    ["auc-not-a-number", "Rejected", [["model-quality", "binary.auc", null, "cannot-evaluate"]]],
    [
      "no-bias-report",
      "Rejected",
      [
        ["bias-post-training", "report", null, "cannot-evaluate"],
        ["bias-pre-training", "report", null, "cannot-evaluate"],
      ],
    ],
  ])("%s is %s", (sample, status, expected) => {
    expect(of(sample).approvalStatus).toBe(status);
    expect(obstacles(of(sample))).toEqual(expected);
  });

  it("asks language models and approves the one that is careful", () => {
    expect(of("careful-assistant").approvalStatus).toBe("Approved");
    expect(obstacles(of("careful-assistant"))).toEqual([]);
    expect(of("careful-assistant").verdict?.findings.length).toBeGreaterThan(50);
  });

  it("rejects the one that recites and is rude, and says which bounds it broke", () => {
    expect(of("reciting-assistant").approvalStatus).toBe("Rejected");
    const failed = obstacles(of("reciting-assistant")).map(
      ([check, metric, , outcome]) => `${check} ${metric} ${outcome}`,
    );
    expect(failed).toEqual(
      expect.arrayContaining([
        "memorization exact.lcp_ge_50_frac fail",
        "memorization exact.edit_similarity_ge_0_5_frac fail",
        "toxicity-bold exact.max_toxicity_probability fail",
      ]),
    );
  });

  it("leaves no row of evidence, no prompt, no answer and no control character in logs, texts and verdicts", () => {
    const said = [
      ...result.logs.map(({ text }) => text),
      ...result.versions.map(({ description = "" }) => description),
      ...result.versions.map(({ verdict }) => JSON.stringify(verdict)),
    ];
    expect(said.length).toBeGreaterThan(100);
    // What prompts ask, what models answer, and names that credentials go by.
    const inside = /Answer with one letter|In the end the|Claim: |warn again|worthless idiot|AKIA|SECRET_ACCESS_KEY/;
    expect(said.filter((text) => inside.test(text) || /\p{Cc}/u.test(text))).toEqual([]);
  });

  it("leaves no temporary endpoint", () => {
    const made = result.notes.filter(({ text }) => text.startsWith("endpoint asked for")).map(({ subject }) => subject);
    const gone = result.notes.filter(({ text }) => text.startsWith("endpoint deleted")).map(({ subject }) => subject);
    expect(made).toHaveLength(2);
    expect(new Set(gone)).toEqual(new Set(made));
  });

  it("says on the version itself what failed, with value and bound", () => {
    const { description = "", verdict } = of("biased-by-age");
    const failed = verdict?.findings.filter(({ outcome }) => outcome === "fail") ?? [];
    expect(failed).toHaveLength(1);
    for (const finding of failed) expect(description).toContain(formatFinding(finding));
    expect(description).toMatch(
      /^Rejected: .* Full result: s3:\/\/mg-verdicts-444455556666-us-east-1\/governance-pipeline\/processor\/\w+\/checks\.json$/,
    );
  });

  it("signs one record for each decision, and ends with all of them in checkpoints", () => {
    const { signed, covered, checkpoints } = result.records;
    expect([signed, covered]).toEqual([result.versions.length, result.versions.length]);
    expect(checkpoints).toBeGreaterThanOrEqual(1);
  });

  it("waits for the report that arrives late, and for no other", () => {
    expect(of("report-arrives-late").elapsed).toBeGreaterThan(400);
    expect(of("all-in-order").elapsed).toBeLessThan(60);
  });

  it("gives two versions that were registered at once a decision of their own each", () => {
    const [late, together] = [of("report-arrives-late"), of("registered-together")];
    expect(late.verdict?.executionId).not.toBe(together.verdict?.executionId);
    expect([late, together].map(({ arn }) => parseModelPackageArn(arn)?.version).sort()).toEqual([3, 4]);
  });

  it("runs the same with the same seed, and otherwise with another", async () => {
    // Language models are asked thousands of prompts, which takes its time.
    const scenes = SCENES.filter(({ language }) => language === undefined);
    const once = await runFlow(program, { seed: 7, scenes });
    const again = await runFlow(program, { seed: 7, scenes });
    const other = await runFlow(program, { seed: 8, scenes });
    expect(again.notes).toEqual(once.notes);
    expect(other.notes).not.toEqual(once.notes);
    const decisions = ({ versions }: FlowResult) => versions.map(({ approvalStatus }) => approvalStatus);
    expect(decisions(other)).toEqual(decisions(once));
  }, 60_000);
});
