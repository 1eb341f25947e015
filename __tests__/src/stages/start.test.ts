import type { RegistryEvent } from "../../../src/contract/registry-event";
import type { ModelPackage } from "../../../src/core/ports";
import { sha256 } from "../../../src/core/verdict";
import { type StartResult, startAgain, startFromEvent } from "../../../src/stages/start";
import { unreadable, startWorld as world } from "../../support/memory-ports";
import {
  ARN,
  arnOf,
  CREDIT,
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
const created = registeredVersion().createdAt.getTime();
const soon = new Date(created + 2_000);
const KEY = "start-markers/credit-risk/7/1.json";
const MARKER = `{"attempt":1,"modelPackageArn":"${ARN}","policyDigest":"${"p".repeat(64)}","schemaVersion":1}`;
const TOKEN = sha256(MARKER);
const PLACE = { bucket: CREDIT.evidenceBucket, key: "a.json" };

const event = (changed: Partial<RegistryEvent> = {}): RegistryEvent => ({
  ...GOVERNANCE,
  modelPackageArn: ARN,
  updatedFields: [],
  ...changed,
});
const request = (bucket: string) => ({
  token: TOKEN,
  displayName: "credit-risk-7-1",
  description: `model package credit-risk/7, attempt 1, start ${TOKEN}`,
  parameters: {
    ModelPackageGroupName: "credit-risk",
    Bucket: bucket,
    ModelPackageArn: ARN,
    Attempt: "1",
    JudgesAgain: "none",
  },
});
const started: StartResult = { effect: "started", reason: `start ${TOKEN}` };
const ignored = (reason: string): StartResult => ({ effect: "ignored", reason });

describe("an event that starts nothing", () => {
  const foreign = (about: string) => ({
    effect: "refused",
    reason: `the event is of ${about}, not of this registry`,
  });
  const elsewhere = "arn:aws:sagemaker:us-east-1:777788889999:model-package/credit-risk/7";

  it.each<[string, RegistryEvent, ModelPackage | undefined, object]>([
    [
      "an unversioned package",
      event({ modelPackageArn: arnOf("scorer") }),
      undefined,
      ignored("not a versioned model package"),
    ],
    [
      "another account's envelope",
      event({ account: "777788889999" }),
      registeredVersion(),
      foreign("777788889999 us-east-1 about 444455556666 us-east-1"),
    ],
    [
      "another account's package",
      event({ modelPackageArn: elsewhere }),
      undefined,
      foreign("444455556666 us-east-1 about 777788889999 us-east-1"),
    ],
    [
      "another Region",
      event({ region: "eu-west-1" }),
      registeredVersion(),
      foreign("444455556666 eu-west-1 about 444455556666 us-east-1"),
    ],
    [
      "an update of metadata",
      event({ updatedFields: ["CustomerMetadataProperties", "sourceUri"] }),
      registeredVersion(),
      ignored("an update of CustomerMetadataProperties, sourceUri, not of the approval status"),
    ],
    [
      "the card that decide writes",
      event({ updatedFields: ["ModelCard"] }),
      registeredVersion(),
      ignored("an update of ModelCard, not of the approval status"),
    ],
    [
      "a group not configured",
      event({ modelPackageArn: arnOf("sandbox/7") }),
      registeredVersion({}, arnOf("sandbox/7")),
      ignored("group sandbox isn't configured"),
    ],
    [
      "a group named like an object's own field",
      event({ modelPackageArn: arnOf("constructor/7") }),
      registeredVersion({}, arnOf("constructor/7")),
      ignored("group constructor isn't configured"),
    ],
    ...["credit", "credit-risk-2", "x-credit-risk", "Credit-Risk"].map(
      (group): [string, RegistryEvent, ModelPackage, object] => [
        `a group not configured, with a name like ${group}`,
        event({ modelPackageArn: arnOf(`${group}/7`) }),
        registeredVersion({}, arnOf(`${group}/7`)),
        ignored(`group ${group} isn't configured`),
      ],
    ),
    ...["__proto__/7", "credit-risk/7x", "credit-risk/7/x", "credit-risk/0", "credit-risk/"].map(
      (name): [string, RegistryEvent, undefined, object] => [
        `what no registry can have: ${name}`,
        event({ modelPackageArn: arnOf(name) }),
        undefined,
        ignored("not a versioned model package"),
      ],
    ),
    ["a version that was deleted", event(), undefined, ignored("the version no longer exists")],
    [
      "a registration under way",
      event(),
      registeredVersion({ status: "InProgress" }),
      ignored("its status is InProgress; another event follows"),
    ],
    ...["Pending", "Deleting"].map((status): [string, RegistryEvent, ModelPackage, object] => [
      `a registration that is ${status}`,
      event(),
      registeredVersion({ status }),
      ignored(`its status is ${status}; another event follows`),
    ]),
    [
      "a failed registration that was rejected since",
      event(),
      registeredVersion({ status: "Failed", approvalStatus: "Rejected" }),
      ignored("it is Rejected already"),
    ],
    ["a late event", event(), registeredVersion({ approvalStatus: "Approved" }), ignored("it is Approved already")],
    [
      "a status that we don't know",
      event(),
      registeredVersion({ approvalStatus: "Waived" }),
      ignored("it is Waived already"),
    ],
  ])("%s", async (_, one, version, expected) => {
    const ports = world(...(version ? [version] : []));
    expect(await startFromEvent(one, ports, settings, soon)).toEqual(expected);
    expect([...ports.markers.bodies.keys()]).toEqual([]);
    expect([ports.pipeline.executions, ports.queue.messages, ports.notices.told]).toEqual([[], [], []]);
  });

  it.each([
    ["a failed registration", { status: "Failed" }, "its registration failed"],
    [
      "a restricted package",
      { managedStorageType: "Restricted" },
      "it is a restricted model package: its artifacts can't be read, so no check can judge it",
    ],
  ])("%s is told to people", async (_, changed, reason) => {
    const ports = world(registeredVersion(changed));
    expect(await startFromEvent(event(), ports, settings, soon)).toEqual({ effect: "told", reason });
    expect(ports.notices.told).toEqual([
      {
        subject: "A person must look at credit-risk version 7",
        text: `${ARN} isn't started: ${reason}. It stays PendingManualApproval.`,
      },
    ]);
    expect([...ports.markers.bodies.keys()]).toEqual(["start-markers/credit-risk/7/told.json"]);
    expect(await startFromEvent(event(), ports, settings, soon)).toEqual(
      ignored(`${reason}; a person was told before`),
    );
    expect([ports.notices.told.length, ports.pipeline.executions, ports.queue.messages]).toEqual([1, [], []]);
  });
});

describe("a new version", () => {
  it.each<[string, ModelPackage["evidence"], string]>([
    ["without reports", [], "none"],
    ["whose report is there", [named("a.json", "{}")], CREDIT.evidenceBucket],
    [
      "whose report was registered in the evidence bucket",
      [{ ...named("a.json", "{}"), uri: `s3://${PLACE.bucket}/a.json` }],
      CREDIT.evidenceBucket,
    ],
    [
      "whose report no listed account can deliver",
      [{ ...undigested("a.json"), uri: "s3://evidence-222233334444/a.json" }],
      "none",
    ],
    ["whose report lies on a web server", [{ ...undigested("a.json"), uri: "https://example.com/a.json" }], "none"],
  ])("%s is started", async (_, evidence, bucket) => {
    const ports = world(registeredVersion({ evidence }));
    ports.evidence.put(PLACE, "{}");
    expect(await startFromEvent(event(), ports, settings, soon)).toEqual(started);
    expect(ports.pipeline.executions).toEqual([request(bucket)]);
    expect([...ports.markers.bodies]).toEqual([[KEY, MARKER]]);
    expect(ports.notices.told).toEqual([]);
  });

  it("is started by an update that names the approval status", async () => {
    const ports = world(registeredVersion());
    const one = event({ updatedFields: ["ApprovalDescription", "ModelApprovalStatus"] });
    expect(await startFromEvent(one, ports, settings, soon)).toEqual(started);
  });

  it("is started once, however often its event comes", async () => {
    const ports = world(registeredVersion());
    await startFromEvent(event(), ports, settings, soon);
    const again = await startFromEvent(event(), ports, settings, soon);
    expect(again).toEqual(ignored("an execution was started for it already"));
    expect(ports.pipeline.calls).toBe(1);
  });

  it("is started once by two events at once", async () => {
    const ports = world(registeredVersion());
    const both = [event(), event()].map((one) => startFromEvent(one, ports, settings, soon));
    expect((await Promise.all(both)).map(({ effect }) => effect)).toContain("started");
    expect(ports.pipeline.executions).toEqual([request("none")]);
  });

  it("is started with the marker's own token where a call ended before it started", async () => {
    const ports = world(registeredVersion());
    const marker = MARKER.replace("ppp", "qqq");
    ports.markers.bodies.set(KEY, marker);
    expect(await startFromEvent(event(), ports, settings, soon)).toEqual({
      effect: "started",
      reason: `start ${sha256(marker)}`,
    });
    expect(ports.pipeline.executions.map(({ token }) => token)).toEqual([sha256(marker)]);
  });

  it("waits while no execution slot is free, past the deadline too", async () => {
    const ports = world(registeredVersion());
    ports.pipeline.slots = 0;
    const waiting = { effect: "waiting", reason: "no execution slot is free" };
    const late = new Date(created + 7_200_000);
    expect(await startFromEvent(event(), ports, settings, soon)).toEqual(waiting);
    expect(await startAgain({ modelPackageArn: ARN, attempt: 1, waits: 1 }, ports, settings, late)).toEqual(waiting);
    expect(ports.queue.messages).toEqual([
      { modelPackageArn: ARN, attempt: 1, waits: 1, delaySeconds: 5 },
      { modelPackageArn: ARN, attempt: 1, waits: 2, delaySeconds: 10 },
    ]);
    ports.pipeline.slots = 1;
    expect(await startAgain({ modelPackageArn: ARN, attempt: 1, waits: 2 }, ports, settings, late)).toEqual(started);
  });

  it("is tried again where its marker exists and can't be read", async () => {
    const ports = {
      ...world(registeredVersion()),
      markers: unreadable,
    };
    await expect(startFromEvent(event(), ports, settings, soon)).rejects.toThrow(
      `start marker ${KEY} exists and can't be read`,
    );
  });
});
