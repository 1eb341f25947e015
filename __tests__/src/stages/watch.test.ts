import type { ModelPackage } from "../../../src/core/ports";
import { sha256 } from "../../../src/core/verdict";
import { METADATA } from "../../../src/stages/apply-record";
import { revoke } from "../../../src/stages/revoke";
import { watch } from "../../../src/stages/watch";
import { NOW, RECORD_KEY } from "../../support/decide-world";
import { ARN, arnOf } from "../../support/registered-version";
import { asked, EVENT, REVOKE_SETTINGS, revokeWorld, SECOND_KEY, WATCH_SETTINGS } from "../../support/revoke-world";

type World = Awaited<ReturnType<typeof revokeWorld>>;
type Start = Parameters<typeof revokeWorld>[0];
const REVOKES = { ...WATCH_SETTINGS, revokes: true };
const OTHER = "e".repeat(64);
/** When a record that was written at NOW should have been applied. */
const LATER = new Date(NOW.getTime() + 3_600_000);

describe("what isn't as recorded is told once, and revoked where that is configured", () => {
  it.each<[string, Start, Partial<ModelPackage>, told: RegExp, revoked: boolean]>([
    ["registered as Approved", "none", { approvalStatus: "Approved" }, /no record says who decided/, true],
    ["rejected by hand, without a record", "none", { approvalStatus: "Rejected" }, /no record says/, false],
    [
      "rejected, and approved by hand",
      "Rejected",
      { approvalStatus: "Approved" },
      /it is Approved, which something/,
      true,
    ],
    [
      "approved, and rejected by hand",
      "Approved",
      { approvalStatus: "Rejected" },
      /it is Rejected, which something/,
      false,
    ],
    ["changed after its approval", "Approved", { fingerprint: OTHER }, /changed after it was approved/, true],
    ["approved, its way to the record taken away", "Approved", { customerMetadata: new Map() }, /something else/, true],
  ])("%s", async (_, start, change, told, revoked) => {
    const world = await revokeWorld(start);
    await world.tamper({ ...change, lastModifiedBy: "arn:aws:sts::444455556666:assumed-role/admin/eve" });
    expect(await watch(EVENT, world.ports, REVOKES, LATER)).toMatchObject({ effect: "told" });
    expect(await watch(EVENT, world.ports, REVOKES, LATER)).toMatchObject({ effect: "told before" });
    expect(world.ports.notices.told).toEqual([
      {
        subject: expect.stringMatching(/^(Decided|Changed|Set by) .*: credit-risk version 7$/),
        text: expect.stringMatching(told),
      },
    ]);
    expect(world.ports.notices.told[0]?.text).toContain("by arn:aws:sts::444455556666:assumed-role/admin/eve");
    const [request] = world.ports.revocations.requests;
    const lastRecord = start === "none" ? null : world.lastSha256();
    expect(request).toEqual(
      revoked ? { modelPackageArn: ARN, reason: expect.stringMatching(told), lastRecord } : undefined,
    );
    if (request === undefined) return;
    await revoke(request, { kind: "watcher" }, world.ports, REVOKE_SETTINGS, NOW);
    expect(await world.status()).toBe("Rejected");
    expect(await watch(EVENT, world.ports, REVOKES, LATER)).toMatchObject({ effect: "as recorded" });
  });

  it("by default nothing is revoked", async () => {
    const world = await revokeWorld();
    await world.tamper({ fingerprint: OTHER });
    await watch(EVENT, world.ports, WATCH_SETTINGS, LATER);
    expect(world.ports.revocations.requests).toEqual([]);
    expect(world.ports.notices.told[0]?.text).toContain("revoke it (governance revoke)");
  });

  it("one that was put back by hand and set again is told of again, each event once", async () => {
    const world = await revokeWorld("Rejected");
    const setBy = (id: string) => ({ ...EVENT, updatedFields: ["ModelApprovalStatus"], id });
    await world.tamper({ approvalStatus: "Approved" });
    const effects: string[] = [];
    for (const event of [setBy("e-1"), setBy("e-1"), EVENT, setBy("e-3"), setBy("e-3")])
      effects.push((await watch(event, world.ports, WATCH_SETTINGS, LATER)).effect);
    expect(effects).toEqual(["told", "told before", "told before", "told", "told before"]);
    // The reconciler has nothing to add.
    expect(world.ports.markers.bodies.has("noted/otherwise-Approved-1/credit-risk/7.json")).toBe(true);
  });

  it("another fact is told too", async () => {
    const world = await revokeWorld();
    for (const fingerprint of [OTHER, "f".repeat(64)]) {
      await world.tamper({ fingerprint });
      await watch(EVENT, world.ports, WATCH_SETTINGS, LATER);
    }
    expect(world.ports.notices.told).toHaveLength(2);
  });
});

it.each([
  ["told of where people decide on record", true, "told"],
  ["as it may be where they decide by hand", false, "as recorded"],
])(
  "a status that somebody sets by hand, of a version that was left for review, is %s",
  async (_, peopleOnRecord, effect) => {
    const world = await revokeWorld("PendingManualApproval");
    await world.tamper({ approvalStatus: "Approved" });
    expect(await watch(EVENT, world.ports, { ...REVOKES, peopleOnRecord }, LATER)).toMatchObject({ effect });
    const subjects = world.ports.notices.told.map(({ subject }) => subject);
    expect(subjects.filter((one) => one.startsWith("Decided otherwise than recorded"))).toHaveLength(
      peopleOnRecord ? 1 : 0,
    );
  },
);

describe("a revoked version that somebody approves again is told of and revoked", () => {
  it.each<[string, (world: World) => Map<string, string>]>([
    ["without the way to its record", () => new Map()],
    ["with the way to the record before", (w) => new Map([[METADATA.recordSha256, w.lastSha256()]])],
  ])("%s", async (_, metadata) => {
    const world = await revokeWorld();
    await revoke({ modelPackageArn: ARN, reason: "r" }, asked(), world.ports, REVOKE_SETTINGS, NOW);
    await world.tamper({ approvalStatus: "Approved", customerMetadata: metadata(world) });
    expect(await watch(EVENT, world.ports, REVOKES, NOW)).toMatchObject({ effect: "under way" });
    expect(await watch(EVENT, world.ports, REVOKES, LATER)).toMatchObject({ effect: "told" });
    expect(world.ports.revocations.requests).toEqual([
      expect.objectContaining({ lastRecord: world.lastSha256(SECOND_KEY) }),
    ]);
  });
});

describe("no alarm", () => {
  it.each<[string, (world: World) => Promise<unknown>, string]>([
    ["of decide's own status", async () => {}, "as recorded"],
    [
      "of a revocation",
      (w) => revoke({ modelPackageArn: ARN, reason: "r" }, asked(), w.ports, REVOKE_SETTINGS, NOW),
      "as recorded",
    ],
    [
      "of a version that is pending by now",
      (w) => w.tamper({ approvalStatus: "PendingManualApproval" }),
      "as recorded",
    ],
    [
      "between a revocation's record and its status",
      async (world) => {
        jest.spyOn(world.ports.registry, "setStatus").mockRejectedValueOnce(new Error("throttled"));
        const request = { modelPackageArn: ARN, reason: "r" };
        await revoke(request, asked(), world.ports, REVOKE_SETTINGS, NOW).catch(() => {});
      },
      "under way",
    ],
  ])("%s", async (_, happens, effect) => {
    const world = await revokeWorld();
    await happens(world);
    const before = world.ports.notices.told.length;
    expect(await watch(EVENT, world.ports, REVOKES, NOW)).toMatchObject({ effect });
    expect(world.ports.notices.told).toHaveLength(before);
    expect(world.ports.revocations.requests).toEqual([]);
  });

  it.each<[string, Partial<typeof EVENT>, string]>([
    ["of another account's event", { account: "777788889999" }, "refused"],
    ["of another Region's", { region: "eu-west-1" }, "refused"],
    ["of a version of another account", { modelPackageArn: ARN.replace("444455556666", "777788889999") }, "refused"],
    ["of a group that isn't configured", { modelPackageArn: arnOf("other/1") }, "ignored"],
    [
      "of an unversioned package",
      { modelPackageArn: "arn:aws:sagemaker:us-east-1:444455556666:model-package/x" },
      "ignored",
    ],
    ["of a version that is gone", { modelPackageArn: arnOf("credit-risk/9") }, "gone"],
  ])("%s", async (_, change, effect) => {
    const world = await revokeWorld();
    expect(await watch({ ...EVENT, ...change }, world.ports, REVOKES, NOW)).toMatchObject({ effect });
    expect(world.ports.notices.told).toEqual([]);
  });
});

it("a record that no key signed is a fault, not a record", async () => {
  const world = await revokeWorld();
  const text = world.ports.records.bodies.get(RECORD_KEY) ?? "";
  world.ports.records.bodies.set(RECORD_KEY, text.replace(/"decidedAt":"2026/, '"decidedAt":"2025'));
  expect(sha256(text)).not.toBe(world.lastSha256());
  await expect(watch(EVENT, world.ports, REVOKES, LATER)).rejects.toThrow("signature doesn't hold");
});

it.each([
  ["in an observed group", { observedGroups: ["credit-risk"] }, "ignored"],
  ["registered before the cut-over of its group", { cutOvers: { "credit-risk": "2026-11-21T00:00:00Z" } }, "ignored"],
  ["registered after it", { cutOvers: { "credit-risk": "2026-11-20T00:00:00Z" } }, "told"],
])("a version that was approved without a record, %s", async (_, takenOver, effect) => {
  const world = await revokeWorld("none");
  await world.tamper({ approvalStatus: "Approved" });
  expect(await watch(EVENT, world.ports, { ...REVOKES, ...takenOver }, LATER)).toMatchObject({ effect });
  expect([world.ports.notices.told.length, world.ports.revocations.requests.length]).toEqual(
    effect === "told" ? [1, 1] : [0, 0],
  );
});
