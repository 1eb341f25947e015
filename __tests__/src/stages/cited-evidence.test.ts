import { citedKey } from "../../../src/contract/names";
import type { EvidenceSlot } from "../../../src/core/ports";
import { sha256 } from "../../../src/core/verdict";
import { readStoredVerdict } from "../../../src/ledger/verdict-record";
import { cite, citedBy } from "../../../src/stages/cited-evidence";
import { collectEvidence } from "../../../src/stages/collect-evidence";
import { decide } from "../../../src/stages/decide";
import { judgeAgain } from "../../../src/stages/judge-again";
import { validate } from "../../../src/stages/validate";
import { accuracyCheck, accuracyPolicy, statistics } from "../../support/accuracy-check";
import { DECIDE_SETTINGS, decideWorld, MemorySigner, NOW } from "../../support/decide-world";
import { MemoryEvidence, MemoryRegistry, MemoryWriteOnce, NO_LANGUAGE } from "../../support/memory-ports";
import {
  ARN,
  arnOf,
  CREDIT,
  GROUPS,
  NOT_REUSED,
  named,
  registeredVersion,
  SOURCES,
} from "../../support/registered-version";
import { approvedRecord, textOf } from "../../support/verdict-record";

const OTHER = arnOf("payment-fraud/3");
const REPORT = statistics(0.95);
const noteOf = (modelPackageArn: string, body = REPORT) =>
  JSON.stringify({ schemaVersion: 1, modelPackageArn, sha256: sha256(body) });

describe("a report that stands in another version's record", () => {
  it.each<[string, string | undefined, readonly EvidenceSlot[], "counts" | "doesn't count"]>([
    ["of nobody", undefined, [], "counts"],
    ["of another version", OTHER, [], "doesn't count"],
    ["of another version, accepted in another slot", OTHER, ["Bias.Report"], "doesn't count"],
    ["of another version, accepted in its slot", OTHER, ["ModelQuality.Statistics"], "counts"],
  ])("%s", async (_, by, acceptReused, counts) => {
    const store = new MemoryEvidence();
    store.put({ bucket: CREDIT.evidenceBucket, key: "a.json" }, REPORT);
    const [document] = await collectEvidence(registeredVersion({ evidence: [named("a.json", REPORT)] }), {
      ...{ place: ({ key }) => ({ bucket: CREDIT.evidenceBucket, key }), store, acceptUndigested: false },
      ...{ ...NOT_REUSED, reusedFrom: async () => by, acceptReused },
    });
    const problem = document !== undefined && "problem" in document ? document.problem : undefined;
    if (counts === "counts") expect(problem).toBeUndefined();
    else expect(problem).toMatch(`reused: the same bytes are evidence of ${OTHER}; `);
    expect(document?.source?.sha256).toBe(sha256(REPORT));
  });

  it.each([
    [
      "results, which are this version's own or nobody's",
      REPORT,
      /^its manifest lists s3:\/\/.*listed\.json: reused: /,
    ],
    ["what HELM asked, which may be the same", '{"name":"bbq","scenario_spec":{},"adapter_spec":{}}', undefined],
  ])("also where a manifest lists it: %s", async (_, listed, expected) => {
    const store = new MemoryEvidence();
    const manifest = JSON.stringify({ schemaVersion: 1, files: [{ path: "listed.json", sha256: sha256(listed) }] });
    store.put({ bucket: CREDIT.evidenceBucket, key: "a.json" }, manifest);
    store.put({ bucket: CREDIT.evidenceBucket, key: "listed.json" }, listed);
    const looked: string[] = [];
    const reusedFrom = async (report: { sha256: string }) => {
      looked.push(report.sha256);
      return report.sha256 === sha256(listed) ? OTHER : undefined;
    };
    const [document] = await collectEvidence(registeredVersion({ evidence: [named("a.json", manifest)] }), {
      ...{ place: ({ key }) => ({ bucket: CREDIT.evidenceBucket, key }), store, acceptUndigested: false },
      ...{ ...NOT_REUSED, reusedFrom },
    });
    if (document === undefined) throw new Error("no document");
    const problem = "problem" in document ? document.problem : undefined;
    if (expected === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(expected);
    // The verdict says it in either case, so that decide doesn't note it as this version's.
    expect(looked).toEqual([sha256(manifest), sha256(listed)]);
  });
});

const settings = {
  ...{ groups: GROUPS, sources: SOURCES, imageDigest: `sha256:${"1".repeat(64)}`, policy: accuracyPolicy() },
  ...{ checks: [accuracyCheck], bundle: { text: "checks", sha256: sha256("checks") }, ...NO_LANGUAGE },
};

/** Judges a version whose report that note is about. */
async function judgedWith(note: string | undefined) {
  const evidence = new MemoryEvidence();
  evidence.put({ bucket: CREDIT.evidenceBucket, key: "a.json" }, REPORT);
  const ports = {
    registry: new MemoryRegistry(registeredVersion({ evidence: [named("a.json", REPORT)] })),
    ...{ evidence, verdicts: new MemoryWriteOnce(), records: new MemoryWriteOnce(), signer: new MemorySigner() },
    prompts: async () => undefined,
  };
  if (note !== undefined) ports.verdicts.bodies.set(citedKey(sha256(REPORT)), note);
  const args = { ModelPackageGroupName: "credit-risk", Bucket: CREDIT.evidenceBucket, ModelPackageArn: ARN };
  await validate({ ...args, Attempt: "1", ExecutionId: "exec1" }, ports, settings);
  return JSON.parse(ports.verdicts.bodies.get("governance-pipeline/processor/exec1/checks.json") ?? "").body;
}

describe("a verdict", () => {
  it.each([
    ["on a report of nobody", undefined, "Approved", ["pass"], undefined],
    ["on a report of its own record before", noteOf(ARN), "Approved", ["pass"], undefined],
    [
      "on another's report",
      noteOf(OTHER),
      "Rejected",
      ["cannot-evaluate"],
      [{ sha256: sha256(REPORT), modelPackageArn: OTHER }],
    ],
  ])("%s", async (_, note, decision, outcomes, reused) => {
    const body = await judgedWith(note);
    expect([body.decision, body.findings.map(({ outcome }: { outcome: string }) => outcome)]).toEqual([
      decision,
      outcomes,
    ]);
    expect(body.reused).toEqual(reused);
  });

  it.each([
    ["of another digest", noteOf(OTHER, "x")],
    ["of no version", noteOf("credit-risk")],
    ["of no shape", "{}"],
  ])("isn't given by a note %s, which is a fault of ours", async (_, note) => {
    await expect(judgedWith(note)).rejects.toThrow(/cited\/[0-9a-f]{64}\.json: isn't what decide notes/);
  });
});

it("what a manifest lists is judged again as it was, also where a file was another's", async () => {
  const put = (key: string, body: string) => ({
    uri: `s3://${CREDIT.evidenceBucket}/${key}`,
    bytes: Buffer.from(body),
  });
  const manifest = JSON.stringify({
    schemaVersion: 1,
    files: ["first", "results"].map((path) => ({ path, sha256: sha256(path === "first" ? "{}" : REPORT) })),
  });
  const objects = [put("a.json", manifest), put("first", "{}"), put("results", REPORT)];
  const evidence = new MemoryEvidence();
  for (const { uri, bytes } of objects)
    evidence.put({ bucket: CREDIT.evidenceBucket, key: uri.split("/").at(-1) ?? "" }, bytes.toString());
  const ports = {
    registry: new MemoryRegistry(registeredVersion({ evidence: [named("a.json", manifest)] })),
    ...{ evidence, verdicts: new MemoryWriteOnce(), records: new MemoryWriteOnce(), signer: new MemorySigner() },
    prompts: async () => undefined,
  };
  ports.verdicts.bodies.set(citedKey(sha256(REPORT)), noteOf(OTHER));
  const args = { ModelPackageGroupName: "credit-risk", Bucket: CREDIT.evidenceBucket, ModelPackageArn: ARN };
  await validate({ ...args, Attempt: "1", ExecutionId: "exec1" }, ports, settings);
  const verdict = Buffer.from(ports.verdicts.bodies.get("governance-pipeline/processor/exec1/checks.json") ?? "");
  const { text, verdict: stored } = readStoredVerdict(verdict);
  expect(stored.findings[0]?.reason).toContain(`results: reused: the same bytes are evidence of ${OTHER}`);
  const cited = new Map(stored.evidence.map(({ uri, versionId }) => [uri, versionId]));
  const again = await judgeAgain(
    {
      ...{ verdict, verdictUri: "s3://verdicts/checks.json", policy: settings.policy.text },
      objects: async (uri) =>
        objects.flatMap((one) =>
          one.uri === uri && cited.has(uri) ? [{ versionId: cited.get(uri) ?? null, bytes: one.bytes }] : [],
        ),
      promptSet: async () => undefined,
    },
    [accuracyCheck],
  );
  expect(again).toBe(text);
});

describe("a decision notes whose evidence a report is", () => {
  const [{ sha256: digest } = { sha256: "" }] = approvedRecord().evidence;

  it("before its record, once; a repeat finds its own", async () => {
    const { ports, args } = decideWorld(textOf(approvedRecord()));
    ports.records.write = async () => {
      throw new Error("the process died");
    };
    await expect(decide(args, ports, DECIDE_SETTINGS, NOW)).rejects.toThrow("the process died");
    expect(await citedBy(digest, ports.verdicts)).toBe(ARN);
    const again = decideWorld(textOf(approvedRecord()));
    Object.assign(again.ports, { verdicts: ports.verdicts });
    expect(await decide(args, again.ports, DECIDE_SETTINGS, NOW)).toMatchObject({ Effect: "set" });
  });

  it("and isn't made where another version was faster since the verdict", async () => {
    const { ports, args } = decideWorld(textOf(approvedRecord()));
    const note = JSON.stringify({ schemaVersion: 1, modelPackageArn: OTHER, sha256: digest });
    ports.verdicts.bodies.set(citedKey(digest), note);
    await expect(decide(args, ports, DECIDE_SETTINGS, NOW)).rejects.toThrow(
      `became evidence of ${OTHER} while ${ARN} was judged; the next attempt judges it as reused`,
    );
    expect([ports.registry.changes, [...ports.records.bodies.keys()]]).toEqual([[], []]);
  });

  it("one after the other: of two versions with the same reports one has all of them, whoever is faster in between", async () => {
    const evidence = ["c", "a", "b"].map((of) => ({
      uri: "s3://evidence-111122223333/a.json",
      versionId: of,
      sha256: of.repeat(64),
      size: 1,
    }));
    const verdicts = new MemoryWriteOnce();
    const ids = [ARN, OTHER].map((arn) => registeredVersion({}, arn).id);
    const ended = await Promise.allSettled(ids.map((id) => cite({ evidence }, id, verdicts, "verdicts")));
    expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const winner = ended[0]?.status === "fulfilled" ? ARN : OTHER;
    expect(await Promise.all(evidence.map(({ sha256: of }) => citedBy(of, verdicts)))).toEqual([
      winner,
      winner,
      winner,
    ]);
  });

  it("and is, where the verdict knew of it", async () => {
    const reused = [{ sha256: digest, modelPackageArn: OTHER }];
    const { ports, args } = decideWorld(textOf(approvedRecord({ reused })));
    const note = JSON.stringify({ schemaVersion: 1, modelPackageArn: OTHER, sha256: digest });
    ports.verdicts.bodies.set(citedKey(digest), note);
    expect(await decide(args, ports, DECIDE_SETTINGS, NOW)).toMatchObject({ Effect: "set" });
  });

  it("but not of what its model answered in this execution", async () => {
    const uri = `s3://${DECIDE_SETTINGS.verdictBucket}/inference/exec1/set/0.jsonl`;
    const asked = { uri, versionId: "v1", sha256: "9".repeat(64), size: 1 };
    const { ports, args } = decideWorld(textOf(approvedRecord({ evidence: [asked] })));
    await decide(args, ports, DECIDE_SETTINGS, NOW);
    expect([...ports.verdicts.bodies.keys()].filter((key) => key.startsWith("cited/"))).toEqual([]);
  });
});
