import type { ExecutionState } from "../../../src/core/ports";
import { reconcile } from "../../../src/stages/reconcile";
import { keep, later, reconcileWorld, recordOf, SETTINGS } from "../../support/reconcile-world";
import { ARN } from "../../support/registered-version";

type World = ReturnType<typeof reconcileWorld>;
const HUNG = "PIPELINE/execution/e2";
const STOPPED = { [HUNG]: "stop" };

/** A version that no execution is awaited of, and an execution of it that started when it was registered. */
const NOBODY_WAITS: [string, (world: World) => unknown][] = [
  [
    "that is decided, and judged again",
    async ({ ports }) => {
      ports.overview.add(ARN, "Rejected");
      keep(ports, await recordOf("Rejected"));
    },
  ],
  [
    "that is recorded, and left to a person",
    async ({ ports }) => {
      ports.overview.add();
      keep(ports, await recordOf("PendingManualApproval"));
      ports.markers.bodies.set("noted/left-for-review/credit-risk/7.json", "{}");
    },
  ],
  [
    "that was given up",
    ({ ports, mark }) => {
      ports.overview.add();
      [1, 2].map(mark);
      ports.markers.bodies.set("noted/gave-up/credit-risk/7.json", "{}");
    },
  ],
  ["that is gone", () => {}],
];

describe.each(NOBODY_WAITS)("an execution that hangs, of a version %s", (_, arrange) => {
  it("is asked to stop once it hangs, as long as it runs, and people are told once", async () => {
    const world = reconcileWorld();
    await arrange(world);
    const { ports } = world;
    ports.overview.stops = false;
    ports.overview.run(2, "Executing");
    expect(await reconcile(ports, SETTINGS, later(119))).toEqual({});
    for (const minutes of [121, 136]) expect(await reconcile(ports, SETTINGS, later(minutes))).toEqual(STOPPED);
    expect(ports.overview.stopped).toEqual([HUNG, HUNG]);
    expect(ports.notices.told).toEqual([
      {
        subject: "An execution hangs, and is asked to stop",
        text: expect.stringContaining(`${HUNG} (attempt 2, start `),
      },
    ]);
  });
});

it("is told of again where it was started again and hangs again", async () => {
  const { ports } = reconcileWorld();
  ports.overview.run(2, "Executing");
  ports.overview.stops = false;
  await reconcile(ports, SETTINGS, later(121));
  const since: ExecutionState = { hasEnded: false, since: later(300) };
  jest.spyOn(ports.overview, "stateOf").mockResolvedValue(since);
  expect(await reconcile(ports, SETTINGS, later(400))).toEqual({});
  expect(await reconcile(ports, SETTINGS, later(421))).toEqual(STOPPED);
  expect(ports.notices.told).toHaveLength(2);
});

it.each<[string, string, number | undefined, number]>([
  ["ended, whatever the list still says", "Executing", 60, 600],
  ["is stopping", "Stopping", undefined, 600],
  ["failed", "Failed", 5, 600],
  ["began more than a week ago", "Executing", undefined, 8 * 24 * 60],
])("one that %s is left alone", async (_, status, endedAfter, minutes) => {
  const { ports, effects } = reconcileWorld();
  ports.overview.run(2, status, endedAfter);
  expect(await reconcile(ports, SETTINGS, later(minutes))).toEqual({});
  expect(effects()).toEqual([[], [], [], []]);
});

it.each<[string, (ports: World["ports"]) => jest.SpyInstance]>([
  ["people can't be told", ({ notices }) => jest.spyOn(notices, "tell")],
  ["it can't be noted", ({ markers }) => jest.spyOn(markers, "write")],
  ["it can't be described", ({ overview }) => jest.spyOn(overview, "stateOf")],
  ["it can't be stopped", ({ overview }) => jest.spyOn(overview, "stop")],
])("where %s, a later run does all of it, and others are stopped meanwhile", async (_, fails) => {
  const { ports } = reconcileWorld();
  ports.overview.run(2, "Executing");
  ports.overview.run(3, "Executing");
  fails(ports).mockRejectedValueOnce(new Error("throttled"));
  await expect(reconcile(ports, SETTINGS, later(121))).rejects.toThrow("throttled");
  expect(ports.overview.stopped).toEqual(["PIPELINE/execution/e3"]);
  expect(await reconcile(ports, SETTINGS, later(136))).toEqual(STOPPED);
  const told = ports.notices.told.filter(({ text }) => text.includes(HUNG));
  expect(told.length).toBeGreaterThanOrEqual(1);
});
