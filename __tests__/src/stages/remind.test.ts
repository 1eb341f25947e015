import type { Known } from "../../../src/stages/known-versions";
import { reconcile } from "../../../src/stages/reconcile";
import { remind } from "../../../src/stages/remind";
import { MemoryNotices, MemoryQueue, MemoryWriteOnce } from "../../support/memory-ports";
import { arnOf, registeredVersion } from "../../support/registered-version";

const { createdAt } = registeredVersion();
const days = (count: number) => new Date(createdAt.getTime() + count * 86_400_000);
const versions = (count: number) =>
  Array.from({ length: count }, (_, at) => {
    const { id, approvalStatus } = registeredVersion({}, arnOf(`credit-risk/${at + 1}`));
    return { id, approvalStatus, createdAt };
  });

function world() {
  const ports = { notices: new MemoryNotices(), markers: new MemoryWriteOnce() };
  const run = (waiting: ReturnType<typeof versions>, now: Date) => {
    const known: Known = {
      ...{ pending: waiting, decided: [], records: new Map(), markers: new Map(), marked: new Set() },
      noted: new Set(ports.markers.bodies.keys()),
    };
    return remind(waiting, known, ports, now);
  };
  return { ports, run };
}

describe("the owner of a group is reminded of what waits for a person", () => {
  it.each([
    [[0, 3, 6.9], 0],
    [[7, 7.01, 10, 13.9], 1],
    [[7, 14, 21.5, 27], 3],
    [[20, 21], 2],
  ])("after days %p: %d times", async (looks, times) => {
    const { ports, run } = world();
    for (const day of looks) await run(versions(1), days(day));
    expect(ports.notices.told.map(({ subject, group }) => [subject, group])).toEqual(
      Array.from({ length: times }, () => ["A version waits for a person: credit-risk", "credit-risk"]),
    );
  });

  it("in one notice for all, with the first fifty", async () => {
    const { ports, run } = world();
    await run(versions(52), days(8));
    expect(ports.notices.told).toEqual([
      {
        subject: "52 versions wait for a person: credit-risk",
        text: expect.stringMatching(/credit-risk\/1 \(8 days\), .*credit-risk\/50 \(8 days\) and 2 more$/),
        group: "credit-risk",
      },
    ]);
  });

  it("again where it broke off before it was noted", async () => {
    const { ports, run } = world();
    const write = ports.markers.write.bind(ports.markers);
    ports.markers.write = () => Promise.reject(new Error("throttled"));
    await expect(run(versions(1), days(8))).rejects.toThrow("throttled");
    ports.markers.write = write;
    for (const day of [8.1, 8.2]) await run(versions(1), days(day));
    expect(ports.notices.told).toHaveLength(2);
  });
});

it.each([
  ["that was left for review", ["noted/left-for-review/credit-risk/1.json"], false, 1],
  ["that was left for review again", ["records/credit-risk/1/2.json"], false, 1],
  ["that nobody could decide", ["noted/gave-up/credit-risk/1.json"], false, 1],
  ["of an observed group", [], true, 1],
  ["whose record isn't applied yet", [], false, 0],
])("a version %s waits for a person", async (_, noted, isObserved, times) => {
  const ports = {
    overview: {
      versions: async (_: string, status: string) => (status === "PendingManualApproval" ? versions(1) : []),
      executions: async () => [],
      stateOf: async () => ({ hasEnded: true, since: createdAt }),
      stop: async () => {},
    },
    ...{ registry: { describe: async () => undefined }, markers: new MemoryWriteOnce() },
    ...{ records: new MemoryWriteOnce(), queue: new MemoryQueue(), notices: new MemoryNotices() },
    watchQueue: { lookAgain: async () => {} },
    repair: async () => ({ ApprovalStatus: "x", Effect: noted.length > 0 ? "left for review" : "set" }),
  };
  if (noted[0]?.includes("gave-up") !== true) ports.records.bodies.set("records/credit-risk/1/1.json", "{}");
  for (const key of noted) (key.startsWith("records/") ? ports.records : ports.markers).bodies.set(key, "{}");
  const settings = {
    ...{
      groups: ["credit-risk"],
      groupOfEachPipeline: [],
      observedGroups: isObserved ? ["credit-risk"] : [],
      cutOvers: {},
    },
    ...{
      peopleOnRecord: false,
      revokes: false,
      patience: () => ({ eventMinutes: 10, executionMinutes: 9, afterEndMinutes: 3, mostAttempts: 3 }),
    },
  };
  await reconcile(ports, settings, days(8));
  expect(ports.notices.told.map(({ subject }) => subject)).toEqual(
    Array.from({ length: times }, () => "A version waits for a person: credit-risk"),
  );
});
