import type { TakeOver } from "../../../src/contract/cut-over";
import { startMarkerKey } from "../../../src/contract/names";
import type { PersonRequest } from "../../../src/contract/person-request";
import type { VerdictRecord } from "../../../src/core/verdict";
import { decide, repair } from "../../../src/stages/decide";
import { review } from "../../../src/stages/review";
import { type Revoker, revoke } from "../../../src/stages/revoke";
import { DECIDE_SETTINGS, decideWorld, NOW } from "../../support/decide-world";
import { FailingCall } from "../../support/failing-call";
import { ARN } from "../../support/registered-version";
import { REVIEW_SETTINGS, ReviewWorld, VERDICTS } from "../../support/review-world";
import { asked, REVOKE_SETTINGS, revokeWorld } from "../../support/revoke-world";
import { type Scene, sweepCalls } from "../../support/swept-story";
import { approvedRecord, textOf } from "../../support/verdict-record";

const OBSERVED = { ...DECIDE_SETTINGS, observedGroups: ["credit-risk"] };
const CUT_OVER: TakeOver = { observedGroups: [], cutOvers: { "credit-risk": "2026-11-20T10:15:41Z" } };

const NONE = new FailingCall(0, "before");
const NOW_AND_AN_HOUR = new Date(NOW.getTime() + 3_600_000);

interface Reviewed {
  verdict?: Partial<VerdictRecord>;
  judgedIn?: typeof DECIDE_SETTINGS;
  status?: string;
  takeOver?: TakeOver;
  /** Changes the ports. */
  arrange?(ports: ReviewWorld["ports"]): void;
  /** Id that a message comes with. */
  idOf?(messageId: string, fault: FailingCall): string;
  asks: readonly (readonly [name: string, request: PersonRequest["request"]])[];
}

/** People's messages to review, all of them sent before the first is taken. */
async function reviewed({ verdict, judgedIn, status, takeOver, arrange, idOf, asks }: Reviewed): Promise<Scene> {
  const world = await ReviewWorld.judged(verdict, judgedIn);
  if (status !== undefined) world.change({ approvalStatus: status });
  arrange?.(world.ports);
  const settings = { ...REVIEW_SETTINGS, ...takeOver };
  const messages: Scene["messages"][number][] = [];
  for (const [name, request] of asks) {
    const { body, sent } = await world.message(name, request);
    messages.push((fault, now) => {
      const messageId = idOf?.(sent.messageId, fault) ?? sent.messageId;
      return review(body, { ...sent, messageId }, fault.of(world.ports), settings, now);
    });
  }
  return { ports: world.ports, messages };
}

/** A request to revoke what is Approved. */
async function revoked(start: "Approved" | "none", by: Revoker): Promise<Scene> {
  const world = await revokeWorld(start, [3]);
  await world.tamper({ approvalStatus: "Approved" });
  const lastRecord = start === "none" ? null : world.lastSha256();
  const request = { modelPackageArn: ARN, reason: "leaks names", ...(by.kind === "watcher" && { lastRecord }) };
  return {
    ports: world.ports,
    messages: [(fault, now) => revoke(request, by, fault.of(world.ports), REVOKE_SETTINGS, now)],
  };
}

/** Records of which nothing else came about, and decide, which is asked to do what is left. */
async function unapplied(verdict: Partial<VerdictRecord>, ...asks: Reviewed["asks"]): Promise<Scene> {
  const world = await ReviewWorld.judged(verdict);
  for (const [name, request] of asks) await world.ask(name, request);
  const { ports } = world;
  world.change({});
  ports.cards.cards.clear();
  ports.notices.told.length = 0;
  for (const key of ports.verdicts.bodies.keys()) if (key.startsWith("noted/")) ports.verdicts.bodies.delete(key);
  const last = { modelPackageArn: ARN, attempt: ports.records.bodies.size };
  return { ports, messages: [(fault) => repair(last, fault.of(ports), DECIDE_SETTINGS)] };
}

/** The step of an execution, which is repeated. */
async function judged(verdict: Partial<VerdictRecord>, settings = DECIDE_SETTINGS): Promise<Scene> {
  const { ports, args } = decideWorld(textOf(approvedRecord(verdict)));
  return { ports, messages: [(fault, now) => decide(args, fault.of(ports), settings, now)] };
}

/** Start takes the request up while its message may still come again. */
function startsAtOnce({ queue, verdicts }: ReviewWorld["ports"]): void {
  const send = queue.send.bind(queue);
  queue.send = async (again, delaySeconds) => {
    await send(again, delaySeconds);
    verdicts.bodies.set(startMarkerKey("credit-risk", 7, again.attempt), "{}");
  };
}

const AGAIN: Reviewed = { verdict: VERDICTS.rejected, asks: [["bob", "reevaluate"]], arrange: startsAtOnce };
const REJECTION: Reviewed = { verdict: VERDICTS.forReview, asks: [["bob", "reject"]] };

const BY_TWO: Reviewed["asks"] = [
  ["bob", "approve"],
  ["carla", "approve"],
];

/** What comes about where nothing fails: the status, how many records there are, and the fewest calls. */
type Expected = readonly [status: string, records: number, calls: number];

const SCENES: readonly (readonly [string, () => Promise<Scene>, Expected])[] = [
  [
    "an approval by one person",
    () => reviewed({ verdict: VERDICTS.approved, judgedIn: OBSERVED, asks: [["bob", "approve"]] }),
    ["Approved", 2, 20],
  ],
  [
    "an approval by two of what failed",
    () => reviewed({ verdict: VERDICTS.rejected, asks: BY_TWO }),
    ["Approved", 2, 30],
  ],
  ["a rejection of what was left for review", () => reviewed(REJECTION), ["Rejected", 2, 12]],
  ["a rejection of what was never judged", () => reviewed({ asks: [["bob", "reject"]] }), ["Rejected", 1, 12]],
  ["asking to have it judged again", () => reviewed(AGAIN), ["Rejected", 1, 8]],
  [
    "a baseline",
    () => reviewed({ status: "Approved", takeOver: CUT_OVER, asks: [["bob", "baseline"]] }),
    ["Approved", 1, 8],
  ],
  ["a revocation by a person", () => revoked("Approved", asked()), ["Rejected", 2, 15]],
  ["a revocation by the watcher", () => revoked("Approved", { kind: "watcher" }), ["Rejected", 2, 15]],
  [
    "a revocation by the watcher of what has no record",
    () => revoked("none", { kind: "watcher" }),
    ["Rejected", 1, 12],
  ],
  ["a repair of an approval", () => unapplied(VERDICTS.approved), ["Approved", 1, 8]],
  ["a repair of what people must be told", () => unapplied(VERDICTS.forReview), ["PendingManualApproval", 1, 8]],
  ["a repair of what a person rejected", () => unapplied(VERDICTS.forReview, ["bob", "reject"]), ["Rejected", 2, 8]],
  ["a decision of the policy", () => judged(VERDICTS.approved), ["Approved", 1, 20]],
  ["a decision that leaves it to a person", () => judged(VERDICTS.forReview), ["PendingManualApproval", 1, 20]],
];

describe("whichever call fails, before or after its effect, it ends as if none had", () => {
  it.each(SCENES)("%s", async (_, scene, [status, records, fewest]) => {
    const { ports, messages } = await scene();
    for (const take of messages) await take(NONE, NOW_AND_AN_HOUR);
    const version = await ports.registry.describe(ARN);
    expect([version?.approvalStatus, ports.records.bodies.size]).toEqual([status, records]);
    const { calls, broken } = await sweepCalls(scene);
    expect(broken).toEqual([]);
    expect(calls).toBeGreaterThanOrEqual(fewest);
  });

  it("also where the second person's message is taken before the first one's comes again", async () => {
    const scene = () => reviewed({ verdict: VERDICTS.rejected, asks: BY_TWO });
    expect((await sweepCalls(scene, "after the others")).broken).toEqual([]);
  });
});

describe("it doesn't end so", () => {
  it.each<[string, () => Promise<Scene>, differs: string[]]>([
    [
      "where a store drops If-None-Match",
      () =>
        reviewed({
          ...AGAIN,
          arrange(ports) {
            startsAtOnce(ports);
            ports.verdicts.write = async (key, body) => {
              ports.verdicts.bodies.set(key, body);
              return "written";
            };
          },
        }),
      ["asked"],
    ],
    [
      "where a message comes again under another id",
      () => reviewed({ ...REJECTION, idOf: (messageId, { failed }) => (failed === undefined ? messageId : "m99") }),
      ["answers"],
    ],
    [
      "where it is noted that people were told before they are",
      async () => {
        const scene = await revoked("Approved", asked());
        const { verdicts } = scene.ports;
        const read = verdicts.read.bind(verdicts);
        verdicts.read = async (key) => {
          const found = await read(key);
          await verdicts.write(key, "{}");
          return found;
        };
        return scene;
      },
      ["told"],
    ],
  ])("%s", async (_, scene, differs) => {
    const { broken } = await sweepCalls(scene);
    expect(broken.flatMap((one) => Object.keys(one.differs))).toEqual(expect.arrayContaining(differs));
  });
});
