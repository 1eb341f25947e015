import type { PersonRequest } from "../../../src/contract/person-request";
import { DECIDE_SETTINGS, NOW, VERDICT_KEY, VERDICT_URI } from "../../support/decide-world";
import { REVIEW_SETTINGS, ReviewWorld, VERDICTS } from "../../support/review-world";
import { BUNDLE, POLICY } from "../../support/verdict-record";

const DAY = 86_400_000;
/** The lock of what was judged has ended by then. */
const LATER = new Date(NOW.getTime() + 60 * DAY);
const PROMPTS = "7".repeat(64);
const WITH_PROMPTS = { promptSets: [{ name: "bbq", sha256: PROMPTS }] };
const KEPT = [
  `${VERDICT_URI} version of ${VERDICT_KEY}`,
  "s3://evidence-111122223333/a.json v1",
  `s3://records/policies/${POLICY}.json null`,
  `s3://records/bundles/${BUNDLE}.js null`,
  `s3://records/prompt-sets/${PROMPTS}.json null`,
];

type Asked = readonly [name: string, request: PersonRequest["request"]][];
const keptUntil = ({ ports }: ReviewWorld) => Object.fromEntries(ports.lock.kept);
const allUntil = (until: Date) => Object.fromEntries(KEPT.map((one) => [one, until]));

async function judged(verdict: keyof typeof VERDICTS, observed = false): Promise<ReviewWorld> {
  const observedGroups = observed ? ["credit-risk"] : [];
  return ReviewWorld.judged({ ...VERDICTS[verdict], ...WITH_PROMPTS }, { ...DECIDE_SETTINGS, observedGroups });
}

async function ask(world: ReviewWorld, asked: Asked): Promise<void> {
  for (const [name, request] of asked) await world.take(await world.message(name, request), REVIEW_SETTINGS, LATER);
}

describe("what an approval by people rests on is locked anew", () => {
  it.each<[string, keyof typeof VERDICTS, observed: boolean, Asked]>([
    ["by one person", "approved", true, [["bob", "approve"]]],
    [
      "by two, of what didn't pass",
      "rejected",
      false,
      [
        ["bob", "approve"],
        ["carla", "approve"],
      ],
    ],
    [
      "after people rejected it",
      "approved",
      true,
      [
        ["bob", "reject"],
        ["carla", "approve"],
      ],
    ],
  ])("%s", async (_, verdict, observed, asked) => {
    const world = await judged(verdict, observed);
    await ask(world, asked);
    expect(await world.status()).toBe("Approved");
    expect(keptUntil(world)).toEqual(allUntil(new Date(LATER.getTime() + DAY)));
  });

  it.each<[string, keyof typeof VERDICTS, Asked]>([
    ["a rejection", "forReview", [["bob", "reject"]]],
    ["the first of two people", "rejected", [["bob", "approve"]]],
    ["asking to have it judged again", "rejected", [["bob", "reevaluate"]]],
  ])("and nothing by %s", async (_, verdict, asked) => {
    const world = await judged(verdict);
    const before = keptUntil(world);
    await ask(world, asked);
    expect(keptUntil(world)).toEqual(before);
  });

  it("before the record: where that fails nothing is recorded, and the message that comes again does it", async () => {
    const world = await judged("approved", true);
    const message = await world.message("bob", "approve");
    const take = () => world.take(message, REVIEW_SETTINGS, LATER);
    jest.spyOn(world.ports.lock, "keepUntil").mockRejectedValueOnce(new Error("throttled"));
    await expect(take()).rejects.toThrow("throttled");
    expect([await world.status(), world.ports.records.bodies.size]).toEqual(["PendingManualApproval", 1]);
    expect(await take()).toMatchObject({ effect: "decided" });
    expect([await world.status(), world.ports.records.bodies.size]).toEqual(["Approved", 2]);
    expect(keptUntil(world)).toEqual(allUntil(new Date(LATER.getTime() + DAY)));
  });

  it.each<[string, (bodies: Map<string, string>) => unknown]>([
    ["is gone", (bodies) => bodies.delete(VERDICT_KEY)],
    ["is another", (bodies) => bodies.set(VERDICT_KEY, "{}")],
  ])("and nothing is approved whose checks.json %s", async (_, change) => {
    const world = await judged("approved", true);
    change(world.ports.verdicts.bodies);
    await expect(ask(world, [["bob", "approve"]])).rejects.toThrow(
      `${VERDICT_URI} isn't what the record names any more; have it judged again (governance reevaluate)`,
    );
    expect(world.ports.records.bodies.size).toBe(1);
  });
});
