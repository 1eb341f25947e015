import type { ValidateArguments } from "../../../src/contract/pipeline-parameters";
import { canonical } from "../../../src/core/canonical";
import { sha256 } from "../../../src/core/verdict";
import { validate } from "../../../src/stages/validate";
import { accuracyCheck, accuracyPolicy, statistics } from "../../support/accuracy-check";
import { MemorySigner } from "../../support/decide-world";
import { MemoryEvidence, MemoryRegistry, MemoryWriteOnce, NO_LANGUAGE, unreadable } from "../../support/memory-ports";
import { ARN, arnOf, CREDIT, GROUPS, named, registeredVersion, SOURCES } from "../../support/registered-version";
import { approvedRecord, textOf } from "../../support/verdict-record";

const KEY = "governance-pipeline/processor/exec1/checks.json";
const args: ValidateArguments = {
  ModelPackageGroupName: "credit-risk",
  Bucket: CREDIT.evidenceBucket,
  ModelPackageArn: ARN,
  Attempt: "1",
  ExecutionId: "exec1",
};
const settings = {
  groups: GROUPS,
  sources: SOURCES,
  imageDigest: `sha256:${"1".repeat(64)}`,
  policy: accuracyPolicy(),
  checks: [accuracyCheck],
  bundle: { text: "checks", sha256: sha256("checks") },
  ...NO_LANGUAGE,
};
const body = statistics(0.95);

function world({ summed = true } = {}) {
  const ports = {
    registry: new MemoryRegistry(registeredVersion({ evidence: [named("a.json", body)] })),
    evidence: new MemoryEvidence(),
    verdicts: new MemoryWriteOnce(),
    records: new MemoryWriteOnce(),
    signer: new MemorySigner(),
    prompts: async () => undefined,
  };
  ports.evidence.put({ bucket: CREDIT.evidenceBucket, key: "a.json" }, body, { summed });
  return ports;
}
type World = ReturnType<typeof world>;

describe("a fault of ours is thrown as it is, writes no verdict, and the next try judges", () => {
  it.each<[string, (ports: World) => jest.SpyInstance, World?]>([
    ["looking for a verdict", ({ verdicts }) => jest.spyOn(verdicts, "read")],
    ["describing the version", ({ registry }) => jest.spyOn(registry, "describe")],
    ["looking for the report", ({ evidence }) => jest.spyOn(evidence, "versions")],
    ["asking for the report's digest", ({ evidence }) => jest.spyOn(evidence, "storedSha256")],
    ["hashing the report", ({ evidence }) => jest.spyOn(evidence, "hash"), world({ summed: false })],
    ["reading the report", ({ evidence }) => jest.spyOn(evidence, "read")],
    ["looking for the policy", ({ records }) => jest.spyOn(records, "has")],
    ["keeping the policy", ({ records }) => jest.spyOn(records, "write")],
    ["writing the verdict", ({ verdicts }) => jest.spyOn(verdicts, "write")],
  ])("%s", async (_, fails, ports = world()) => {
    const fault = new Error("AccessDenied");
    const spy = fails(ports).mockRejectedValueOnce(fault);
    await expect(validate(args, ports, settings)).rejects.toBe(fault);
    expect(spy).toHaveBeenCalledTimes(1);
    expect([...ports.verdicts.bodies.keys()]).toEqual([]);
    expect((await validate(args, ports, settings)).Decision).toBe("Approved");
  });
});

describe("a checks.json that is there and isn't this execution's is neither given back nor written over", () => {
  it.each([
    [
      "of another execution",
      textOf(approvedRecord({ executionId: "exec2" })),
      `${KEY} is about ${ARN} in execution exec2`,
    ],
    ["of another version", textOf(approvedRecord({ modelPackageArn: arnOf("credit-risk/8") })), "credit-risk/8"],
    ["of another shape", "{}", "expected a signed document"],
    ["that nobody signed", canonical(approvedRecord({ schemaVersion: 2 })), "expected a signed document"],
    ["cut short", textOf(approvedRecord()).slice(0, -1), "JSON"],
    ["empty", "", "JSON"],
  ])("%s", async (_, there, message) => {
    const ports = world();
    ports.verdicts.bodies.set(KEY, there);
    await expect(validate(args, ports, settings)).rejects.toThrow(message);
    expect([...ports.verdicts.bodies]).toEqual([[KEY, there]]);
  });

  it("and one that exists and can't be read is a fault", async () => {
    await expect(validate(args, { ...world(), verdicts: unreadable }, settings)).rejects.toThrow(
      `${KEY} exists and can't be read`,
    );
  });
});

describe("the group", () => {
  it.each(["constructor", "credit", "credit-risk-2"])(
    "%s isn't configured, whatever its name is like",
    async (group) => {
      const other = { ...args, ModelPackageGroupName: group, ModelPackageArn: arnOf(`${group}/7`), Bucket: "none" };
      await expect(validate(other, world(), settings)).rejects.toThrow(
        `ModelPackageGroupName: group ${group} isn't configured in the governance stack`,
      );
    },
  );

  it("has its own policy", async () => {
    const forGroup = jest.spyOn(settings.policy, "forGroup");
    await validate(args, world(), settings);
    expect(forGroup.mock.calls).toEqual([["credit-risk"]]);
  });
});
