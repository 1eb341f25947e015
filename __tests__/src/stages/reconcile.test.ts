import { CHANGED_SINCE, RECORDED_ONLY, SET_BACK } from "../../../src/contract/pipeline-parameters";
import type { ListedExecution, ListedVersion, ModelPackage, Overview } from "../../../src/core/ports";
import { type Decision, sha256 } from "../../../src/core/verdict";
import { decide } from "../../../src/stages/decide";
import type { ReconcilePorts } from "../../../src/stages/known-versions";
import { reconcile } from "../../../src/stages/reconcile";
import { DECIDE_SETTINGS, decideWorld, NOW } from "../../support/decide-world";
import { MemoryNotices, MemoryQueue, MemoryWriteOnce } from "../../support/memory-ports";
import { ARN, arnOf, registeredVersion } from "../../support/registered-version";
import { approvedRecord, finding, textOf } from "../../support/verdict-record";

const PATIENCE = { eventMinutes: 10, executionMinutes: 120, afterEndMinutes: 3, mostAttempts: 3 };
const settings = {
  ...{ groups: ["credit-risk", "payment-fraud"], observedGroups: [], cutOvers: {}, peopleOnRecord: false },
  patience: () => PATIENCE,
};
const { createdAt } = registeredVersion();
const later = (minutes: number) => new Date(createdAt.getTime() + minutes * 60_000);
const MARKER = (attempt: number) => `{"attempt":${attempt}}`;

/** A registry and its executions, as lists. */
class MemoryOverview implements Overview {
  readonly listed: ListedVersion[] = [];
  readonly started: (ListedExecution & { endedAt?: Date })[] = [];
  readonly stopped: string[] = [];
  /** SHA-256 of the record that set a version's status, by ARN. */
  readonly setBy = new Map<string, string>();

  add(arn = ARN, approvalStatus = "PendingManualApproval"): void {
    this.listed.push({ id: registeredVersion({}, arn).id, approvalStatus, createdAt });
  }

  /** The execution of an attempt; ended after so many minutes. */
  run(attempt: number, status: string, endedAfter?: number): void {
    const arn = `PIPELINE/execution/e${attempt}`;
    const description = `attempt ${attempt}, start ${sha256(MARKER(attempt))}`;
    this.started.push({
      ...{ arn, status, description, startedAt: createdAt },
      ...(endedAfter !== undefined && { endedAt: later(endedAfter) }),
    });
  }

  async versions(group: string, approvalStatus: string) {
    return this.listed.filter((one) => one.id.group === group && one.approvalStatus === approvalStatus);
  }

  /** As the list says, and set by the record that it names. */
  described(arn: string): ModelPackage | undefined {
    const listed = this.listed.find(({ id }) => id.arn === arn);
    const customerMetadata = new Map([["governance-record-sha256", this.setBy.get(arn) ?? ""]]);
    return listed && registeredVersion({ approvalStatus: listed.approvalStatus, customerMetadata }, arn);
  }

  async executions(_: string, since: Date) {
    return this.started.filter(({ startedAt }) => startedAt >= since);
  }

  async stateOf(arn: string) {
    const { endedAt, startedAt } = this.started.find((one) => one.arn === arn) ?? { startedAt: createdAt };
    return { hasEnded: endedAt !== undefined, since: endedAt ?? startedAt };
  }

  async stop(arn: string) {
    this.stopped.push(arn);
  }
}

function world() {
  const repaired: string[] = [];
  const overview = new MemoryOverview();
  const ports = {
    overview,
    registry: { describe: async (arn: string) => overview.described(arn) },
    markers: new MemoryWriteOnce(),
    records: new MemoryWriteOnce(),
    queue: new MemoryQueue(),
    notices: new MemoryNotices(),
    repair: async (arn: string, attempt: number) => {
      repaired.push(`${arn} ${attempt}`);
      return { ApprovalStatus: "Rejected", Effect: "set" };
    },
  } satisfies ReconcilePorts;
  const mark = (attempt: number) =>
    void ports.markers.bodies.set(`start-markers/credit-risk/7/${attempt}.json`, MARKER(attempt));
  return {
    ports,
    repaired,
    mark,
    effects: () => [ports.queue.messages, repaired, ports.overview.stopped, ports.notices.told],
  };
}

/** What decide records. */
async function recordOf(decision: Decision, settings = DECIDE_SETTINGS): Promise<string> {
  const findings = decision === "Approved" ? [finding()] : [finding({ outcome: "fail" })];
  const { ports, args } = decideWorld(textOf(approvedRecord({ decision, findings })));
  await decide(args, ports, settings, NOW);
  return [...ports.records.bodies.values()][0] ?? "";
}

it("starts a version whose event got lost, by a message that start doesn't wait with", async () => {
  const { ports, effects } = world();
  ports.overview.add();
  expect(await reconcile(ports, settings, later(5))).toEqual({});
  expect(await reconcile(ports, settings, later(11))).toEqual({ "credit-risk/7": "start 1" });
  expect(effects()).toEqual([[{ modelPackageArn: ARN, attempt: 1, delaySeconds: 0 }], [], [], []]);
});

it.each<[string, number, (attempt: number, overview: MemoryOverview) => void, object]>([
  ["whose execution failed, in its next attempt", 1, (at, on) => on.run(at, "Failed", 5), { attempt: 2 }],
  ["marked and never started, in the same attempt", 2, () => {}, { attempt: 2 }],
])("starts a version %s", async (_, attempt, arrange, expected) => {
  const { ports, mark } = world();
  ports.overview.add();
  for (let one = 1; one <= attempt; one += 1) mark(one);
  arrange(attempt, ports.overview);
  await reconcile(ports, settings, later(30));
  expect(ports.queue.messages).toEqual([{ modelPackageArn: ARN, ...expected, delaySeconds: 0 }]);
});

it("looks at the execution of the last attempt alone, found by its marker's hash", async () => {
  const { ports, mark, effects } = world();
  ports.overview.add();
  [1, 2].map(mark);
  ports.overview.run(1, "Failed", 5);
  ports.overview.run(2, "Executing");
  expect(await reconcile(ports, settings, later(30))).toEqual({});
  expect(effects()).toEqual([[], [], [], []]);
  expect(await reconcile(ports, settings, later(150))).toEqual({ "credit-risk/7": "stop 2" });
  expect(ports.overview.stopped).toEqual(["PIPELINE/execution/e2"]);
});

it("asks a person after three attempts, once", async () => {
  const { ports, mark } = world();
  ports.overview.add();
  [1, 2, 3].map(mark);
  ports.overview.run(3, "Failed", 5);
  for (const minutes of [30, 45]) await reconcile(ports, settings, later(minutes));
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
  const { ports, mark } = world();
  ports.overview.add();
  for (let one = 1; one <= attempt; one += 1) mark(one);
  ports.overview.run(attempt, "Executing");
  expect(await reconcile(ports, settings, later(3000))).toEqual({ "credit-risk/7": `stop ${attempt}` });
  expect([ports.overview.stopped, ports.notices.told]).toEqual([[`PIPELINE/execution/e${attempt}`], []]);
  ports.overview.started.length = 0;
  ports.overview.run(attempt, "Stopped", 3005);
  expect(await reconcile(ports, settings, later(3015))).toEqual({ "credit-risk/7": next });
});

it("asks a person about an execution that was asked to stop, and goes on", async () => {
  const { ports, mark } = world();
  ports.overview.add();
  mark(1);
  ports.overview.run(1, "Executing");
  await reconcile(ports, settings, later(3000));
  expect(await reconcile(ports, settings, later(3015))).toEqual({ "credit-risk/7": "give-up" });
  expect(ports.overview.stopped).toHaveLength(1);
  expect(ports.notices.told).toMatchObject([{ text: expect.stringContaining("has been Executing since") }]);
});

it("stops an execution that a person was asked about and has started again, where it hangs", async () => {
  const { ports, mark } = world();
  ports.overview.add();
  mark(1);
  ports.overview.run(1, "Executing");
  ports.markers.bodies.set("inference/e1/waits-for-person.json", "{}");
  expect(await reconcile(ports, settings, later(100))).toEqual({});
  for (const minutes of [130, 3000]) await reconcile(ports, settings, later(minutes));
  expect(ports.overview.stopped).toEqual(["PIPELINE/execution/e1", "PIPELINE/execution/e1"]);
  expect([ports.queue.messages, ports.notices.told]).toEqual([[], []]);
});

it("leaves a version to the person whom an execution has asked", async () => {
  const { ports, mark, effects } = world();
  ports.overview.add();
  mark(1);
  ports.overview.run(1, "Failed", 5);
  ports.markers.bodies.set("inference/e1/waits-for-person.json", "{}");
  expect(await reconcile(ports, settings, later(600))).toEqual({});
  expect(effects()).toEqual([[], [], [], []]);
});

describe("a pending version that is recorded", () => {
  async function recorded() {
    const made = world();
    made.ports.overview.add();
    made.ports.records.bodies.set("records/credit-risk/7/1.json", await recordOf("Approved"));
    return made;
  }

  it("is handed to decide, whatever its record says, and nothing is started again", async () => {
    const { ports, repaired } = await recorded();
    expect(await reconcile(ports, settings, later(600))).toEqual({ "credit-risk/7": "repair 1" });
    expect([repaired, ports.queue.messages, ports.notices.told]).toEqual([[`${ARN} 1`], [], []]);
  });

  it("is left to the person whom decide has told of it", async () => {
    const { ports, effects } = await recorded();
    ports.markers.bodies.set("noted/left-for-review/credit-risk/7.json", "{}");
    expect(await reconcile(ports, settings, later(600))).toEqual({});
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
    for (const minutes of [600, 615]) await reconcile({ ...ports, repair }, settings, later(minutes));
    expect(repaired).toEqual([`${ARN} 1`]);
    expect(ports.notices.told).toEqual([
      {
        subject: "A person must look at credit-risk version 7",
        text: expect.stringContaining(text),
      },
    ]);
  });
});

/** A record that set the version's status. */
function keep({ records, overview }: ReturnType<typeof world>["ports"], text: string): void {
  records.bodies.set("records/credit-risk/7/1.json", text);
  overview.setBy.set(ARN, sha256(text));
}

describe("decided versions", () => {
  it("of an observed group are noted as others set them, so that it isn't wrong once people decide on record", async () => {
    const { ports } = world();
    ports.overview.add(ARN, "Approved");
    ports.overview.add(arnOf("credit-risk/8"), "Approved");
    const text = await recordOf("Rejected", { ...DECIDE_SETTINGS, observedGroups: ["credit-risk"] });
    keep(ports, text);
    await reconcile(ports, { ...settings, observedGroups: ["credit-risk"] }, later(30));
    ports.records.bodies.set("records/credit-risk/8/1.json", text.replaceAll("credit-risk/7", "credit-risk/8"));
    await reconcile(ports, { ...settings, peopleOnRecord: true }, later(45));
    expect(ports.notices.told).toEqual([
      {
        subject: "Decided otherwise than recorded: versions of credit-risk",
        text: expect.not.stringContaining("credit-risk/7"),
      },
    ]);
  });

  it("without a record are told of once, in one notice", async () => {
    const { ports } = world();
    const decided = Array.from({ length: 60 }, (_, index) => arnOf(`credit-risk/${index + 1}`));
    for (const arn of decided) ports.overview.add(arn, "Approved");
    keep(ports, await recordOf("Approved"));
    for (const minutes of [30, 45]) await reconcile(ports, settings, later(minutes));
    const [told, ...others] = ports.notices.told;
    expect([told?.subject, others]).toEqual(["Decided without a record: versions of credit-risk", []]);
    expect(told?.text).toContain("credit-risk/1, ");
    expect(told?.text).toContain(" and 9 more");
    expect(told?.text).not.toContain("credit-risk/7,");
  });

  it.each<[Decision, string, string[]]>([
    ["Approved", "Approved", []],
    ["Rejected", "Rejected", []],
    ["PendingManualApproval", "Approved", []],
    ["PendingManualApproval", "Rejected", []],
    ["Rejected", "Approved", ["Decided otherwise than recorded: versions of credit-risk"]],
    ["Approved", "Rejected", ["Decided otherwise than recorded: versions of credit-risk"]],
  ])("recorded as %s and %s in the registry", async (decision, status, subjects) => {
    const { ports } = world();
    ports.overview.add(ARN, status);
    keep(ports, await recordOf(decision));
    const read = jest.spyOn(ports.records, "read");
    for (const minutes of [30, 45]) await reconcile(ports, settings, later(minutes));
    expect(ports.notices.told.map(({ subject }) => subject)).toEqual(subjects);
    // What is as recorded is noted, and not looked at again.
    expect(read).toHaveBeenCalledTimes(subjects.length === 0 ? 1 : 2);
  });

  it("are looked at again when their status changes", async () => {
    const { ports } = world();
    ports.overview.add(ARN, "Rejected");
    keep(ports, await recordOf("Rejected"));
    await reconcile(ports, settings, later(30));
    ports.overview.listed.length = 0;
    ports.overview.add(ARN, "Approved");
    await reconcile(ports, settings, later(45));
    expect(ports.notices.told.map(({ subject }) => subject)).toEqual([
      "Decided otherwise than recorded: versions of credit-risk",
    ]);
  });

  it("while reconcile runs are no news: records are listed after the versions", async () => {
    const { ports } = world();
    ports.overview.add(ARN, "Approved");
    const text = await recordOf("Approved");
    const versions = ports.overview.versions.bind(ports.overview);
    jest.spyOn(ports.overview, "versions").mockImplementation(async (group, status) => {
      const listed = await versions(group, status);
      if (listed.length > 0) keep(ports, text);
      return listed;
    });
    await reconcile(ports, settings, later(30));
    expect(ports.notices.told).toEqual([]);
  });
});

it("does for others what it can where one version fails, and fails in the end", async () => {
  const { ports } = world();
  ports.overview.add();
  ports.overview.add(arnOf("payment-fraud/1"));
  ports.overview.add(arnOf("credit-risk/8"));
  ports.records.bodies.set("records/credit-risk/7/1.json", "no record");
  const repair = () => Promise.reject(new Error("records/credit-risk/7/1.json: is no JSON"));
  await expect(reconcile({ ...ports, repair }, settings, later(30))).rejects.toThrow("is no JSON");
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
  const { ports } = world();
  ports.overview.add();
  fails(ports).mockRejectedValueOnce(new Error("ThrottlingException"));
  await expect(reconcile(ports, settings, later(30))).rejects.toThrow("ThrottlingException");
  await reconcile(ports, settings, later(45));
  expect(ports.queue.messages).toHaveLength(1);
});
