import { CHANGED_SINCE, RECORDED_ONLY, SET_BACK } from "../../../src/contract/pipeline-parameters";
import type { ReconcilePorts } from "../../../src/stages/known-versions";
import { reconcile } from "../../../src/stages/reconcile";
import { later, type MemoryOverview, reconcileWorld, recordOf, SETTINGS } from "../../support/reconcile-world";
import { ARN, arnOf } from "../../support/registered-version";

it("starts a version whose event got lost, by a message that start doesn't wait with", async () => {
  const { ports, effects } = reconcileWorld();
  ports.overview.add();
  expect(await reconcile(ports, SETTINGS, later(5))).toEqual({});
  expect(await reconcile(ports, SETTINGS, later(11))).toEqual({ "credit-risk/7": "start 1" });
  expect(effects()).toEqual([[{ modelPackageArn: ARN, attempt: 1, delaySeconds: 0 }], [], [], []]);
});

it.each<[string, number, (attempt: number, overview: MemoryOverview) => void, object]>([
  ["whose execution failed, in its next attempt", 1, (at, on) => on.run(at, "Failed", 5), { attempt: 2 }],
  ["marked and never started, in the same attempt", 2, () => {}, { attempt: 2 }],
])("starts a version %s", async (_, attempt, arrange, expected) => {
  const { ports, mark } = reconcileWorld();
  ports.overview.add();
  for (let one = 1; one <= attempt; one += 1) mark(one);
  arrange(attempt, ports.overview);
  await reconcile(ports, SETTINGS, later(30));
  expect(ports.queue.messages).toEqual([{ modelPackageArn: ARN, ...expected, delaySeconds: 0 }]);
});

it("looks at the execution of the last attempt alone, found by its marker's hash", async () => {
  const { ports, mark, effects } = reconcileWorld();
  ports.overview.add();
  [1, 2].map(mark);
  ports.overview.run(1, "Failed", 5);
  ports.overview.run(2, "Executing");
  expect(await reconcile(ports, SETTINGS, later(30))).toEqual({});
  expect(effects()).toEqual([[], [], [], []]);
  expect(await reconcile(ports, SETTINGS, later(150))).toEqual({ "credit-risk/7": "stop 2" });
  expect(ports.overview.stopped).toEqual(["PIPELINE/execution/e2"]);
});

it("asks a person after three attempts, once", async () => {
  const { ports, mark } = reconcileWorld();
  ports.overview.add();
  [1, 2, 3].map(mark);
  ports.overview.run(3, "Failed", 5);
  for (const minutes of [30, 45]) await reconcile(ports, SETTINGS, later(minutes));
  expect(ports.queue.messages).toEqual([]);
  expect(ports.notices.told).toEqual([
    {
      subject: "A person must look at credit-risk version 7",
      text: expect.stringContaining("3 executions ended without a decision. It stays PendingManualApproval"),
    },
  ]);
});

it.each([
  [2, "start 3"],
  [3, "give-up"],
])("stops attempt %i, which hung while nobody looked, before it goes on", async (attempt, next) => {
  const { ports, mark } = reconcileWorld();
  ports.overview.add();
  for (let one = 1; one <= attempt; one += 1) mark(one);
  ports.overview.run(attempt, "Executing");
  expect(await reconcile(ports, SETTINGS, later(3000))).toEqual({ "credit-risk/7": `stop ${attempt}` });
  expect([ports.overview.stopped, ports.notices.told]).toEqual([[`PIPELINE/execution/e${attempt}`], []]);
  ports.overview.started.length = 0;
  ports.overview.run(attempt, "Stopped", 3005);
  expect(await reconcile(ports, SETTINGS, later(3015))).toEqual({ "credit-risk/7": next });
});

it("asks a person about an execution that was asked to stop, and goes on", async () => {
  const { ports, mark } = reconcileWorld();
  ports.overview.stops = false;
  ports.overview.add();
  mark(1);
  ports.overview.run(1, "Executing");
  await reconcile(ports, SETTINGS, later(3000));
  expect(await reconcile(ports, SETTINGS, later(3015))).toEqual({ "credit-risk/7": "give-up" });
  expect(ports.overview.stopped).toHaveLength(1);
  expect(ports.notices.told).toMatchObject([{ text: expect.stringContaining("has been Executing since") }]);
});

it("stops an execution that a person was asked about and has started again, where it hangs", async () => {
  const { ports, mark } = reconcileWorld();
  ports.overview.stops = false;
  ports.overview.add();
  mark(1);
  ports.overview.run(1, "Executing");
  ports.markers.bodies.set("inference/e1/waits-for-person.json", "{}");
  expect(await reconcile(ports, SETTINGS, later(100))).toEqual({});
  for (const minutes of [130, 3000]) await reconcile(ports, SETTINGS, later(minutes));
  expect(ports.overview.stopped).toEqual(["PIPELINE/execution/e1", "PIPELINE/execution/e1"]);
  expect([ports.queue.messages, ports.notices.told]).toEqual([[], []]);
});

it("leaves a version to the person whom an execution has asked", async () => {
  const { ports, mark, effects } = reconcileWorld();
  ports.overview.add();
  mark(1);
  ports.overview.run(1, "Failed", 5);
  ports.markers.bodies.set("inference/e1/waits-for-person.json", "{}");
  expect(await reconcile(ports, SETTINGS, later(600))).toEqual({});
  expect(effects()).toEqual([[], [], [], []]);
});

describe("a pending version that is recorded", () => {
  async function recorded() {
    const made = reconcileWorld();
    made.ports.overview.add();
    made.ports.records.bodies.set("records/credit-risk/7/1.json", await recordOf("Approved"));
    return made;
  }

  it("is handed to decide, whatever its record says, and nothing is started again", async () => {
    const { ports, repaired } = await recorded();
    expect(await reconcile(ports, SETTINGS, later(600))).toEqual({ "credit-risk/7": "repair 1" });
    expect([repaired, ports.queue.messages, ports.notices.told]).toEqual([[`${ARN} 1`], [], []]);
  });

  it("is left to the person whom decide has told of it", async () => {
    const { ports, effects } = await recorded();
    ports.markers.bodies.set("noted/left-for-review/credit-risk/7.json", "{}");
    expect(await reconcile(ports, SETTINGS, later(600))).toEqual({});
    expect(effects()).toEqual([[], [], [], []]);
  });

  it.each([
    ["isn't what its record is about", CHANGED_SINCE, "it isn't what its decision record is about"],
    ["was judged while its group was observed", RECORDED_ONLY, "it was recorded while others decided in its group"],
    ["was set back by someone", SET_BACK, "it was decided by its record, and then set back"],
  ])("and %s is told of, once", async (_, Effect, text) => {
    const { ports, repaired } = await recorded();
    const repair = async (arn: string, attempt: number) => {
      repaired.push(`${arn} ${attempt}`);
      return { ApprovalStatus: "PendingManualApproval", Effect };
    };
    for (const minutes of [600, 615]) await reconcile({ ...ports, repair }, SETTINGS, later(minutes));
    expect(repaired).toEqual([`${ARN} 1`]);
    expect(ports.notices.told).toEqual([
      {
        subject: "A person must look at credit-risk version 7",
        text: expect.stringContaining(text),
      },
    ]);
  });
});

it("does for others what it can where one version fails, and fails in the end", async () => {
  const { ports } = reconcileWorld();
  ports.overview.add();
  ports.overview.add(arnOf("payment-fraud/1"));
  ports.overview.add(arnOf("credit-risk/8"));
  ports.records.bodies.set("records/credit-risk/7/1.json", "no record");
  const repair = () => Promise.reject(new Error("records/credit-risk/7/1.json: is no JSON"));
  await expect(reconcile({ ...ports, repair }, SETTINGS, later(30))).rejects.toThrow("is no JSON");
  expect(ports.queue.messages.map(({ modelPackageArn }) => modelPackageArn).sort()).toEqual([
    arnOf("credit-risk/8"),
    arnOf("payment-fraud/1"),
  ]);
});

it.each<[string, (ports: ReconcilePorts) => jest.SpyInstance]>([
  ["listing versions", ({ overview }) => jest.spyOn(overview, "versions")],
  ["listing records", ({ records }) => jest.spyOn(records, "keys")],
  ["listing markers", ({ markers }) => jest.spyOn(markers, "keys")],
  ["sending", ({ queue }) => jest.spyOn(queue, "send")],
])("%s fails: that is thrown, and the next run goes on", async (_, fails) => {
  const { ports } = reconcileWorld();
  ports.overview.add();
  fails(ports).mockRejectedValueOnce(new Error("ThrottlingException"));
  await expect(reconcile(ports, SETTINGS, later(30))).rejects.toThrow("ThrottlingException");
  await reconcile(ports, SETTINGS, later(45));
  expect(ports.queue.messages).toHaveLength(1);
});
