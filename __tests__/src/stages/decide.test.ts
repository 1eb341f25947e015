import fc from "fast-check";
import { DIGEST_NOT_TOLD } from "../../../src/contract/pipeline-parameters";
import { describeVerdict, sha256, type VerdictRecord } from "../../../src/core/verdict";
import { decide } from "../../../src/stages/decide";
import {
  VERDICT_KEY as KEY,
  NOW,
  RECORD_KEY,
  DECIDE_SETTINGS as settings,
  VERDICT_URI as URI,
  decideWorld as world,
} from "../../support/decide-world";
import { MemoryRegistry } from "../../support/memory-ports";
import { ARN, registeredVersion } from "../../support/registered-version";
import { approvedRecord, EXECUTION, finding, POLICY, textOf } from "../../support/verdict-record";

const failed = finding({ value: 0.8, outcome: "fail", reason: "0.8 is below its bound" });
const rejectedRecord = approvedRecord({ decision: "Rejected", findings: [finding(), failed] });

describe("a verdict is written to the registry", () => {
  it.each<[string, VerdictRecord, string]>([
    ["Approved", approvedRecord(), `Approved: all 2 findings pass. Full result: ${URI}`],
    [
      "Rejected",
      rejectedRecord,
      `Rejected: of 2 findings 1 failed, 0 could not be evaluated. model-quality binary.accuracy = 0.8, bound at least 0.9; Full result: ${URI}`,
    ],
  ])("%s: status, reason and the way to the result, in one call", async (status, record, description) => {
    const { ports, args } = world(textOf(record));
    expect(await decide(args, ports, settings, NOW)).toEqual({ ApprovalStatus: status, Effect: "set" });
    expect(ports.registry.changes).toEqual([
      [
        ARN,
        {
          status,
          description,
          metadata: {
            "governance-record-uri": `s3://records/${RECORD_KEY}`,
            "governance-record-sha256": sha256(ports.records.bodies.get(RECORD_KEY) ?? ""),
            "governance-verdict-uri": URI,
            "governance-verdict-sha256": args.VerdictSha256,
            "governance-policy-sha256": POLICY,
            "governance-execution": EXECUTION,
          },
          token: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        },
      ],
    ]);
    expect(ports.notices.told).toEqual([]);
  });

  it("in the registry's own alphabet", async () => {
    const { ports, args } = world(textOf(approvedRecord()));
    await decide(args, ports, settings, NOW);
    for (const [key, value] of Object.entries(ports.registry.changes[0]?.[1].metadata ?? {})) {
      expect(key).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u);
      expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
    }
  });

  it("with the same token for a repeat whose answer got lost, with another for another decision", async () => {
    const { ports, args } = world(textOf(approvedRecord()));
    await decide(args, ports, settings, NOW);
    ports.registry.set(registeredVersion());
    await decide(args, ports, settings, new Date(NOW.getTime() + 60_000));
    const other = world(textOf(approvedRecord()));
    await decide(other.args, other.ports, settings, NOW);
    const [first, again, elsewhere] = [...ports.registry.changes, ...other.ports.registry.changes];
    expect(again).toEqual(first);
    expect(elsewhere?.[1].token).not.toBe(first?.[1].token);
  });

  it("on one line within the limits, whatever the names in it are", async () => {
    const names = fc.record({
      facet: fc.string({ unit: "binary", maxLength: 400 }),
      reason: fc.string({ unit: "binary" }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(names, { minLength: 1, maxLength: 12 }), async (findings) => {
        const record = approvedRecord({
          decision: "Rejected",
          findings: findings.map((one) => finding({ ...failed, ...one })),
        });
        const { ports, args } = world(textOf(record));
        await decide(args, ports, settings, NOW);
        // Without the flag s, a dot is no line end: the registry's own pattern.
        expect(ports.registry.changes[0]?.[1].description).toMatch(/^.{1,1024}$/);
      }),
    );
  });

  it("within the limit of 1024 characters, however much failed", async () => {
    const findings = Array.from({ length: 200 }, (_, index) => finding({ ...failed, facet: `age=${index}\n"é"` }));
    const record = approvedRecord({ decision: "Rejected", findings });
    const { ports, args } = world(textOf(record));
    await decide(args, ports, settings, NOW);
    const description = ports.registry.changes[0]?.[1].description ?? "";
    expect(description.length).toBeLessThanOrEqual(1024);
    expect(description).toMatch(
      /^Rejected: of 200 findings 200 failed, .* and \d+ more; Full result: s3:\/\/verdicts\/.*$/,
    );
  });
});

describe("a version is left alone", () => {
  it("for a person, where the policy says so", async () => {
    const record = approvedRecord({ decision: "PendingManualApproval", findings: [failed] });
    const { ports, args } = world(textOf(record));
    expect(await decide(args, ports, settings, NOW)).toEqual({
      ApprovalStatus: "PendingManualApproval",
      Effect: "left for review",
    });
    expect(ports.registry.changes).toEqual([]);
    expect(ports.notices.told).toEqual([
      { subject: "A person must decide on credit-risk version 7", text: `${ARN}\n${describeVerdict(record, URI)}` },
    ]);
  });

  it.each(["Approved", "Rejected"])("when someone set it %s meanwhile", async (approvalStatus) => {
    const { ports, args } = world(textOf(rejectedRecord), registeredVersion({ approvalStatus }));
    expect(await decide(args, ports, settings, NOW)).toEqual({
      ApprovalStatus: approvalStatus,
      Effect: "left alone, decided meanwhile",
    });
    expect(ports.registry.changes).toEqual([]);
  });

  it("when it was decided by another record than ours", async () => {
    const name = "governance-record-sha256";
    const { ports, args } = world(textOf(approvedRecord()));
    await decide(args, ports, settings, NOW);
    const before = await ports.registry.describe(ARN);
    if (before === undefined) throw new Error("the version is gone");
    ports.registry.set({ ...before, customerMetadata: new Map([...before.customerMetadata, [name, "other"]]) });
    expect(await decide(args, ports, settings, NOW)).toEqual({
      ApprovalStatus: "Approved",
      Effect: "left alone, decided meanwhile",
    });
  });

  it.each([
    ["with its digest told", {}],
    ["with no digest told", { VerdictSha256: DIGEST_NOT_TOLD }],
  ])("when this very verdict was written before, %s", async (_, told) => {
    const { ports, args } = world(textOf(approvedRecord()));
    await decide({ ...args, ...told }, ports, settings, NOW);
    expect(ports.registry.changes[0]?.[1].metadata).toMatchObject({ "governance-verdict-sha256": args.VerdictSha256 });
    expect(await decide({ ...args, ...told }, ports, settings, NOW)).toEqual({
      ApprovalStatus: "Approved",
      Effect: "set before",
    });
    expect(ports.registry.changes).toHaveLength(1);
  });
});

describe("a fault of ours sets nothing", () => {
  const text = textOf(approvedRecord());

  it("no checks.json", async () => {
    const { ports, args } = world(text);
    ports.verdicts.bodies.clear();
    await expect(decide(args, ports, settings, NOW)).rejects.toThrow(
      `${KEY}: the validate step of this execution wrote none`,
    );
  });

  it("a version that isn't there", async () => {
    const { ports, args } = world(text);
    const gone = { ...ports, registry: new MemoryRegistry() };
    await expect(decide(args, gone, settings, NOW)).rejects.toThrow(`${ARN} isn't in the registry`);
  });

  it.each([{ other: [] }, { credit: [], "credit-risk-2": [] }, Object.create({ "credit-risk": [] })])(
    "a group that isn't configured",
    async (groups) => {
      const { ports, args } = world(text);
      await expect(decide(args, ports, { ...settings, groups }, NOW)).rejects.toThrow(
        "group credit-risk isn't configured in the governance stack",
      );
      expect(ports.registry.changes).toEqual([]);
    },
  );

  type Ports = ReturnType<typeof world>["ports"];
  const review = textOf(approvedRecord({ decision: "PendingManualApproval", findings: [failed] }));

  it.each<[string, (ports: Ports) => jest.SpyInstance, string]>([
    ["reading the verdict", ({ verdicts }) => jest.spyOn(verdicts, "readVersion"), text],
    ["describing the version", ({ registry }) => jest.spyOn(registry, "describe"), text],
    ["reading the record", ({ records }) => jest.spyOn(records, "read"), text],
    ["keeping the evidence", ({ lock }) => jest.spyOn(lock, "keepUntil"), text],
    ["signing", ({ signer }) => jest.spyOn(signer, "sign"), text],
    ["writing the record", ({ records }) => jest.spyOn(records, "write"), text],
    ["reading the card", ({ cards }) => jest.spyOn(cards, "read"), text],
    ["writing the card", ({ cards }) => jest.spyOn(cards, "write"), text],
    ["setting the status", ({ registry }) => jest.spyOn(registry, "setStatus"), text],
    ["telling people", ({ notices }) => jest.spyOn(notices, "tell"), review],
  ])("%s fails: that is thrown as it is, and the next try goes on", async (_, fails, body) => {
    const { ports, args } = world(body);
    const fault = new Error("ConflictException");
    fails(ports).mockRejectedValueOnce(fault);
    await expect(decide(args, ports, settings, NOW)).rejects.toBe(fault);
    expect([ports.registry.changes, ports.notices.told]).toEqual([[], []]);
    await decide(args, ports, settings, NOW);
    expect([ports.registry.changes.length, ports.notices.told.length]).toEqual(body === text ? [1, 0] : [0, 1]);
  });
});
