import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { catalogue } from "../../../../checks/catalogue";
import { bundle } from "../../../../src/bundle";
import { parseS3Uri } from "../../../../src/contract/evidence-uri";
import { type Policy, parsePolicy } from "../../../../src/core/policy";
import { policySchema } from "../../../../src/core/policy-schema";
import { type EvidenceReference, type EvidenceSlot, MOST_VERSIONS } from "../../../../src/core/ports";
import { sha256 } from "../../../../src/core/verdict";
import { parseVerdictRecord } from "../../../../src/ledger/verdict-record";
import { REPORT_SIZE_LIMIT } from "../../../../src/reports/json";
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
const POLICY_TEXT = `schemaVersion: 1
requiredEvidence: [model-quality]
checks: { model-quality: { thresholds: { binary.recall: { min: 0.1 }, binary.f1: { min: 0.1 } } } }
`;
const POLICY = policyOf(POLICY_TEXT);

const report = (accuracy: number) =>
  JSON.stringify({
    binary_classification_metrics: { auc: { value: accuracy, standard_deviation: "NaN" } },
    dataset: { item_count: 2000 },
  });

type Put = [key: string, body: string, options?: { size?: number; summed?: boolean }];
const QUALITY = report(0.95);

interface Case {
  /** Beside the report of quality. */
  puts?: readonly Put[];
  reports?: readonly EvidenceReference[];
  policy?: Policy;
  verdict?: (text: string) => string;
  bundleText?: string;
}

/** Judges a version as the validate step does, and records it with what it rests on. */
async function decided({
  puts = [],
  reports = [],
  policy = POLICY,
  verdict = (text) => text,
  bundleText = CHECKS,
}: Case = {}): Promise<MemoryLedger> {
  const evidence = new MemoryEvidence();
  for (const [key, body, options] of [["quality.json", QUALITY] as Put, ...puts])
    evidence.put({ bucket: CREDIT.evidenceBucket, key }, body, options);
  const isQuality = reports.some(({ slot }) => slot === "ModelQuality.Statistics");
  const version = registeredVersion({ evidence: [...(isQuality ? [] : [named("quality.json", QUALITY)]), ...reports] });
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
        policy,
        checks: catalogue,
      },
      ...{ ...NO_LANGUAGE, bundle: { text: bundleText, sha256: sha256(bundleText) } },
    },
  );
  const [text = ""] = verdicts.bodies.values();
  const ledger = new MemoryLedger();
  const written = Buffer.from(verdict(text));
  const parsed = parseVerdictRecord(written);
  for (const { uri, versionId, size } of parsed.evidence) {
    const at = parseS3Uri(uri);
    if (at) ledger.cite(uri, versionId, Buffer.from(await evidence.read({ ...at, versionId, size })));
  }
  const madeWith = { policy: policy.text, bundle: bundleText };
  await recordIn(ledger, parsed, madeWith, ledger.signers.records, written.toString());
  return ledger;
}

async function rederived(ledger: MemoryLedger) {
  const at = mkdtempSync(path.join(folder, "copy-"));
  const { recordKey, checkpointKey } = writeLedgerCopy(at, ledger);
  const run = (key: string, command = "rederive") =>
    runGovernance("ledger", command, "credit-risk/7", at, "--trusted-key", key);
  return { ...(await run(recordKey)), byOtherKey: () => run(checkpointKey), show: () => run(recordKey, "show") };
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

  describe("judges again, the same bit for bit, a version with a report of which no version was taken", () => {
    const BIAS: Put[] = [
      ["bias.json", "{}"],
      ["bias.json", "[]", { summed: false }],
    ];
    const large = { size: REPORT_SIZE_LIMIT + 1 };
    const accepting = policyOf(`${POLICY_TEXT}acceptUndigestedEvidence: true\n`);
    const manifest = JSON.stringify({ schemaVersion: 1, files: [{ path: "run.json", sha256: sha256("another") }] });
    const bias = (of: EvidenceReference, slot: EvidenceSlot = "Bias.Report") => ({ ...of, slot });

    it.each<[string, Case, RegExp]>([
      ["of another digest", { puts: BIAS, reports: [bias(named("bias.json", "another"))] }, /none of the 2 object/],
      ["undigested", { puts: BIAS, reports: [bias(undigested("bias.json"))] }, /without a ContentDigest/],
      ["ambiguous", { puts: BIAS, reports: [bias(undigested("bias.json"))], policy: accepting }, /of different bytes/],
      [
        "too large",
        { puts: [["bias.json", "{}", large]], reports: [bias(named("bias.json", "{}"))] },
        /bias.json is larger than/,
      ],
      [
        "of another digest beside one too large",
        { puts: [["bias.json", "{}", large], ...BIAS], reports: [bias(named("bias.json", "another"))] },
        /none of the 2 object.*1 more are larger/,
      ],
      [
        "of very many versions",
        {
          puts: Array.from({ length: MOST_VERSIONS }, (): Put => ["bias.json", "{}"]),
          reports: [bias(named("bias.json", "another"))],
        },
        /none of the 1000 object.*only the newest 1000/,
      ],
      [
        "undigested, of very many versions",
        {
          puts: Array.from({ length: MOST_VERSIONS }, (): Put => ["bias.json", "{}"]),
          ...{ reports: [bias(undigested("bias.json"))], policy: accepting },
        },
        /has 1000 object versions or more/,
      ],
      [
        "of another digest, that a manifest lists",
        {
          puts: [
            ["manifest.json", manifest],
            ["run.json", "{}"],
          ],
          reports: [named("manifest.json", manifest)],
        },
        /none of the 1 object version\(s\) at s3:\S+\/run.json/,
      ],
      ["absent", { reports: [bias(named("bias.json", "{}"))] }, /no object at s3:\S+bias.json/],
      [
        "that is taken in another slot, by its digest",
        {
          puts: BIAS,
          reports: [
            bias(named("bias.json", "{}"), "Bias.PreTrainingReport"),
            bias(named("bias.json", "another"), "Bias.PostTrainingReport"),
          ],
        },
        /none of the 2 object/,
      ],
      [
        "that is taken in another slot, where both are accepted",
        {
          ...{ puts: BIAS, policy: accepting },
          reports: [
            bias(undigested("bias.json"), "Bias.PreTrainingReport"),
            bias(named("bias.json", "{}"), "Bias.PostTrainingReport"),
          ],
        },
        /of different bytes/,
      ],
    ])("%s", async (_, given, reason) => {
      const ledger = await decided(given);
      const [checksJson] = [...ledger.cited].find(([of]) => of.includes("checks.json"))?.slice(1) ?? [];
      expect(String(checksJson)).toMatch(reason);
      const { status, out, err } = await rederived(ledger);
      expect([status, err]).toEqual([0, ""]);
      expect(out).toContain("judged again, the same bit for bit");
    });

    const SEEN = /"seen":\[.*?\]\}\],/;
    it.each<[string, (text: string) => string, RegExp]>([
      [
        "names a version less",
        (text) => text.replace(/("versions":\[)\{[^}]*\},/, "$1"),
        /now cannot-evaluate, .*none of the 1 object/,
      ],
      ["was taken out", (text) => text.replace(SEEN, ""), /now cannot-evaluate, .*no object at/],
      [
        "has another SHA-256",
        (text) => text.replace(sha256("{}"), sha256("another")),
        /can't judge it again: .*bias.json: version v2 isn't kept/,
      ],
    ])("but not where what was seen %s", async (_, verdict, says) => {
      const given = { puts: BIAS, reports: [bias(named("bias.json", "another"))] };
      const { status, out, err } = await rederived(await decided({ ...given, verdict }));
      expect(out + err).toMatch(says);
      expect(status).toBe(1);
    });

    it("which show says, by its versions", async () => {
      const ledger = await decided({ puts: BIAS, reports: [bias(named("bias.json", "another"))] });
      const { show } = await rederived(ledger);
      const seen = `not taken   as checks.json says: s3://${CREDIT.evidenceBucket}/bias.json version v3 of 2 bytes SHA-256 ${sha256("[]")}; version v2 of 2 bytes SHA-256 ${sha256("{}")}\n`;
      expect((await show()).out).toContain(seen);
    });
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
