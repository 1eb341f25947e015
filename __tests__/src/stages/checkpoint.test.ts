import { sha256 } from "../../../src/core/verdict";
import { readCheckpoint } from "../../../src/ledger/checkpoint";
import { requireSignature } from "../../../src/ledger/signed";
import { checkpoint } from "../../../src/stages/checkpoint";
import { decide } from "../../../src/stages/decide";
import { DECIDE_SETTINGS, decideWorld, MemorySigner, NOW, signingWith } from "../../support/decide-world";
import { MemoryRecordBucket } from "../../support/memory-record-bucket";
import { decisionKeys } from "../../support/record-keys";
import { arnOf, registeredVersion } from "../../support/registered-version";
import { approvedRecord, textOf } from "../../support/verdict-record";

const BEGIN = new Date("2026-11-20T10:00:00Z");
const at = (minutes: number) => new Date(BEGIN.getTime() + minutes * 60_000);
const RECORD = (version: number) => `records/credit-risk/${version}/1.json`;
const KEY = (number: number) => `checkpoints/00000000${number}.json`;

/** What decide records of that version, signed by that key. */
async function signedRecord(version: number, signer: MemorySigner): Promise<string> {
  const modelPackageArn = arnOf(`credit-risk/${version}`);
  const { ports, args } = decideWorld(
    textOf(approvedRecord({ modelPackageArn })),
    registeredVersion({}, modelPackageArn),
  );
  const signing = { ...ports, ...signingWith(signer) };
  await decide({ ...args, ModelPackageArn: modelPackageArn }, signing, DECIDE_SETTINGS, NOW);
  return ports.records.bodies.get(RECORD(version)) ?? "";
}

function world() {
  const records = new MemoryRecordBucket(BEGIN);
  const recordSigner = new MemorySigner();
  const ports = {
    records,
    signer: new MemorySigner(),
    recordKeys: async () => decisionKeys(await recordSigner.trusted()),
  };
  const decided = async (minutes: number, ...versions: number[]) => {
    records.now = at(minutes);
    for (const version of versions) records.put(RECORD(version), await signedRecord(version, recordSigner));
  };
  const run = (minutes: number) => {
    records.now = at(minutes);
    return checkpoint(ports, at(minutes));
  };
  const written = async (number: number) =>
    readCheckpoint((await records.read(KEY(number))) ?? Buffer.alloc(0), KEY(number));
  return { ports, records, decided, run, written };
}

describe("a checkpoint", () => {
  it("is over the records that are new and the checkpoint before, signed", async () => {
    const { ports, records, decided, run, written } = world();
    await decided(1, 1, 2);
    expect(await run(5)).toEqual({ effect: "written", number: 1, records: 2 });
    await decided(6, 3);
    expect(await run(10)).toEqual({ effect: "written", number: 2, records: 1 });
    const [first, second] = [await written(1), await written(2)];
    expect(first.body).toMatchObject({
      ...{ schemaVersion: 1, kind: "checkpoint", number: 1, previous: null, takenAt: at(5).toISOString(), total: 2 },
      records: [1, 2].map((version) => records.checkpointed(RECORD(version))),
    });
    expect(second.body).toMatchObject({
      ...{ number: 2, previous: sha256((await records.read(KEY(1))) ?? ""), total: 3 },
      records: [records.checkpointed(RECORD(3))],
    });
    for (const one of [first, second]) requireSignature(one, await ports.signer.trusted());
  });

  it("is written once a day where nothing is new, and not more often", async () => {
    const { run, written } = world();
    expect(await run(0)).toEqual({ effect: "written", number: 1, records: 0 });
    expect(await run(24 * 60 - 1)).toEqual({ effect: "nothing new", number: 1, records: 0 });
    expect(await run(24 * 60)).toEqual({ effect: "written", number: 2, records: 0 });
    expect((await written(2)).body).toMatchObject({ total: 0, records: [] });
  });

  it("has a record that was written before the list and appeared after it", async () => {
    const { records, decided, run, written } = world();
    await decided(1, 1);
    await run(5);
    // Its time is that of the upload's begin.
    await decided(4, 2);
    expect(await run(10)).toMatchObject({ records: 1 });
    expect((await written(2)).body.records).toEqual([records.checkpointed(RECORD(2))]);
    expect(await run(15)).toMatchObject({ effect: "nothing new" });
  });

  it("of two writers at once is one: a number is written once", async () => {
    const { ports, records, decided, written } = world();
    await decided(1, 1);
    const both = [checkpoint(ports, at(5)), checkpoint(ports, at(5))];
    expect((await Promise.all(both)).map(({ effect }) => effect).sort()).toEqual(["another was faster", "written"]);
    expect(await records.keys("checkpoints/")).toEqual([KEY(1)]);
    expect((await written(1)).body.total).toBe(1);
  });

  it("isn't written by a run that began before the last one was, so that times only go on", async () => {
    const { ports, decided, run, written } = world();
    await decided(1, 1);
    await run(5);
    await decided(6, 2);
    expect(await checkpoint(ports, at(4))).toEqual({ effect: "another was faster", number: 1, records: 0 });
    expect(await run(10)).toEqual({ effect: "written", number: 2, records: 1 });
    expect((await written(2)).body.total).toBe(2);
  });

  it("goes on from one that a key before its own signed", async () => {
    const { ports, decided } = world();
    await checkpoint(ports, at(0));
    await decided(1, 1);
    const rotated = { ...ports, signer: new MemorySigner([ports.signer.publicKey]) };
    expect(await checkpoint(rotated, at(5))).toEqual({ effect: "written", number: 2, records: 1 });
    await expect(checkpoint(ports, at(10))).rejects.toThrow(`${KEY(2)}: is signed with the key`);
  });
});

describe("what was done to records raises an error, though the checkpoint is written", () => {
  it.each<[string, (records: MemoryRecordBucket) => void, string]>([
    [
      "removed with all its versions",
      (records) => records.purge(RECORD(1)),
      "records/: 2 records are there, the checkpoints have 3",
    ],
    ["deleted by a marker", (records) => records.delete(RECORD(1)), `${RECORD(1)}: has a delete marker, v`],
    ["overwritten", (records) => records.put(RECORD(1), "another"), `${RECORD(1)}: has another version, v`],
  ])("a record %s", async (_, tamper, message) => {
    const { records, decided, run } = world();
    await decided(1, 1, 2);
    await run(5);
    await decided(200, 3);
    tamper(records);
    await expect(run(205)).rejects.toThrow(message);
    expect(await records.keys("checkpoints/")).toEqual([KEY(1), KEY(2)]);
    // It stays an error until a person has looked.
    await expect(run(220)).rejects.toThrow(message);
  });

  it("a record that was overwritten before its checkpoint: the first version is the record", async () => {
    const { records, decided, run, written } = world();
    await decided(1, 1);
    records.put(RECORD(1), "another");
    await expect(run(5)).rejects.toThrow(`${RECORD(1)}: has another version, v2`);
    expect((await written(1)).body.records).toEqual([records.checkpointed(RECORD(1))]);
  });

  it.each<[string, (text: string) => string, string]>([
    ["is no record", () => "{}", "expected a signed document"],
    ["was changed", (text) => text.replace("Approved: all", "Approved: nearly all"), "its signature doesn't hold"],
  ])("an object among records that %s", async (_, change, message) => {
    const { records, decided, run, written } = world();
    await decided(1, 1);
    const text = Buffer.from((await records.read(RECORD(1))) ?? "").toString();
    records.put(RECORD(2), change(text));
    await expect(run(5)).rejects.toThrow(`${RECORD(2)}: ${message}`);
    // It is in the checkpoint all the same, so that it can't be taken out again.
    expect((await written(1)).body.records).toEqual([1, 2].map((version) => records.checkpointed(RECORD(version))));
  });

  it.each<[string, (records: MemoryRecordBucket) => void]>([
    ["a key with a delete marker alone", (records) => records.delete(RECORD(2))],
    [
      "a key whose object was written over a delete marker",
      (records) => {
        records.delete(RECORD(2));
        records.put(RECORD(2), String(Buffer.from(records.kept[0]?.bytes ?? "")));
      },
    ],
  ])("%s, and the chain goes on", async (_, tamper) => {
    const { records, decided, run, written } = world();
    await decided(1, 1);
    tamper(records);
    await expect(run(5)).rejects.toThrow(`${RECORD(2)}: has a delete marker, v2, and 0 more such`);
    expect((await written(1)).body.records).toContainEqual(records.checkpointed(RECORD(1)));
    await decided(6, 3);
    await expect(run(10)).rejects.toThrow(`${RECORD(2)}: has a delete marker`);
    expect((await written(2)).body.records).toEqual([records.checkpointed(RECORD(3))]);
  });

  it("a record put in with an old time", async () => {
    const { decided, run } = world();
    await decided(1, 1);
    await run(5);
    await decided(200, 2);
    await run(205);
    await decided(10, 3);
    await expect(run(220)).rejects.toThrow("records/: 3 records are there, the checkpoints have 2");
  });
});

describe("what lies over a checkpoint raises an error, and the chain goes on from what was written", () => {
  it.each<[string, (records: MemoryRecordBucket) => void, string]>([
    ["a delete marker", (records) => records.delete(KEY(1)), `${KEY(1)}: has a delete marker, v3, and 0 more such`],
    ["another version", (records) => records.put(KEY(1), "{}"), `${KEY(1)}: has another version, v3, and 0 more such`],
  ])("%s", async (_, tamper, message) => {
    const { records, decided, run, written } = world();
    await decided(1, 1);
    await run(5);
    const { sha256: first } = records.checkpointed(KEY(1));
    tamper(records);
    await decided(6, 2);
    await expect(run(10)).rejects.toThrow(message);
    expect((await written(2)).body).toMatchObject({ number: 2, previous: first, total: 2 });
    expect(records.kept.filter(({ key }) => key === KEY(1))).toHaveLength(2);
    await expect(run(15)).rejects.toThrow(message);
  });
});

describe("a last checkpoint that isn't one's own is an error, and nothing is written over it", () => {
  it.each<[string, (text: string) => string, string]>([
    ["changed", (text) => text.replace('"total":1', '"total":0'), "its signature doesn't hold"],
    ["cut off", (text) => text.slice(0, -1), "is no JSON"],
    ["of another shape", () => "{}", "expected a signed document"],
  ])("%s", async (_, change, message) => {
    const { records, decided, run } = world();
    await decided(1, 1);
    await run(5);
    const text = Buffer.from((await records.read(KEY(1))) ?? "").toString();
    records.purge(KEY(1));
    records.put(KEY(1), change(text));
    await decided(6, 2);
    await expect(run(10)).rejects.toThrow(`${KEY(1)}: ${message}`);
    expect(await records.keys("checkpoints/")).toEqual([KEY(1)]);
  });
});
