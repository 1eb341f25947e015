import { NO_RECORD } from "../../../src/contract/pipeline-parameters";
import { sha256 } from "../../../src/core/verdict";
import { startAgain, startFromEvent } from "../../../src/stages/start";
import { startWorld } from "../../support/memory-ports";
import {
  ARN,
  arnOf,
  GOVERNANCE,
  GROUPS,
  named,
  registeredVersion,
  SOURCES,
  undigested,
} from "../../support/registered-version";

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
const version = registeredVersion();
const soon = new Date(version.createdAt.getTime() + 2_000);
const late = new Date(version.createdAt.getTime() + 7_200_000);
const KEY = "start-markers/credit-risk/7/1.json";
const MARKER = '{"by":"another call"}';
const TOKEN = sha256(MARKER);
const STARTED_BEFORE = { effect: "ignored", reason: "an execution was started for it already" };

/** An execution that another call started for the marker. */
const execution = {
  token: TOKEN,
  displayName: "credit-risk-7-1",
  description: `start ${TOKEN}`,
  parameters: {
    ModelPackageGroupName: "credit-risk",
    Bucket: "none",
    ModelPackageArn: ARN,
    Attempt: "1",
    JudgesAgain: NO_RECORD,
  },
};

describe("a version whose marker is there", () => {
  let ports: ReturnType<typeof startWorld>;
  beforeEach(() => {
    ports = startWorld({ ...version, evidence: [named("a.json", "{}")] });
  });

  it.each([
    ["an event", () => startFromEvent(event, ports, settings, soon)],
    ["a wait", () => startAgain({ modelPackageArn: ARN, attempt: 1, waits: 3 }, ports, settings, soon)],
    [
      "a wait past the deadline",
      () => startAgain({ modelPackageArn: ARN, attempt: 1, waits: 9 }, ports, settings, late),
    ],
  ])("is neither waited for nor started again by %s, though its report is gone", async (_, run) => {
    ports.markers.bodies.set(KEY, MARKER);
    ports.pipeline.executions.push(execution);
    expect(await run()).toEqual(STARTED_BEFORE);
    expect([ports.pipeline.calls, ports.queue.messages, ports.notices.told]).toEqual([0, [], []]);
  });

  it("has its execution looked for since its registration, by the marker's own hash", async () => {
    ports.markers.bodies.set(KEY, MARKER);
    const wasStarted = jest.spyOn(ports.pipeline, "wasStarted");
    expect(await startFromEvent(event, ports, settings, soon)).toEqual({ effect: "started", reason: `start ${TOKEN}` });
    expect(wasStarted.mock.calls).toEqual([[version.id.group, TOKEN, version.createdAt]]);
  });
});

describe("a marker that another call writes first", () => {
  /** The store of a call that finds no marker, and then meets another's. */
  function overtaken(startedToo: boolean) {
    const ports = startWorld(version);
    jest.spyOn(ports.markers, "write").mockImplementationOnce(async (key) => {
      ports.markers.bodies.set(key, MARKER);
      if (startedToo) ports.pipeline.executions.push(execution);
      return "exists";
    });
    return ports;
  }

  it("with its execution ends this call", async () => {
    const ports = overtaken(true);
    expect(await startFromEvent(event, ports, settings, soon)).toEqual(STARTED_BEFORE);
    expect(ports.pipeline.calls).toBe(0);
  });

  it("without its execution is started with that marker's token, so that both are one", async () => {
    const ports = overtaken(false);
    expect(await startFromEvent(event, ports, settings, soon)).toEqual({ effect: "started", reason: `start ${TOKEN}` });
    expect(ports.pipeline.executions.map(({ token }) => token)).toEqual([TOKEN]);
  });
});

describe("what an execution is given", () => {
  it("is the evidence bucket of the first report that lies in one", async () => {
    const elsewhere = { ...undigested("a.json"), uri: "https://example.com/a.json" };
    const ports = startWorld({ ...version, evidence: [elsewhere, undigested("b.json")] });
    ports.evidence.put({ bucket: "evidence-111122223333", key: "b.json" }, "{}");
    await startFromEvent(event, ports, settings, soon);
    expect(ports.pipeline.executions[0]?.parameters.Bucket).toBe("evidence-111122223333");
  });

  it("keeps SageMaker's limits with the longest names", async () => {
    const group = "g".repeat(63);
    const arn = arnOf(`${group}/999999999`);
    const ports = startWorld(registeredVersion({}, arn));
    const configured = { ...settings, groups: { [group]: [] } };
    await startFromEvent({ ...event, modelPackageArn: arn }, ports, configured, soon);
    const [{ token, displayName, description } = execution] = ports.pipeline.executions;
    expect(token).toMatch(/^[a-zA-Z0-9-]{32,128}$/);
    expect(displayName).toMatch(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}$/);
    expect(description).toMatch(/^.{1,3072}$/);
    expect(displayName).toBe(`${group}-999999999-1`);
  });
});
