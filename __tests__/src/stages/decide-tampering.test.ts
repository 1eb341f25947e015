import fc from "fast-check";
import { DIGEST_NOT_TOLD } from "../../../src/contract/pipeline-parameters";
import { sha256 } from "../../../src/core/verdict";
import { parseVerdictRecord } from "../../../src/ledger/verdict-record";
import { decide } from "../../../src/stages/decide";
import { DECIDE_SETTINGS, decideWorld, NOW } from "../../support/decide-world";
import { placesOf, replaced } from "../../support/json-places";
import { ARN, arnOf, FINGERPRINT } from "../../support/registered-version";
import { approvedRecord, EXECUTION, finding, IMAGE, POLICY, textOf } from "../../support/verdict-record";

const record = approvedRecord();
const text = textOf(record);

/** What decide does with a body: the status it set, or why it refused. */
async function decided(body: Uint8Array, VerdictSha256: string): Promise<string> {
  const { ports, args } = decideWorld(text);
  ports.verdicts.readVersion = async () => ({ bytes: body, versionId: "v1" });
  const { registry, records } = ports;
  try {
    await decide({ ...args, VerdictSha256 }, ports, DECIDE_SETTINGS, NOW);
    return registry.changes[0]?.[1].status ?? "none";
  } catch (error) {
    expect([registry.changes, records.bodies.size]).toEqual([[], 0]);
    return error instanceof Error ? error.message : String(error);
  }
}

describe("checks.json as it was written", () => {
  it("is approved", async () => {
    expect(await decided(Buffer.from(text), sha256(text))).toBe("Approved");
  });

  it("is refused after any change of its bytes", async () => {
    const change = fc.record({
      at: fc.nat({ max: text.length }),
      removed: fc.nat({ max: 20 }),
      added: fc.uint8Array({ maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, removed, added }) => {
        const bytes = Buffer.from(text);
        const changed = Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
        fc.pre(!changed.equals(bytes));
        expect(await decided(changed, sha256(text))).not.toBe("Approved");
      }),
    );
  });
});

describe("checks.json whose digest isn't told, as after a Processing job", () => {
  it("is approved where it is of this execution", async () => {
    expect(await decided(Buffer.from(text), DIGEST_NOT_TOLD)).toBe("Approved");
  });

  it.each([
    ["version", { modelPackageArn: arnOf("credit-risk/8") }, "modelPackageArn: found"],
    ["execution", { executionId: "exec2" }, "executionId: found exec2"],
    ["policy", { policy: { ...record.policy, digest: "0".repeat(64) } }, "policy.digest: found"],
    ["image", { checks: { ...record.checks, imageDigest: `sha256:${"0".repeat(64)}` } }, "checks.imageDigest: found"],
  ])("is refused where it is of another %s", async (_, change, refused) => {
    expect(await decided(Buffer.from(textOf({ ...record, ...change })), DIGEST_NOT_TOLD)).toContain(refused);
  });

  it.each(["", "unknown", "Not-told", "0".repeat(64)])("is refused for the digest '%s'", async (told) => {
    expect(await decided(Buffer.from(text), told)).toContain("SHA-256: found");
  });
});

describe("another checks.json of validate's own, with its digest in the step's arguments", () => {
  const other = (changed: unknown) => decided(Buffer.from(textOf(changed)), sha256(textOf(changed)));
  const elsewhere = arnOf("credit-risk/8");

  it.each<[string, unknown, string]>([
    [
      "of another version",
      { ...record, modelPackageArn: elsewhere },
      `modelPackageArn: found ${elsewhere}, expected ${ARN}`,
    ],
    ["of another execution", { ...record, executionId: "x" }, `executionId: found x, expected ${EXECUTION}`],
    ["of another policy", { ...record, policy: { digest: "9".repeat(64) } }, `policy.digest: found ${"9".repeat(64)}`],
    [
      "of another image",
      { ...record, checks: { ...record.checks, imageDigest: "sha256:9" } },
      "checks.imageDigest: found sha256:9",
    ],
    ["without findings", { ...record, findings: [] }, "/findings must NOT have fewer than 1 items"],
    [
      "with a failed finding",
      { ...record, findings: [finding(), finding({ outcome: "fail" })] },
      "checks.json says Approved, but its finding of model-quality binary.accuracy is fail",
    ],
    [
      "with one that can't be evaluated",
      { ...record, findings: [finding({ outcome: "cannot-evaluate", value: "NaN" })] },
      "checks.json says Approved, but its finding of model-quality binary.accuracy is cannot-evaluate",
    ],
    ["of a later format", { ...record, schemaVersion: 4 }, "/schemaVersion must be equal to constant"],
    ["with a field that we don't know", { ...record, waived: true }, "body must NOT have additional properties"],
    [
      "with a decision that we don't know",
      { ...record, decision: "Waived" },
      "/decision must be equal to one of the allowed values",
    ],
    ["that is a list", [record], "body must be object"],
  ])("%s is refused", async (_, changed, message) => {
    expect(await other(changed)).toContain(message);
  });

  it("is refused without any one of its fields", async () => {
    const optional = [
      ["evidence", "0"],
      ["registered", "evidence", "0"],
      ["registered", "evidence", "0", "sha256"],
      ["sources", "0"],
      ["findings", "0"],
      ["findings", "1"],
    ].map(String);
    const required = placesOf(record).filter((path) => !optional.includes(String(path)) && path.at(-1) !== "min");
    expect(required.length).toBeGreaterThan(30);
    for (const path of required) expect(await other(replaced(record, path, undefined))).not.toBe("Approved");
  });

  it("is refused with a value of another type anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...placesOf(record)), async (path) => {
        expect(await other(replaced(record, path, [[]]))).not.toBe("Approved");
      }),
    );
  });

  it("with any one value changed is refused, or still an approval of this version in which all passes", async () => {
    const likely = fc.constantFrom<unknown>(
      "pass",
      "fail",
      "cannot-evaluate",
      "Approved",
      "Rejected",
      "NaN",
      ARN,
      elsewhere,
      null,
      [],
      {},
    );
    const change = fc.record({
      path: fc.constantFrom(...placesOf(record)),
      value: fc.oneof(likely, fc.double(), fc.string(), fc.jsonValue()),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ path, value }) => {
        // As it is written: a number that JSON can't hold becomes null.
        const changed = textOf(JSON.parse(JSON.stringify(replaced(record, path, value))));
        if ((await decided(Buffer.from(changed), sha256(changed))) !== "Approved") return;
        const { schemaVersion, decision, modelPackageArn, executionId, attempt, policy, checks, registered, findings } =
          parseVerdictRecord(Buffer.from(changed));
        expect(new Set(findings.map(({ outcome }) => outcome))).toEqual(new Set(["pass"]));
        expect({ schemaVersion, decision, modelPackageArn, executionId, attempt, policy }).toEqual({
          ...{ schemaVersion: 3, decision: "Approved", modelPackageArn: ARN, executionId: EXECUTION, attempt: 1 },
          policy: { digest: POLICY },
        });
        expect([checks.imageDigest, registered.fingerprint]).toEqual([IMAGE, FINGERPRINT]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["an outcome twice", '"outcome":"pass"', '"outcome":"pass","outcome":"fail"'],
    ["a prototype", '{"attempt"', '{"__proto__":{"waived":true},"attempt"'],
    ["a byte that is no text", '"reason":null', '"reason":"\xff"'],
  ])("with %s is refused", async (_, from, to) => {
    const bytes = Buffer.from(text.replace(from, to), "latin1");
    expect(bytes.equals(Buffer.from(text))).toBe(false);
    expect(await decided(bytes, sha256(bytes))).not.toBe("Approved");
  });
});
