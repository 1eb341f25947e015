import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { catalogue } from "../../../../checks/catalogue";
import { bundle } from "../../../../src/bundle";
import { parsePolicy } from "../../../../src/core/policy";
import { policySchema } from "../../../../src/core/policy-schema";
import type { EvidenceReference } from "../../../../src/core/ports";
import { sha256 } from "../../../../src/core/verdict";
import { parseVerdictRecord } from "../../../../src/ledger/verdict-record";
import { validate } from "../../../../src/stages/validate";
import { MemorySigner } from "../../../support/decide-world";
import { MemoryLedger, recordIn } from "../../../support/ledger-world";
import { MemoryEvidence, MemoryRegistry, MemoryWriteOnce, NO_LANGUAGE } from "../../../support/memory-ports";
import { CREDIT, GROUPS, named, registeredVersion, SOURCES, undigested } from "../../../support/registered-version";
import { runGovernance } from "../../../support/run-governance";
import { writeLedgerCopy } from "../../../support/write-ledger-copy";

const folder = mkdtempSync(path.join(tmpdir(), "rederive-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The bundle as the image has it; what needs AWS isn't called, so the SDK is left out.
const CHECKS = bundle(path.join(__dirname, "..", "..", "..", "..", "checks", "main.ts"), ["@aws-sdk/*"]).js;
const policyOf = (text: string) => parsePolicy([{ path: "organisation.yaml", text }], policySchema(catalogue));
const POLICY = policyOf(`schemaVersion: 1
requiredEvidence: [model-quality]
checks: { model-quality: { thresholds: { binary.recall: { min: 0.1 }, binary.f1: { min: 0.1 } } } }
`);

const report = (accuracy: number) =>
  JSON.stringify({
    binary_classification_metrics: { auc: { value: accuracy, standard_deviation: "NaN" } },
    dataset: { item_count: 2000 },
  });

/** Judges a version as the validate step does, and records it with what it rests on. */
async function decided(
  changed: { verdict?: (text: string) => string; bundleText?: string; bias?: EvidenceReference } = {},
): Promise<MemoryLedger> {
  const { verdict = (text: string) => text, bundleText = CHECKS, bias = named("absent.json", "{}") } = changed;
  const evidence = new MemoryEvidence();
  const body = report(0.95);
  const reference = named("quality.json", body);
  const at = { bucket: CREDIT.evidenceBucket, key: "quality.json" };
  const versionId = evidence.put(at, body);
  for (const bytes of ["{}", "[]"]) evidence.put({ bucket: CREDIT.evidenceBucket, key: "bias.json" }, bytes);
  const version = registeredVersion({ evidence: [reference, { ...bias, slot: "Bias.Report" }] });
  const verdicts = new MemoryWriteOnce();
  const ports = { registry: new MemoryRegistry(version), evidence, verdicts, records: new MemoryWriteOnce() };
  await validate(
    {
      ...{ ModelPackageGroupName: "credit-risk", ModelPackageArn: version.id.arn, Bucket: CREDIT.evidenceBucket },
      ...{ Attempt: "1", ExecutionId: "exec1" },
    },
    { ...ports, signer: new MemorySigner(), prompts: async () => undefined },
    {
      ...{
        groups: GROUPS,
        sources: SOURCES,
        imageDigest: `sha256:${"1".repeat(64)}`,
        policy: POLICY,
        checks: catalogue,
      },
      ...{ ...NO_LANGUAGE, bundle: { text: bundleText, sha256: sha256(bundleText) } },
    },
  );
  const [text = ""] = verdicts.bodies.values();
  const ledger = new MemoryLedger();
  ledger.cite(`s3://${at.bucket}/${at.key}`, versionId, Buffer.from(body));
  const written = Buffer.from(verdict(text));
  const madeWith = { policy: POLICY.text, bundle: bundleText };
  await recordIn(ledger, parseVerdictRecord(written), madeWith, ledger.signers.records, written.toString());
  return ledger;
}

async function rederived(ledger: MemoryLedger) {
  const at = mkdtempSync(path.join(folder, "copy-"));
  const { recordKey, checkpointKey } = writeLedgerCopy(at, ledger);
  const run = (key: string) => runGovernance("ledger", "rederive", "credit-risk/7", at, "--trusted-key", key);
  return { ...(await run(recordKey)), byOtherKey: () => run(checkpointKey) };
}

describe("governance ledger rederive", () => {
  it("judges the stored evidence again, the same bit for bit", async () => {
    const { status, out, err } = await rederived(await decided());
    expect(err).toBe("");
    expect(out).toMatch(/^records\/credit-risk\/7\/1.json: judged again, the same bit for bit: Rejected, \d+ findings/);
    expect(status).toBe(0);
  });

  it("names a finding that comes out otherwise", async () => {
    const ledger = await decided({ verdict: (text) => text.replace('"value":0.95', '"value":0.99') });
    const { status, out } = await rederived(ledger);
    expect(status).toBe(1);
    expect(out).toContain("judged again, and NOT the same");
    expect(out).toMatch(
      /finding \d+: then pass, model-quality binary.auc = 0.99.*; now pass, model-quality binary.auc = 0.95/,
    );
  });

  it.each<[string, EvidenceReference, RegExp]>([
    ["has another digest", named("bias.json", "another"), /then cannot-evaluate, .*digest mismatch/],
    ["has no digest", undigested("bias.json"), /then cannot-evaluate, .*without a ContentDigest/],
  ])("says that a report of which no version was taken, since it %s, isn't there", async (_, bias, then) => {
    const { status, out, err } = await rederived(await decided({ bias }));
    expect(err).toBe("");
    expect(out).toMatch(/finding \d+ can't be evaluated then and now, .*: no version of s3:.*bias.json was taken/);
    expect(out).toMatch(then);
    expect(status).toBe(1);
  });

  it("says where bytes alone differ", async () => {
    const bundleText = `${CHECKS}
const kept = module.exports;
module.exports = { judgeAgain: async (inputs) => (await kept.judgeAgain(inputs)) + " " };
`;
    const { status, out, err } = await rederived(await decided({ bundleText }));
    expect(err).toBe("");
    expect(out).toMatch(/NOT the same\n {2}the bytes differ, though no value does: SHA-256/);
    expect(status).toBe(1);
  });

  it("runs no bundle that no trusted key vouches for", async () => {
    const ledger = await decided({ bundleText: "throw new Error('was run')" });
    const { byOtherKey } = await rederived(ledger);
    const { status, err } = await byOtherKey();
    expect(status).toBe(1);
    expect(err).toContain("isn't among the 1 trusted");
  });

  it("runs no bundle that was changed", async () => {
    const ledger = await decided();
    const kept = ledger.kept.find(({ key }) => key.startsWith("bundles/"));
    if (kept?.bytes) kept.bytes = Buffer.concat([kept.bytes, Buffer.from("\n")]);
    const { status, err } = await rederived(ledger);
    expect(status).toBe(1);
    expect(err).toMatch(/bundles\/[0-9a-f]{64}.js: was changed/);
  });

  it("tells evidence that isn't in the copy", async () => {
    const ledger = await decided();
    ledger.cited.delete([...ledger.cited.keys()].find((of) => of.includes("quality.json")) ?? "");
    const { status, err } = await rederived(ledger);
    expect(status).toBe(1);
    expect(err).toMatch(
      /quality.json: is cited by records\/credit-risk\/7\/1.json, and its version v1 isn't in the copy/,
    );
  });

  it("tells a bundle that can't", async () => {
    const { status, err } = await rederived(await decided({ bundleText: "exports.handler = () => 1;" }));
    expect(status).toBe(2);
    expect(err).toContain("exports no judgeAgain");
  });
});
