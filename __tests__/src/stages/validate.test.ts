import { bundleKey, keptPromptSetKey, policyKey, promptSetKey } from "../../../src/contract/names";
import type { ValidateArguments } from "../../../src/contract/pipeline-parameters";
import type { Check } from "../../../src/core/check";
import type { EvidenceReference, ModelPackage } from "../../../src/core/ports";
import { sha256 } from "../../../src/core/verdict";
import { requireSignature } from "../../../src/ledger/signed";
import { readSignedVerdict } from "../../../src/ledger/verdict-record";
import type { ReadPrompts } from "../../../src/stages/pinned-prompts";
import { validate } from "../../../src/stages/validate";
import { accuracyCheck, accuracyPolicy, statistics } from "../../support/accuracy-check";
import { collectWorld } from "../../support/collect-world";
import { MemorySigner } from "../../support/decide-world";
import { MemoryEvidence, MemoryRegistry, MemoryWriteOnce, NO_LANGUAGE, unreadable } from "../../support/memory-ports";
import {
  ARN,
  arnOf,
  CREDIT,
  FINGERPRINT,
  GROUPS,
  named,
  PAYMENTS,
  registeredVersion,
  SOURCES,
  undigested,
} from "../../support/registered-version";

const KEY = "governance-pipeline/processor/exec1/checks.json";
const AT = { bucket: CREDIT.evidenceBucket, key: "a.json" };
const IMAGE = `sha256:${"1".repeat(64)}`;
const args: ValidateArguments = {
  ModelPackageGroupName: "credit-risk",
  Bucket: CREDIT.evidenceBucket,
  ModelPackageArn: ARN,
  Attempt: "1",
  ExecutionId: "exec1",
};
const policy = accuracyPolicy();
const settings = {
  groups: GROUPS,
  sources: SOURCES,
  imageDigest: IMAGE,
  policy,
  checks: [accuracyCheck],
  bundle: { text: "checks", sha256: sha256("checks") },
  ...NO_LANGUAGE,
};

function world(version: ModelPackage, body?: string) {
  const evidence = new MemoryEvidence();
  if (body !== undefined) evidence.put(AT, body);
  return {
    registry: new MemoryRegistry(version),
    evidence,
    verdicts: new MemoryWriteOnce(),
    records: new MemoryWriteOnce(),
    signer: new MemorySigner(),
    prompts: async () => undefined,
  };
}

const registered = (...evidence: EvidenceReference[]) => registeredVersion({ evidence });
const written = (ports: { verdicts: MemoryWriteOnce }) => {
  const body = ports.verdicts.bodies.get(KEY) ?? "";
  return { body, record: JSON.parse(body).body };
};

describe("a version is judged", () => {
  it.each([
    [0.95, "Approved", "pass", null],
    [0.9, "Approved", "pass", null],
    [0.85, "Rejected", "fail", "0.85 is below its bound"],
  ])("accuracy %d: %s", async (accuracy, decision, outcome, reason) => {
    const body = statistics(accuracy);
    const ports = world(registered(named("a.json", body)), body);
    const outputs = await validate(args, ports, settings);
    const pinned = { uri: `s3://${AT.bucket}/a.json`, versionId: "v1", sha256: sha256(body) };
    const { record, body: verdict } = written(ports);
    expect(outputs).toEqual({ Decision: decision, VerdictSha256: sha256(verdict) });
    requireSignature(readSignedVerdict(Buffer.from(verdict), KEY), await ports.signer.trusted());
    expect(record).toEqual({
      schemaVersion: 3,
      signedWith: await ports.signer.key(),
      modelPackageArn: ARN,
      executionId: "exec1",
      attempt: 1,
      registered: {
        fingerprint: FINGERPRINT,
        createdAt: "2026-11-20T10:15:40.000Z",
        evidence: [named("a.json", body)],
      },
      decision,
      findings: [
        {
          check: "accuracy",
          metric: "accuracy",
          facet: null,
          feature: null,
          category: null,
          value: accuracy,
          bound: { min: 0.9 },
          outcome,
          reason,
          evidence: pinned,
        },
      ],
      policy: { digest: policy.digest },
      checks: { imageDigest: IMAGE, bundleSha256: sha256("checks") },
      sources: [CREDIT],
      promptSets: [],
      evidence: [{ ...pinned, size: body.length }],
    });
  });

  const body = statistics(0.95);

  it.each<[string, EvidenceReference[], string | undefined, object, string, string]>([
    [
      "no report named",
      [],
      undefined,
      {},
      "Rejected",
      "the version names no model-quality report, and the policy requires one",
    ],
    [
      "a report that never came",
      [named("a.json", body)],
      undefined,
      {},
      "Rejected",
      `no object at s3://${AT.bucket}/a.json`,
    ],
    [
      "a report of other bytes",
      [named("a.json", body)],
      statistics(0.96),
      {},
      "Rejected",
      "digest mismatch: none of the 1",
    ],
    [
      "a report without a digest",
      [undigested("a.json")],
      body,
      {},
      "Rejected",
      "it is registered without a ContentDigest",
    ],
    [
      "another account's report",
      [{ ...undigested("a.json"), uri: `s3://${PAYMENTS.artifactBucket}/a.json` }],
      body,
      {},
      "Rejected",
      "lies in no evidence bucket of an account listed for this group",
    ],
    ["a report that is no JSON", [named("a.json", "{")], "{", {}, "Rejected", "JSON"],
    [
      "the same, where the policy leaves it to a person",
      [named("a.json", "{")],
      "{",
      { checks: { accuracy: { onCannotEvaluate: "review" } } },
      "PendingManualApproval",
      "JSON",
    ],
  ])("%s can't be evaluated", async (_, evidence, put, said, decision, reason) => {
    const ports = world(registered(...evidence), put);
    const outputs = await validate(args, ports, { ...settings, policy: accuracyPolicy(said) });
    const { record } = written(ports);
    expect([outputs.Decision, record.findings.length, record.findings[0].outcome]).toEqual([
      decision,
      1,
      "cannot-evaluate",
    ]);
    expect(record.findings[0].reason).toContain(reason);
  });

  it("counts undigested evidence where the group's policy accepts it", async () => {
    const ports = world(registered(undigested("a.json")), body);
    const accepting = { ...settings, policy: accuracyPolicy({ acceptUndigestedEvidence: true }) };
    expect((await validate({ ...args, Bucket: "none" }, ports, accepting)).Decision).toBe("Approved");
  });
});

describe("an execution judges once", () => {
  const body = statistics(0.95);

  it("gives back what it wrote, whatever is there now", async () => {
    const ports = world(registered(named("a.json", body)), body);
    const first = await validate(args, ports, settings);
    const later = { ...ports, registry: new MemoryRegistry(), evidence: new MemoryEvidence() };
    expect(await validate(args, later, settings)).toEqual(first);
  });

  it("gives back what another call wrote meanwhile", async () => {
    const ports = world(registered(named("a.json", body)), body);
    const first = await validate(args, ports, settings);
    let reads = 0;
    const verdicts = {
      ...unreadable,
      read: async (key: string) => (reads++ === 0 ? undefined : ports.verdicts.read(key)),
    };
    expect(await validate(args, { ...ports, verdicts }, settings)).toEqual(first);
  });

  it("refuses to give back another version's", async () => {
    const ports = world(registered(named("a.json", body)), body);
    await validate(args, ports, settings);
    const other = { ...args, ModelPackageArn: arnOf("credit-risk/8") };
    await expect(validate(other, ports, settings)).rejects.toThrow(
      `${KEY} is about ${ARN} in execution exec1, not about ${other.ModelPackageArn}`,
    );
  });
});

describe("what judges is kept in the record bucket, by its SHA-256", () => {
  const { settings: asked, prompts } = collectWorld();
  const { promptSets } = asked;
  const language = { ...settings, languageGroups: ["credit-risk"], promptSets };

  /** A language model that couldn't be asked. */
  function languageWorld(read: ReadPrompts) {
    const ports = { ...world(registered()), prompts: read };
    ports.verdicts.bodies.set("inference/exec1/refused.json", '{"reason":"no image"}');
    return ports;
  }
  const kept = { [policyKey(policy.digest)]: policy.text, [bundleKey(sha256("checks"))]: "checks" };

  it("the policy and the checks' bundle", async () => {
    const ports = world(registered());
    await validate(args, ports, { ...language, languageGroups: ["payment-fraud"] });
    expect(Object.fromEntries(ports.records.bodies)).toEqual(kept);
    expect(written(ports).record.promptSets).toEqual([]);
  });

  it("of a language model also the manifests of the prompt sets, each read once", async () => {
    const read: string[] = [];
    const ports = languageWorld(async (key) => {
      read.push(key);
      return prompts(key);
    });
    await validate(args, ports, language);
    const keys = promptSets.map(({ name }) => promptSetKey(name, "manifest.json"));
    const texts = await Promise.all(keys.map(async (key) => String(await prompts(key))));
    const manifests = texts.map((text) => [keptPromptSetKey(sha256(text)), text]);
    expect(Object.fromEntries(ports.records.bodies)).toEqual({ ...kept, ...Object.fromEntries(manifests) });
    expect(read).toEqual(keys);
    expect(written(ports).record.promptSets).toEqual(promptSets);
  });

  it("none that isn't what the stack pins: a fault of ours", async () => {
    const ports = languageWorld(async () => Buffer.from("{}"));
    await expect(validate(args, ports, language)).rejects.toThrow(/has the SHA-256 [0-9a-f]{64}, the stack pins/);
    expect([...ports.records.bodies.keys()]).toEqual([]);
  });
});

describe("a fault of ours writes no verdict", () => {
  const body = statistics(0.95);
  const buggy: Check = {
    ...accuracyCheck,
    measure: () => {
      throw new Error("a bug");
    },
  };

  it.each<[string, Partial<ValidateArguments>, Partial<typeof settings>, string]>([
    [
      "an ARN of something else",
      { ModelPackageArn: "arn:x" },
      {},
      "ModelPackageArn: found arn:x, expected the ARN of a versioned model package",
    ],
    [
      "another group",
      { ModelPackageGroupName: "credit" },
      {},
      "ModelPackageGroupName: found credit, expected credit-risk as in ModelPackageArn",
    ],
    [
      "a group not configured",
      {},
      { groups: { other: [] } as never },
      "group credit-risk isn't configured in the governance stack",
    ],
    [
      "another account's bucket",
      { Bucket: PAYMENTS.evidenceBucket },
      {},
      `Bucket: found ${PAYMENTS.evidenceBucket}, expected an evidence bucket of an account listed for credit-risk, or none`,
    ],
    ["the dev bucket", { Bucket: CREDIT.artifactBucket }, {}, `Bucket: found ${CREDIT.artifactBucket}`],
    [
      "a version that isn't there",
      { ModelPackageArn: arnOf("credit-risk/8") },
      {},
      "credit-risk/8 isn't in the registry",
    ],
    ["an exception in a check", {}, { checks: [buggy] }, "a bug"],
  ])("%s", async (_, changed, changedSettings, message) => {
    const ports = world(registered(named("a.json", body)), body);
    const run = validate({ ...args, ...changed }, ports, { ...settings, ...changedSettings });
    await expect(run).rejects.toThrow(message);
    expect([...ports.verdicts.bodies.keys()]).toEqual([]);
  });

  it("a store that denies", async () => {
    const ports = world(registered(named("a.json", body)), body);
    ports.evidence.versions = () => Promise.reject(new Error("AccessDenied"));
    await expect(validate(args, ports, settings)).rejects.toThrow("AccessDenied");
    expect([...ports.verdicts.bodies.keys()]).toEqual([]);
  });
});
