import type { TakeOver } from "../../../src/contract/cut-over";
import { RECORDED_ONLY } from "../../../src/contract/pipeline-parameters";
import { requireRecordSignature } from "../../../src/ledger/decision-record";
import { decide, repair } from "../../../src/stages/decide";
import { type ReconcileSettings, reconcile } from "../../../src/stages/reconcile";
import { revoke } from "../../../src/stages/revoke";
import { verifyVersion } from "../../../src/stages/verify-version";
import { watch } from "../../../src/stages/watch";
import { DECIDE_SETTINGS, MemorySigner, NOW } from "../../support/decide-world";
import { ARN, FINGERPRINT, registeredVersion } from "../../support/registered-version";
import { REVIEW_SETTINGS, ReviewWorld, VERDICTS } from "../../support/review-world";
import { asked, EVENT, REVOKE_SETTINGS, WATCH_SETTINGS } from "../../support/revoke-world";

const { id } = registeredVersion();
const PATIENCE = { eventMinutes: 10, executionMinutes: 120, afterEndMinutes: 3, mostAttempts: 3 };
const OTHER = "6".repeat(64);
/** Its group was taken over after the version was registered. */
const AFTER: TakeOver = { observedGroups: [], cutOvers: { "credit-risk": "2026-11-20T10:15:41Z" } };
const AT: TakeOver = { observedGroups: [], cutOvers: { "credit-risk": "2026-11-20T10:15:40Z" } };
/** Not yet. */
const LATER: TakeOver = { observedGroups: [], cutOvers: { "credit-risk": "2026-11-21T10:00:00Z" } };
const OBSERVED: TakeOver = { observedGroups: ["credit-risk"], cutOvers: {} };
const NEVER_OTHERS: TakeOver = { observedGroups: [], cutOvers: {} };

/** Asks for a baseline, as bob. */
const askFor = async (world: ReviewWorld, takenOver: TakeOver, changed: Record<string, unknown> = {}) =>
  world.take(await world.message("bob", "baseline", changed), { ...REVIEW_SETTINGS, ...takenOver });

/** A version whose status others set, and its baseline. */
async function recorded(approvalStatus = "Approved", takenOver: TakeOver = AFTER): Promise<ReviewWorld> {
  const world = await ReviewWorld.judged();
  world.change({ approvalStatus });
  await askFor(world, takenOver);
  return world;
}

const changesOf = ({ ports: { registry, cards, notices, queue } }: ReviewWorld) => [
  ...[registry.changes, cards.tokens, notices.told, queue.messages],
];

describe("a version that others decided on", () => {
  it.each(["Approved", "Rejected", "PendingManualApproval"])("is recorded as it is, once: %s", async (status) => {
    const world = await ReviewWorld.judged();
    world.change({ approvalStatus: status });
    for (const expectedRecordSha256 of [null, null, "0".repeat(64)])
      expect(await askFor(world, AFTER, { expectedRecordSha256 })).toMatchObject({ effect: "recorded" });
    expect([...world.ports.records.bodies.keys()]).toEqual(["records/credit-risk/7/1.json"]);
    expect(world.record(1)).toMatchObject({
      ...{ kind: "decision", modelPackageArn: ARN, attempt: 1, fingerprint: FINGERPRINT, decision: status },
      ...{ decidedBy: { kind: "before" }, binding: true, previous: null },
      reason: `${status} before this ledger; recorded as bob asked (MR-1)`,
    });
    const chain = await world.chain();
    if (chain === undefined) throw new Error("no record");
    requireRecordSignature(chain.last, await world.ports.recordKeys());
    expect(await world.status()).toBe(status);
    expect(changesOf(world)).toEqual([[], [], [], []]);
  });

  it("is recorded once by two who ask at once, and by a message that failed before", async () => {
    const world = await ReviewWorld.judged();
    world.change({ approvalStatus: "Approved" });
    const settings = { ...REVIEW_SETTINGS, ...AFTER };
    const messages = [await world.message("bob", "baseline"), await world.message("carla", "baseline")];
    const describe = jest.spyOn(world.ports.registry, "describe").mockRejectedValueOnce(new Error("throttled"));
    const [first, second] = await Promise.allSettled(messages.map((message) => world.take(message, settings)));
    expect([first?.status, second?.status]).toEqual(["rejected", "fulfilled"]);
    describe.mockRestore();
    const again = await Promise.all(messages.map((message) => world.take(message, settings)));
    expect(again.map(({ effect }) => effect)).toEqual(["recorded", "recorded"]);
    expect(world.ports.records.bodies.size).toBe(1);
  });

  it("keeps what it was while its group was observed: the baseline goes on from that", async () => {
    const world = await ReviewWorld.judged(VERDICTS.rejected, { ...DECIDE_SETTINGS, observedGroups: ["credit-risk"] });
    world.change({ approvalStatus: "Approved" });
    const first = await world.lastRecord();
    expect(await askFor(world, AFTER)).toMatchObject({ effect: "recorded" });
    expect(world.record(2)).toMatchObject({ decision: "Approved", previous: { attempt: 1, sha256: first } });
    expect((await world.chain())?.inForce?.body.attempt).toBe(2);
  });

  it.each(["Approved", "Rejected"])("has one in an observed group without a cut-over: %s", async (status) => {
    expect((await recorded(status, OBSERVED)).record(1)).toMatchObject({ decision: status });
  });
});

describe("there is no baseline, and people are told why", () => {
  it.each<[string, keyof typeof VERDICTS | "observed" | undefined, TakeOver, Record<string, unknown>, RegExp]>([
    ["of what was registered at the cut-over", undefined, AT, {}, /wasn't registered before 2026-11-20T10:15:40Z/],
    ["in a group that was never others'", undefined, NEVER_OTHERS, {}, /no cut-over/],
    ["of what is to be judged yet", undefined, OBSERVED, {}, /it waits to be judged/],
    ["of what was decided here", "approved", AFTER, {}, /records\/credit-risk\/7\/1\.json says who decided on it/],
    ["while others may still decide", undefined, LATER, {}, /the cut-over of its group is at 2026-11-21T10:00:00Z/],
    [
      "of what was judged, whatever others made of it",
      "observed",
      OBSERVED,
      {},
      /1\.json says who decided on it, or what was found/,
    ],
    ["for the team", undefined, AFTER, { senderId: "AROA1234567890EXAMPLE:tina" }, /is of the team that owns/],
    ["for others than reviewers", undefined, AFTER, { senderId: "AROAOTHER:bob" }, /isn't a person under/],
    ["on a record that isn't there", undefined, AFTER, { expectedRecordSha256: OTHER }, /it was asked on record 6+/],
  ])("%s", async (_, verdict, takenOver, changed, why) => {
    const isObserved = verdict === "observed";
    const settings = { ...DECIDE_SETTINGS, observedGroups: isObserved ? ["credit-risk"] : [] };
    const world = await ReviewWorld.judged(isObserved ? VERDICTS.rejected : verdict && VERDICTS[verdict], settings);
    if (isObserved) world.change({ approvalStatus: "Approved" });
    const before = world.ports.records.bodies.size;
    expect(await askFor(world, takenOver, changed)).toEqual({
      effect: "refused",
      reason: expect.stringMatching(why),
    });
    expect(world.ports.notices.told).toEqual([expect.objectContaining({ text: expect.stringMatching(why) })]);
    expect(world.ports.records.bodies.size).toBe(before);
  });
});

describe("a version that was registered before its cut-over", () => {
  const LEFT = /it was registered before 2026-11-20T10:15:41Z, the cut-over of its group/;

  it.each(["approve", "reject", "reevaluate"] as const)("isn't decided by people: %s", async (request) => {
    for (const world of [await recorded(), await ReviewWorld.judged(VERDICTS.forReview)]) {
      const before = [await world.status(), world.ports.records.bodies.size];
      const message = await world.message("bob", request);
      const taken = await world.take(message, { ...REVIEW_SETTINGS, ...AFTER });
      expect(taken).toEqual({ effect: "refused", reason: expect.stringMatching(LEFT) });
      expect(world.ports.notices.told).toEqual([expect.objectContaining({ text: expect.stringMatching(LEFT) })]);
      expect([await world.status(), world.ports.records.bodies.size]).toEqual(before);
      expect(world.ports.queue.messages).toEqual([]);
    }
  });

  it.each([
    ["a person", asked()],
    ["the watcher", { kind: "watcher" } as const],
  ])("isn't revoked by %s", async (_, by) => {
    const { ports, status } = await recordedFor("Approved");
    const request = { modelPackageArn: ARN, reason: "leaks names", lastRecord: null };
    const { effect, reason } = await revoke(request, by, ports, { ...REVOKE_SETTINGS, ...AFTER }, NOW);
    expect([effect, reason]).toEqual(["refused", expect.stringMatching(LEFT)]);
    expect(ports.notices.told).toEqual([
      { subject: "Not revoked: credit-risk version 7", text: expect.stringMatching(LEFT) },
    ]);
    expect([await status(), ports.records.bodies.size]).toEqual(["Approved", 1]);
  });
});

/** The same with what revoke and the watcher need. */
async function recordedFor(status: string) {
  const world = await recorded(status);
  const signer = new MemorySigner();
  const recordKeys = async () => ({
    decisions: await world.ports.signer.trusted(),
    revocations: await signer.trusted(),
  });
  const revocations = { send: async () => "m-1" };
  const overview = { versions: async () => [] };
  const more = { signer, recordKeys, overview, revocations, markers: world.ports.verdicts };
  return { world, ports: { ...world.ports, ...more }, status: () => world.status() };
}

describe("governance verify", () => {
  it.each<[string, string, Parameters<typeof registeredVersion>[0], string[]]>([
    ["holds for what was approved before", "Approved", {}, []],
    ["doesn't where it was changed since", "Approved", { fingerprint: OTHER }, ["content"]],
    ["doesn't where it was rejected since", "Approved", { approvalStatus: "Rejected" }, ["status"]],
    ["doesn't where it was rejected then", "Rejected", { approvalStatus: "Approved" }, ["decision"]],
    ["doesn't where it was pending then", "PendingManualApproval", { approvalStatus: "Approved" }, ["decision"]],
  ])("%s", async (_, status, changed, broken) => {
    const world = await recorded(status);
    world.change({ approvalStatus: status, ...changed });
    const points = await verifyVersion(id, world.ports);
    expect(points.filter(({ holds }) => !holds).map(({ point }) => point)).toEqual(broken);
    expect(points.find(({ point }) => point === "decision")?.says).toContain(`${status} before this ledger, as found`);
  });
});

describe("a baseline sets no status, whatever becomes of the cut-over", () => {
  it.each(["Approved", "Rejected", "PendingManualApproval"])("when it is repaired: %s", async (status) => {
    const world = await recorded(status);
    const other = status === "Rejected" ? "Approved" : "Rejected";
    for (const approvalStatus of [status, "PendingManualApproval", other]) {
      world.change({ approvalStatus });
      const done = await repair({ modelPackageArn: ARN, attempt: 1 }, world.ports, DECIDE_SETTINGS);
      expect(done).toEqual({ ApprovalStatus: approvalStatus, Effect: RECORDED_ONLY });
    }
    expect(changesOf(world)).toEqual([[], [], [], []]);
  });

  it("when an execution that was under way comes to its end", async () => {
    const { ports, args } = await recorded();
    expect(await decide(args, ports, DECIDE_SETTINGS, NOW)).toMatchObject({ Effect: RECORDED_ONLY });
    expect([ports.registry.changes, ports.records.bodies.size]).toEqual([[], 1]);
  });

  it.each<[string, string, Parameters<typeof registeredVersion>[0], string]>([
    ["approved and left so", "Approved", {}, "as recorded"],
    ["rejected and left so", "Rejected", {}, "as recorded"],
    ["pending, and approved since", "PendingManualApproval", { approvalStatus: "Approved" }, "told"],
    ["rejected, and approved since", "Rejected", { approvalStatus: "Approved" }, "told"],
    ["approved, and changed since", "Approved", { fingerprint: OTHER }, "told"],
  ])("and is what the watcher compares with once the version is governed: %s", async (_, status, changed, effect) => {
    const { ports, world } = await recordedFor(status);
    world.change({ approvalStatus: status, ...changed });
    expect(await watch(EVENT, ports, { ...WATCH_SETTINGS, ...AFTER }, NOW)).toMatchObject({ effect: "ignored" });
    expect(await watch(EVENT, ports, WATCH_SETTINGS, NOW)).toMatchObject({ effect });
  });
});

describe("the reconciler", () => {
  it.each<[string, string, string, Partial<ReconcileSettings>, subjects: string[]]>([
    ["has nothing to do with it", "Approved", "Rejected", AFTER, []],
    ["has nothing to do with it", "PendingManualApproval", "PendingManualApproval", AFTER, []],
    ["finds it as recorded once it is governed", "Approved", "Approved", {}, []],
    [
      "tells once of another status",
      "Rejected",
      "Approved",
      {},
      ["Decided otherwise than recorded: versions of credit-risk"],
    ],
    [
      "tells once that it stays pending",
      "PendingManualApproval",
      "PendingManualApproval",
      {},
      ["A person must look at credit-risk version 7"],
    ],
  ])("%s: %s, then %s", async (_, status, now, takenOver, subjects) => {
    const { world, ports } = await recordedFor(status);
    world.change({ approvalStatus: now });
    const overview = {
      versions: async (group: string, of: string) =>
        group === id.group && of === now ? [registeredVersion({ approvalStatus: now })] : [],
      executions: async () => [],
      stateOf: async () => ({ hasEnded: true, since: NOW }),
      stop: async () => {},
    };
    const repairing = (modelPackageArn: string, attempt: number) =>
      repair({ modelPackageArn, attempt }, ports, DECIDE_SETTINGS);
    const settings = {
      groups: [id.group],
      groupOfEachPipeline: [id.group],
      observedGroups: [],
      cutOvers: {},
      peopleOnRecord: false,
      revokes: true,
      patience: () => PATIENCE,
      ...takenOver,
    };
    for (const hours of [1, 2]) {
      const at = new Date(NOW.getTime() + hours * 3_600_000);
      const watchQueue = { lookAgain: async () => {} };
      await reconcile({ ...ports, overview, repair: repairing, watchQueue }, settings, at);
    }
    expect(ports.notices.told.map(({ subject }) => subject)).toEqual(subjects);
    expect([ports.registry.changes, ports.queue.messages]).toEqual([[], []]);
  });
});

it("what is revoked in an observed group goes on from its baseline, which then holds no more", async () => {
  const { ports, status } = await recordedFor("Approved");
  const request = { modelPackageArn: ARN, reason: "leaks names" };
  expect(await revoke(request, asked(), ports, REVOKE_SETTINGS, NOW)).toMatchObject({ effect: "revoked" });
  expect(await status()).toBe("Rejected");
  const points = await verifyVersion(id, ports);
  expect(points.find(({ point }) => point === "decision")).toMatchObject({ holds: false });
});
