import { startMarkerKey } from "../../../src/contract/names";
import type { PersonRequest } from "../../../src/contract/person-request";
import type { VerdictRecord } from "../../../src/core/verdict";
import { requireRecordSignature } from "../../../src/ledger/decision-record";
import { repair } from "../../../src/stages/decide";
import { DECIDE_SETTINGS } from "../../support/decide-world";
import { ARN, arnOf, FINGERPRINT } from "../../support/registered-version";
import { REVIEW_SETTINGS, REVIEWER, ReviewWorld, VERDICTS } from "../../support/review-world";

type Request = PersonRequest["request"];

describe("what one person decides", () => {
  it.each<[string, Partial<VerdictRecord> | undefined, Request, status: string, attempt: number]>([
    ["rejecting what was left for review", VERDICTS.forReview, "reject", "Rejected", 2],
    ["rejecting what was never judged", undefined, "reject", "Rejected", 1],
  ])("%s", async (_, verdict, request, status, attempt) => {
    const world = await ReviewWorld.judged(verdict);
    const before = await world.chain();
    const message = await world.message("bob", request);
    for (const repeat of [message, message]) expect(await world.take(repeat)).toMatchObject({ effect: "decided" });
    expect([await world.status(), world.ports.records.bodies.size]).toEqual([status, attempt]);
    expect(world.record(attempt)).toMatchObject({
      ...{ kind: "decision", modelPackageArn: ARN, attempt, fingerprint: FINGERPRINT, decision: status, binding: true },
      decidedBy: {
        kind: "people",
        people: [
          {
            ...{ roleId: REVIEWER, name: "bob", messageId: "m1", reason: "MR-1" },
            askedAt: "2026-11-20T10:20:01.000Z",
          },
        ],
      },
      previous: before === undefined ? null : { attempt: 1, sha256: before.last.sha256 },
      reason: `${status} by bob (MR-1)`,
    });
    const after = await world.chain();
    if (after === undefined) throw new Error("no record");
    requireRecordSignature(after.last, await world.ports.recordKeys());
    expect(world.ports.notices.told).toEqual([]);
  });

  it("approving what passed and was only observed", async () => {
    const world = await ReviewWorld.judged(VERDICTS.approved, { ...DECIDE_SETTINGS, observedGroups: ["credit-risk"] });
    expect(await world.status()).toBe("PendingManualApproval");
    await world.ask("bob", "approve");
    expect(await world.status()).toBe("Approved");
  });
});

describe("approving what didn't pass", () => {
  it.each(["rejected", "forReview"] as const)("takes two people: %s", async (verdict) => {
    const world = await ReviewWorld.judged(VERDICTS[verdict]);
    const before = await world.status();
    expect(await world.ask("bob", "approve", { reason: "looked at it" })).toMatchObject({ effect: "kept" });
    expect([await world.status(), world.ports.records.bodies.size]).toEqual([before, 1]);
    expect(world.ports.notices.told.map(({ subject }) => subject)).toEqual([
      "A second person must approve credit-risk version 7",
    ]);
    expect(await world.ask("carla", "approve")).toMatchObject({ effect: "decided" });
    expect(await world.status()).toBe("Approved");
    const { decidedBy, reason } = world.record(2);
    expect(decidedBy.kind === "people" && decidedBy.people.map(({ name }) => name)).toEqual(["bob", "carla"]);
    expect(reason).toBe("Approved by bob (looked at it), carla (MR-1)");
    // The card says who decided, beside what the policy found.
    const card = JSON.parse(world.ports.cards.cards.get(ARN) ?? "{}");
    expect(card.evaluation_details).toEqual([
      expect.objectContaining({
        evaluation_observation: expect.stringMatching(
          /^Approved by bob and carla\. .* 1 of 1 findings are listed here, the record of attempt 1 has all\. Approved by bob \(looked at it\), carla/,
        ),
        metric_groups: [expect.objectContaining({ name: "model-quality" })],
      }),
    ]);
  });

  it.each(["bob", "Bob"])("isn't done by one person who asks twice, the second time as %s", async (name) => {
    const world = await ReviewWorld.judged(VERDICTS.rejected);
    const first = await world.message("bob", "approve");
    for (const repeat of [first, first]) expect(await world.take(repeat)).toMatchObject({ effect: "kept" });
    expect(await world.ask(name, "approve")).toMatchObject({ effect: "refused" });
    expect([await world.status(), world.ports.records.bodies.size]).toEqual(["Rejected", 1]);
  });

  it("isn't done by one whose first request was on another record", async () => {
    const world = await ReviewWorld.judged(VERDICTS.forReview);
    await world.ask("bob", "approve");
    await world.ask("dora", "reject");
    expect(await world.ask("carla", "approve")).toMatchObject({ effect: "kept" });
    expect(await world.status()).toBe("Rejected");
  });

  it("is decided once by two who ask at once", async () => {
    const world = await ReviewWorld.judged(VERDICTS.rejected);
    const messages = [await world.message("bob", "approve"), await world.message("carla", "approve")];
    await Promise.all(messages.map((message) => world.take(message)));
    for (const message of messages) await world.take(message);
    expect([await world.status(), world.ports.records.bodies.size]).toEqual(["Approved", 2]);
  });

  it("doesn't count one who is of the team by then", async () => {
    const world = await ReviewWorld.judged(VERDICTS.rejected);
    await world.ask("bob", "approve");
    const settings = { ...REVIEW_SETTINGS, teams: { "credit-risk": ["bob"] } };
    expect(await world.take(await world.message("carla", "approve"), settings)).toMatchObject({ effect: "kept" });
  });
});

describe("what is refused, told, and done", () => {
  it.each<[string, keyof typeof VERDICTS | undefined, Request, changed: Record<string, unknown>, why: RegExp]>([
    ["another role", "forReview", "reject", { senderId: "AROAOTHER0987654321EX:bob" }, /isn't a person under/],
    ["a sender without a session", "forReview", "reject", { senderId: REVIEWER }, /isn't a person under/],
    ["a service", "forReview", "reject", { senderId: "events.amazonaws.com" }, /isn't a person under/],
    ["a body that names a person", "forReview", "reject", { name: "carla" }, /body isn't a request/],
    ["a body without a reason", "forReview", "reject", { reason: "" }, /body isn't a request/],
    ["a reason of two lines", "forReview", "reject", { reason: "a\nb" }, /body isn't a request/],
    ["another request", "forReview", "reject", { request: "waive" }, /body isn't a request/],
    [
      "one of the team",
      "forReview",
      "reject",
      { senderId: `${REVIEWER}:tina` },
      /is of the team that owns credit-risk/,
    ],
    [
      "an outdated record",
      "forReview",
      "reject",
      { expectedRecordSha256: "0".repeat(64) },
      /it was asked on record 0+/,
    ],
    [
      "no record where there is one",
      "forReview",
      "reject",
      { expectedRecordSha256: null },
      /it was asked on no record/,
    ],
    ["approving what was never judged", undefined, "approve", {}, /it was never judged/],
    ["judging again what was never judged", undefined, "reevaluate", {}, /it has no record yet/],
    ["what is so already", "approved", "approve", {}, /it is approved, and its record says so/],
    ["a group that isn't ours", "forReview", "reject", { modelPackageArn: arnOf("other/1") }, /isn't of a group/],
    [
      "another registry",
      "forReview",
      "reject",
      { modelPackageArn: ARN.replace("us-east-1", "eu-west-1") },
      /isn't of a group/,
    ],
    [
      "a version that isn't there",
      "forReview",
      "reject",
      { modelPackageArn: arnOf("credit-risk/8") },
      /no such version/,
    ],
    ["no version", "forReview", "reject", { modelPackageArn: "credit-risk/7" }, /names no versioned model package/],
    ["rejecting what is approved", "approved", "reject", {}, /governance revoke, which says what is served then/],
  ])("%s", async (_, verdict, request, changed, why) => {
    const world = await ReviewWorld.judged(verdict && VERDICTS[verdict]);
    const before = [await world.status(), world.ports.records.bodies.size];
    expect(await world.ask("bob", request, changed)).toEqual({ effect: "refused", reason: expect.stringMatching(why) });
    expect([await world.status(), world.ports.records.bodies.size]).toEqual(before);
    expect(world.ports.notices.told).toEqual([expect.objectContaining({ text: expect.stringMatching(why) })]);
    expect(world.ports.queue.messages).toEqual([]);
  });

  it.each(["approve", "reject"] as const)(
    "to %s in an observed group, where others set the status",
    async (request) => {
      const world = await ReviewWorld.judged(VERDICTS.forReview);
      const observed = { ...REVIEW_SETTINGS, observedGroups: ["credit-risk"] };
      expect(await world.take(await world.message("bob", request), observed)).toMatchObject({
        reason: expect.stringContaining("only observed"),
      });
      expect(world.ports.records.bodies.size).toBe(1);
    },
  );

  it("a body that is no JSON", async () => {
    const world = await ReviewWorld.judged(VERDICTS.forReview);
    const { sent } = await world.message("bob", "reject");
    expect(await world.take({ body: "{", sent })).toMatchObject({ effect: "refused" });
  });

  it("approving a version that isn't what was judged", async () => {
    const world = await ReviewWorld.judged(VERDICTS.forReview);
    world.change({ fingerprint: "6".repeat(64) });
    expect(await world.ask("bob", "approve")).toMatchObject({
      reason: expect.stringContaining("isn't what was judged"),
    });
    expect(world.ports.records.bodies.size).toBe(1);
  });

  it("a request whose record another one forestalls", async () => {
    const world = await ReviewWorld.judged(VERDICTS.forReview);
    const [first, second] = [await world.message("bob", "reject"), await world.message("carla", "reject")];
    const { records } = world.ports;
    const write = records.write.bind(records);
    records.write = async (key, body) => {
      records.write = write;
      await world.take(second);
      return write(key, body);
    };
    expect(await world.take(first)).toMatchObject({ effect: "refused", reason: expect.stringContaining("came first") });
    const { decidedBy } = world.record(2);
    expect(decidedBy.kind === "people" && decidedBy.people.map(({ name }) => name)).toEqual(["carla"]);
  });
});

describe("a status that was lost after its record", () => {
  const lost = async (verdict: keyof typeof VERDICTS) => {
    const world = await ReviewWorld.judged(VERDICTS[verdict]);
    const { registry } = world.ports;
    const setStatus = registry.setStatus.bind(registry);
    registry.setStatus = async () => {
      throw new Error("throttled");
    };
    const message = await world.message("bob", "reject");
    await expect(world.take(message)).rejects.toThrow("throttled");
    registry.setStatus = setStatus;
    return { world, message };
  };

  it("is set when the message comes again", async () => {
    const { world, message } = await lost("forReview");
    expect(await world.take(message)).toMatchObject({ effect: "decided" });
    expect([await world.status(), world.ports.records.bodies.size]).toEqual(["Rejected", 2]);
  });

  it("is set by a repair", async () => {
    const { world } = await lost("forReview");
    await repair({ modelPackageArn: ARN, attempt: 1 }, world.ports, DECIDE_SETTINGS);
    expect(await world.status()).toBe("Rejected");
  });
});

describe("judging again", () => {
  it("asks start for an attempt that goes on from the last record, the same for a repeat", async () => {
    const world = await ReviewWorld.judged(VERDICTS.rejected);
    const message = await world.message("bob", "reevaluate");
    for (const repeat of [message, message]) expect(await world.take(repeat)).toMatchObject({ effect: "asked" });
    const again = {
      modelPackageArn: ARN,
      attempt: 2,
      judgesAgain: await world.lastRecord(),
      waits: 1,
      delaySeconds: 0,
    };
    expect(world.ports.queue.messages).toEqual([again, again]);
    expect([await world.status(), world.ports.records.bodies.size]).toEqual(["Rejected", 1]);
  });

  it("asks for another attempt where the one before was started and has no record, the same for a repeat", async () => {
    const world = await ReviewWorld.judged(VERDICTS.rejected);
    const [first, second] = [await world.message("bob", "reevaluate"), await world.message("bob", "reevaluate")];
    const start = (attempt: number) =>
      void world.ports.verdicts.bodies.set(startMarkerKey("credit-risk", 7, attempt), "{}");
    await world.take(first);
    start(2);
    await world.take(second);
    start(3);
    for (const repeat of [first, second]) await world.take(repeat);
    expect(world.ports.queue.messages.map(({ attempt }) => attempt)).toEqual([2, 3, 2, 3]);
  });
});
