import { verdictKey } from "../../../src/contract/names";
import { CHANGED_SINCE, NO_RECORD, SET_BACK } from "../../../src/contract/pipeline-parameters";
import { describeVerdict, sha256 } from "../../../src/core/verdict";
import { readDecisionRecord } from "../../../src/ledger/decision-record";
import { requireSignature } from "../../../src/ledger/signed";
import { decide, repair } from "../../../src/stages/decide";
import {
  DECIDE_SETTINGS,
  decideWorld,
  MemorySigner,
  NOW,
  RECORD_KEY,
  signingWith,
  VERDICT_KEY,
  VERDICT_URI,
} from "../../support/decide-world";
import { ARN, arnOf, FINGERPRINT, registeredVersion } from "../../support/registered-version";
import { approvedRecord, BUNDLE, EXECUTION, finding, POLICY, textOf } from "../../support/verdict-record";

const approved = textOf(approvedRecord());
const failed = finding({ value: 0.8, outcome: "fail", reason: "0.8 is below its bound" });
const rejected = approvedRecord({ decision: "Rejected", findings: [failed] });
const LATER = new Date(NOW.getTime() + 3_600_000);

type World = ReturnType<typeof decideWorld>;

const recordOf = ({ ports }: World, key = RECORD_KEY) =>
  readDecisionRecord(Buffer.from(ports.records.bodies.get(key) ?? ""), key);

/** The world in which attempt 1 was recorded as rejected, and its status was never set. */
async function recordedOnly(): Promise<World> {
  const world = decideWorld(textOf(rejected));
  await decide(world.args, world.ports, DECIDE_SETTINGS, NOW);
  world.ports.registry.changes.length = 0;
  world.ports.registry.set(registeredVersion());
  return world;
}

describe("a decision's record", () => {
  it("says all of it, signed", async () => {
    const world = decideWorld(approved);
    await decide(world.args, world.ports, DECIDE_SETTINGS, NOW);
    const record = recordOf(world);
    const { findings, policy, checks, evidence } = approvedRecord();
    expect(record.body).toEqual({
      schemaVersion: 2,
      binding: true,
      previous: null,
      kind: "decision",
      modelPackageArn: ARN,
      attempt: 1,
      fingerprint: FINGERPRINT,
      decision: "Approved",
      reason: describeVerdict(approvedRecord(), VERDICT_URI),
      decidedAt: NOW.toISOString(),
      decidedBy: { kind: "policy", executionId: EXECUTION },
      verdict: {
        uri: VERDICT_URI,
        versionId: `version of ${VERDICT_KEY}`,
        sha256: sha256(approved),
        size: approved.length,
      },
      ...{ policy, checks, evidence, findings },
      signedWith: await world.ports.signer.key(),
    });
    requireSignature(record, await world.ports.signer.trusted());
  });

  it("comes after the retention of all that judging again takes, and before card and status", async () => {
    const promptSets = [{ name: "bbq", sha256: "7".repeat(64) }];
    const { ports, args } = decideWorld(textOf(approvedRecord({ promptSets })));
    const order: string[] = [];
    const listen = <Name extends string>(on: Record<Name, (...values: never[]) => unknown>, name: Name) => {
      const real = on[name].bind(on);
      Object.assign(on, { [name]: (...values: never[]) => [order.push(name), real(...values)][1] });
    };
    listen(ports.lock, "keepUntil");
    listen(ports.records, "write");
    listen(ports.registry, "setStatus");
    const write = ports.cards.write.bind(ports.cards);
    ports.cards.write = (...values) => [order.push("write card"), write(...values)][1] as Promise<string | undefined>;
    await decide(args, ports, DECIDE_SETTINGS, NOW);
    expect(order).toEqual([...Array(5).fill("keepUntil"), "write", "write card", "setStatus"]);
    const [{ uri, versionId } = { uri: "", versionId: null }] = approvedRecord().evidence;
    const until = new Date("2026-11-21T10:20:00Z");
    expect(Object.fromEntries(ports.lock.kept)).toEqual({
      [`${VERDICT_URI} version of ${VERDICT_KEY}`]: until,
      [`${uri} ${versionId}`]: until,
      [`s3://records/policies/${POLICY}.json null`]: until,
      [`s3://records/bundles/${BUNDLE}.js null`]: until,
      [`s3://records/prompt-sets/${"7".repeat(64)}.json null`]: until,
    });
  });

  it("counts where another call wrote one first", async () => {
    const world = await recordedOnly();
    const winner = world.ports.records.bodies.get(RECORD_KEY) ?? "";
    world.ports.records.bodies.clear();
    // It is written between decide's look and its own write.
    const write = world.ports.records.write.bind(world.ports.records);
    world.ports.records.write = async (key, body) => {
      await write(key, winner);
      return write(key, body);
    };
    world.ports.verdicts.bodies.set(VERDICT_KEY, approved);
    const args = { ...world.args, VerdictSha256: sha256(approved) };
    expect(await decide(args, world.ports, DECIDE_SETTINGS, LATER)).toEqual({
      ApprovalStatus: "Rejected",
      Effect: "set",
    });
    expect(world.ports.records.bodies.get(RECORD_KEY)).toBe(winner);
  });

  it("of an attempt before counts, however late another attempt comes to another decision", async () => {
    const world = await recordedOnly();
    const second = textOf(approvedRecord({ executionId: "exec2", attempt: 2 }));
    world.ports.verdicts.bodies.set(verdictKey("exec2"), second);
    world.ports.executions.start("exec2", 2, ARN);
    const args = {
      ModelPackageArn: ARN,
      Attempt: "2",
      JudgesAgain: NO_RECORD,
      ExecutionId: "exec2",
      VerdictSha256: sha256(second),
    };
    expect(await decide(args, world.ports, DECIDE_SETTINGS, LATER)).toEqual({
      ApprovalStatus: "Rejected",
      Effect: "set",
    });
    expect([...world.ports.records.bodies.keys()]).toEqual([RECORD_KEY]);
  });

  it("of an attempt after counts for an execution that was given up and ends late", async () => {
    const second = textOf(approvedRecord({ attempt: 2 }));
    const world = decideWorld(second);
    world.ports.executions.start(EXECUTION, 2, ARN);
    await decide({ ...world.args, Attempt: "2" }, world.ports, DECIDE_SETTINGS, NOW);
    world.ports.registry.changes.length = 0;
    world.ports.registry.set(registeredVersion());
    const first = textOf({ ...rejected, executionId: "exec0" });
    world.ports.verdicts.bodies.set(verdictKey("exec0"), first);
    world.ports.executions.start("exec0", 1, ARN);
    const late = { ...world.args, Attempt: "1", ExecutionId: "exec0", VerdictSha256: sha256(first) };
    expect(await decide(late, world.ports, DECIDE_SETTINGS, LATER)).toEqual({
      ApprovalStatus: "Approved",
      Effect: "set",
    });
    expect([...world.ports.records.bodies.keys()]).toEqual(["records/credit-risk/7/2.json"]);
  });

  it("is not set where a person decided while it was written", async () => {
    const { ports, args } = decideWorld(approved);
    jest.spyOn(ports.lock, "keepUntil").mockImplementation(async () => {
      ports.registry.set(registeredVersion({ approvalStatus: "Rejected" }));
    });
    expect(await decide(args, ports, DECIDE_SETTINGS, NOW)).toEqual({
      ApprovalStatus: "Rejected",
      Effect: "left alone, decided meanwhile",
    });
    expect([ports.records.bodies.size, ports.registry.changes]).toEqual([1, []]);
  });

  it.each(["decide", "repair"])("is never set on what it isn't about: a version changed since, by %s", async (by) => {
    const { ports, args } = await recordedOnly();
    ports.registry.set(registeredVersion({ fingerprint: "6".repeat(64) }));
    const outputs =
      by === "decide"
        ? await decide(args, ports, DECIDE_SETTINGS, LATER)
        : await repair({ modelPackageArn: ARN, attempt: 1 }, ports, DECIDE_SETTINGS);
    expect(outputs).toEqual({ ApprovalStatus: "PendingManualApproval", Effect: CHANGED_SINCE });
    expect(ports.registry.changes).toEqual([]);
  });

  it("is not set again where someone set its version back", async () => {
    const { ports, args } = decideWorld(approved);
    await decide(args, ports, DECIDE_SETTINGS, NOW);
    const decided = await ports.registry.describe(ARN);
    if (decided === undefined) throw new Error("the version is gone");
    ports.registry.set({ ...decided, approvalStatus: "PendingManualApproval" });
    expect(await repair({ modelPackageArn: ARN, attempt: 1 }, ports, DECIDE_SETTINGS)).toEqual({
      ApprovalStatus: "PendingManualApproval",
      Effect: SET_BACK,
    });
    expect(ports.registry.changes).toHaveLength(1);
  });

  it("is made by the attempt that its execution is", async () => {
    const second = textOf(approvedRecord({ attempt: 2 }));
    const world = decideWorld(second);
    world.ports.executions.start(EXECUTION, 2, ARN);
    await decide({ ...world.args, Attempt: "2" }, world.ports, DECIDE_SETTINGS, NOW);
    expect([...world.ports.records.bodies.keys()]).toEqual(["records/credit-risk/7/2.json"]);
    await expect(decide(world.args, world.ports, DECIDE_SETTINGS, NOW)).rejects.toThrow(
      "parameter Attempt: found 2, expected 1; it decides nothing",
    );
  });

  it("is not made of a version that was changed since it was judged", async () => {
    const { ports, args } = decideWorld(approved, registeredVersion({ fingerprint: "6".repeat(64) }));
    await expect(decide(args, ports, DECIDE_SETTINGS, NOW)).rejects.toThrow(`${ARN} isn't what was judged`);
    expect([ports.records.bodies.size, ports.registry.changes]).toEqual([0, []]);
  });

  it("leaves a version to a person, who is told once", async () => {
    const review = textOf(approvedRecord({ decision: "PendingManualApproval", findings: [failed] }));
    const world = decideWorld(review);
    for (const now of [NOW, LATER]) await decide(world.args, world.ports, DECIDE_SETTINGS, now);
    expect(recordOf(world).body.decision).toBe("PendingManualApproval");
    expect([world.ports.notices.told.length, world.ports.cards.tokens.length]).toEqual([1, 1]);
  });
});

describe("a repair", () => {
  const asked = { modelPackageArn: ARN, attempt: 1 };

  it("sets the status that decide recorded, without a verdict", async () => {
    const { ports } = await recordedOnly();
    ports.verdicts.bodies.clear();
    expect(await repair(asked, ports, DECIDE_SETTINGS)).toEqual({ ApprovalStatus: "Rejected", Effect: "set" });
    expect(await repair(asked, ports, DECIDE_SETTINGS)).toEqual({ ApprovalStatus: "Rejected", Effect: "set before" });
    expect(ports.registry.changes).toHaveLength(1);
  });

  it("believes a key that signed before its own", async () => {
    const { ports } = await recordedOnly();
    const rotated = { ...ports, ...signingWith(new MemorySigner([ports.signer.publicKey])) };
    expect(await repair(asked, rotated, DECIDE_SETTINGS)).toMatchObject({ Effect: "set" });
  });

  it.each<[string, (world: World) => void, object, string]>([
    ["no record", ({ ports }) => ports.records.bodies.clear(), {}, `${RECORD_KEY}: there is no such record`],
    ["another attempt", () => {}, { attempt: 2 }, "records/credit-risk/7/2.json: there is no such record"],
    [
      "a record of another key",
      ({ ports }) => Object.assign(ports, signingWith(new MemorySigner())),
      {},
      `${RECORD_KEY}: is signed with the key`,
    ],
    [
      "a record that was changed",
      ({ ports: { records } }) =>
        records.bodies.set(RECORD_KEY, records.bodies.get(RECORD_KEY)?.replaceAll("Rejected", "Approved") ?? ""),
      {},
      `${RECORD_KEY}: its signature doesn't hold`,
    ],
    [
      "a record in another version's place",
      ({ ports: { records, registry } }) => {
        registry.set(registeredVersion({}, arnOf("credit-risk/8")));
        records.bodies.set("records/credit-risk/8/1.json", records.bodies.get(RECORD_KEY) ?? "");
      },
      { modelPackageArn: arnOf("credit-risk/8") },
      `records/credit-risk/8/1.json: is about attempt 1 of ${ARN}`,
    ],
    [
      "a group that isn't configured",
      () => {},
      { modelPackageArn: arnOf("other/1") },
      "group other isn't configured in the governance stack",
    ],
    ["no versioned package", () => {}, { modelPackageArn: "credit-risk" }, "ModelPackageArn: found credit-risk"],
  ])("of %s sets nothing", async (_, arrange, changed, message) => {
    const world = await recordedOnly();
    arrange(world);
    await expect(repair({ ...asked, ...changed }, world.ports, DECIDE_SETTINGS)).rejects.toThrow(message);
    expect(world.ports.registry.changes).toEqual([]);
  });

  it.each(["Approved", "Rejected"])("leaves a version alone that someone else set %s", async (approvalStatus) => {
    const { ports } = await recordedOnly();
    ports.registry.set(registeredVersion({ approvalStatus }));
    expect(await repair(asked, ports, DECIDE_SETTINGS)).toEqual({
      ApprovalStatus: approvalStatus,
      Effect: "left alone, decided meanwhile",
    });
  });
});
