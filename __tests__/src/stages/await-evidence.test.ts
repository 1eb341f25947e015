import type { EvidenceReference } from "../../../src/core/ports";
import { sha256 } from "../../../src/core/verdict";
import { awaitedOf, missingEvidence } from "../../../src/stages/await-evidence";
import { startAgain } from "../../../src/stages/start";
import { MemoryEvidence, startWorld } from "../../support/memory-ports";
import {
  ARN,
  CREDIT,
  GOVERNANCE,
  GROUPS,
  named,
  registeredVersion,
  SOURCES,
  undigested,
} from "../../support/registered-version";

const AT = { bucket: CREDIT.evidenceBucket, key: "a.json" };
const GIB = 1024 ** 3;

describe("a report has arrived", () => {
  const report = named("a.json", "right");

  it.each<[string, EvidenceReference, (store: MemoryEvidence) => void, boolean, string[]]>([
    ["not while no object has the key", report, () => {}, false, []],
    ["when an object has its SHA-256", report, (store) => store.put(AT, "right"), true, []],
    ["when its bytes hash to it", report, (store) => store.put(AT, "right", { summed: false }), true, ["hash v1"]],
    ["not while only other bytes are there", report, (store) => store.put(AT, "wrong"), false, []],
    [
      "when an older version has it",
      report,
      (store) => {
        store.put(AT, "right");
        store.put(AT, "wrong", { summed: false });
      },
      true,
      ["hash v2"],
    ],
    [
      "at 1 GiB only by its bytes",
      report,
      (store) => store.put(AT, "wrong", { summed: false, size: GIB }),
      false,
      ["hash v1"],
    ],
    [
      "above 1 GiB by its key, unhashed",
      report,
      (store) => store.put(AT, "wrong", { summed: false, size: GIB + 1 }),
      true,
      [],
    ],
    [
      "not above 1 GiB with another stored SHA-256",
      report,
      (store) => store.put(AT, "wrong", { size: GIB + 1 }),
      false,
      [],
    ],
    ["without a digest when its key is there", undigested("a.json"), (store) => store.put(AT, "any"), true, []],
    ["without a digest not before", undigested("a.json"), () => {}, false, []],
    ["not under another key", report, (store) => store.put({ ...AT, key: "a.json.old" }, "right"), false, []],
    [
      "at once where no listed account could deliver it",
      { ...report, uri: "s3://elsewhere/a.json" },
      () => {},
      true,
      [],
    ],
  ])("%s", async (_, reference, arrange, arrived, reads) => {
    const store = new MemoryEvidence();
    arrange(store);
    const missing = await missingEvidence([{ ...reference, slot: "Bias.Report" }], [CREDIT], store);
    expect(missing).toEqual(arrived ? [] : [reference.uri]);
    expect(store.reads).toEqual(reads);
  });
});

describe("waiting for a report", () => {
  const settings = {
    ...GOVERNANCE,
    groups: GROUPS,
    sources: SOURCES,
    policyDigest: "p".repeat(64),
    deadlineMinutes: 60,
    languageGroups: [],
    cutOvers: {},
  };
  const version = registeredVersion({ evidence: [named("a.json", "right"), undigested("b.json")] });
  const world = () => startWorld(version);
  const passed = (milliseconds: number) => new Date(version.createdAt.getTime() + milliseconds);
  const HOUR = 3_600_000;
  const URIS = "s3://artifacts-111122223333/a.json, s3://artifacts-111122223333/b.json";

  it.each<[string, number, number, number]>([
    ["first", 0, 2_000, 5],
    ["then twice as long", 1, 8_000, 10],
    ["then again", 4, 80_000, 80],
    ["15 minutes at most", 8, 1_000_000, 900],
    ["15 minutes after many", 1_000, 1_000_000, 900],
    ["no longer than to the deadline", 8, HOUR - 90_000, 90],
    ["a second at least", 8, HOUR - 1, 1],
  ])("takes %s", async (_, waits, milliseconds, delaySeconds) => {
    const ports = world();
    const result = await startAgain({ modelPackageArn: ARN, attempt: 1, waits }, ports, settings, passed(milliseconds));
    expect(result).toEqual({ effect: "waiting", reason: `2 report(s) haven't arrived: ${URIS}` });
    expect(ports.queue.messages).toEqual([{ modelPackageArn: ARN, attempt: 1, waits: waits + 1, delaySeconds }]);
    expect([ports.pipeline.calls, ports.markers.bodies.size, ports.notices.told]).toEqual([0, 0, []]);
  });

  it.each([HOUR, HOUR + 1])(
    "ends at the deadline: %d ms after registration it starts, and people are told",
    async (milliseconds) => {
      const ports = world();
      const { effect } = await startAgain(
        { modelPackageArn: ARN, attempt: 1, waits: 9 },
        ports,
        settings,
        passed(milliseconds),
      );
      expect([effect, ports.pipeline.executions.length, ports.queue.messages]).toEqual(["started", 1, []]);
      expect(ports.notices.told).toEqual([
        {
          subject: "Evidence deadline reached: credit-risk version 7",
          text: `${ARN} is judged without reports that haven't arrived: ${URIS}`,
        },
      ]);
    },
  );

  it("is told of for a single report too", async () => {
    const ports = world();
    ports.evidence.put(AT, "right");
    await startAgain({ modelPackageArn: ARN, attempt: 1, waits: 9 }, ports, settings, passed(HOUR));
    expect(ports.notices.told.map(({ text }) => text)).toEqual([
      `${ARN} is judged without reports that haven't arrived: s3://artifacts-111122223333/b.json`,
    ]);
  });

  it("ends when all are there", async () => {
    const ports = world();
    ports.evidence.put(AT, "right");
    ports.evidence.put({ ...AT, key: "b.json" }, "any");
    const { effect } = await startAgain(
      { modelPackageArn: ARN, attempt: 1, waits: 3 },
      ports,
      settings,
      passed(40_000),
    );
    expect([effect, ports.notices.told]).toEqual(["started", []]);
  });

  it("of something that is no versioned model package is ignored", async () => {
    expect(await startAgain({ modelPackageArn: "x", attempt: 1, waits: 1 }, world(), settings, passed(0))).toEqual({
      effect: "ignored",
      reason: "not a versioned model package",
    });
  });
});

describe("model data", () => {
  const archive = { uri: "s3://bucket/evidence/model.tar.gz", isPrefix: false };
  const version = (modelData: typeof archive) => registeredVersion({ containers: [{ image: "i", modelData }] });

  it("of a language model is waited for, as it is served", () => {
    expect(awaitedOf(version(archive), true)).toEqual([{ uri: archive.uri }]);
    expect(awaitedOf(version(archive), false)).toEqual([]);
  });

  it("below a prefix can't be: nobody knows which file is the last", () => {
    expect(awaitedOf(version({ ...archive, isPrefix: true }), true)).toEqual([]);
  });
});

describe("files that a run's manifest lists", () => {
  const FILE = { bucket: CREDIT.evidenceBucket, key: "run/stats.json" };
  const manifest = JSON.stringify({ schemaVersion: 1, files: [{ path: "stats.json", sha256: sha256("[]") }] });
  const reference = {
    slot: "ModelQuality.Statistics" as const,
    uri: `s3://${CREDIT.artifactBucket}/run/manifest.json`,
    sha256: sha256(manifest),
  };
  const world = () => {
    const store = new MemoryEvidence();
    store.put({ ...FILE, key: "run/manifest.json" }, manifest);
    return store;
  };

  it("are waited for as well, by their digests", async () => {
    const store = world();
    const uri = `s3://${FILE.bucket}/${FILE.key}`;
    expect(await missingEvidence([reference], [CREDIT], store)).toEqual([uri]);
    store.put(FILE, "other");
    expect(await missingEvidence([reference], [CREDIT], store)).toEqual([uri]);
    store.put(FILE, "[]");
    expect(await missingEvidence([reference], [CREDIT], store)).toEqual([]);
  });

  it("aren't looked for in another slot's report", async () => {
    expect(await missingEvidence([{ ...reference, slot: "Bias.Report" }], [CREDIT], world())).toEqual([]);
  });
});
