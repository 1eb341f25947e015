import type { ModelPackage } from "../../../src/core/ports";
import { startFromEvent } from "../../../src/stages/start";
import { startWorld } from "../../support/memory-ports";
import { ARN, CREDIT, GOVERNANCE, GROUPS, named, registeredVersion, SOURCES } from "../../support/registered-version";

const settings = {
  ...GOVERNANCE,
  groups: GROUPS,
  sources: SOURCES,
  policyDigest: "p".repeat(64),
  deadlineMinutes: 60,
  languageGroups: [],
  cutOvers: {},
};
const event = { ...GOVERNANCE, modelPackageArn: ARN, updatedFields: [] };
const created = registeredVersion().createdAt.getTime();
const soon = new Date(created + 2_000);
const late = new Date(created + 3_600_000);
const KEY = "start-markers/credit-risk/7/1.json";

type World = ReturnType<typeof startWorld>;
interface Case {
  fails: (ports: World) => jest.SpyInstance;
  arrange?: (ports: World) => void;
  version?: Partial<ModelPackage>;
  now?: Date;
  /** Markers that are there after the fault. */
  marked?: string[];
  /** What the next delivery of the same message comes to. */
  next?: string;
}

const arrived = ({ evidence }: World) => void evidence.put({ bucket: CREDIT.evidenceBucket, key: "a.json" }, "{}");
const unsummed = ({ evidence }: World) =>
  void evidence.put({ bucket: CREDIT.evidenceBucket, key: "a.json" }, "{}", { summed: false });
const absent = () => {};

const CASES: Record<string, Case> = {
  "describing the version": { fails: ({ registry }) => jest.spyOn(registry, "describe") },
  "looking for its marker": { fails: ({ markers }) => jest.spyOn(markers, "read") },
  "looking for its report": { fails: ({ evidence }) => jest.spyOn(evidence, "versions") },
  "asking for its report's digest": { fails: ({ evidence }) => jest.spyOn(evidence, "storedSha256") },
  "hashing its report": { fails: ({ evidence }) => jest.spyOn(evidence, "hash"), arrange: unsummed },
  "writing its marker": { fails: ({ markers }) => jest.spyOn(markers, "write") },
  "starting its execution": { fails: ({ pipeline }) => jest.spyOn(pipeline, "start"), marked: [KEY] },
  "looking for its execution": {
    fails: ({ pipeline }) => jest.spyOn(pipeline, "wasStarted"),
    arrange: ({ markers }) => void markers.bodies.set(KEY, "{}"),
    marked: [KEY],
  },
  "waiting for its report": {
    fails: ({ queue }) => jest.spyOn(queue, "send"),
    arrange: absent,
    next: "waiting",
  },
  "waiting for a slot": {
    fails: ({ queue }) => jest.spyOn(queue, "send"),
    arrange(ports) {
      arrived(ports);
      ports.pipeline.slots = 0;
    },
    marked: [KEY],
    next: "waiting",
  },
  "telling of its deadline": {
    fails: ({ notices }) => jest.spyOn(notices, "tell"),
    arrange: absent,
    now: late,
  },
  "telling of a failed registration": {
    fails: ({ notices }) => jest.spyOn(notices, "tell"),
    version: { status: "Failed" },
    next: "told",
  },
};

describe("a fault of ours is thrown as it is, starts nothing, and the next delivery goes on", () => {
  it.each(Object.entries(CASES))("%s", async (_, { fails, arrange = arrived, version, now = soon, ...expected }) => {
    const { marked = [], next = "started" } = expected;
    const ports = startWorld(registeredVersion({ evidence: [named("a.json", "{}")], ...version }));
    arrange(ports);
    const fault = new Error("AccessDeniedException");
    const spy = fails(ports).mockRejectedValueOnce(fault);
    await expect(startFromEvent(event, ports, settings, now)).rejects.toBe(fault);
    expect(spy).toHaveBeenCalledTimes(1);
    expect([...ports.markers.bodies.keys()]).toEqual(marked);
    expect([ports.pipeline.executions, ports.queue.messages, ports.notices.told]).toEqual([[], [], []]);
    expect((await startFromEvent(event, ports, settings, now)).effect).toBe(next);
    expect(ports.pipeline.executions).toHaveLength(next === "started" ? 1 : 0);
  });
});
