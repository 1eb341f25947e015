import type { StatusChange } from "../../../src/core/ports";
import { applyRecord, METADATA } from "../../../src/stages/apply-record";
import { decide, repair } from "../../../src/stages/decide";
import { revoke } from "../../../src/stages/revoke";
import { chainOfVersion } from "../../../src/stages/version-records";
import { DECIDE_SETTINGS, decideWorld, NOW } from "../../support/decide-world";
import { ARN, registeredVersion } from "../../support/registered-version";
import { asked, REVOKE_SETTINGS, revokeWorld, SECOND_KEY } from "../../support/revoke-world";
import { approvedRecord, finding, textOf } from "../../support/verdict-record";

const approved = textOf(approvedRecord());
const review = textOf(
  approvedRecord({ decision: "PendingManualApproval", findings: [finding({ value: 0.8, outcome: "fail" })] }),
);
const TOKEN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Decides, and breaks off before the status is set. */
async function brokenOff(card?: string) {
  const { ports, args } = decideWorld(approved);
  if (card !== undefined) ports.cards.cards.set(ARN, card);
  const setStatus = ports.registry.setStatus.bind(ports.registry);
  ports.registry.setStatus = () => Promise.reject(new Error("timed out"));
  await expect(decide(args, ports, DECIDE_SETTINGS, NOW)).rejects.toThrow("timed out");
  ports.registry.setStatus = setStatus;
  return ports;
}

const repaired = (ports: Awaited<ReturnType<typeof brokenOff>>) =>
  repair({ modelPackageArn: ARN, attempt: 1 }, ports, DECIDE_SETTINGS);

describe("a version's card", () => {
  it("gets the decision that the version gets, and the way to its record", async () => {
    const { ports, args } = decideWorld(approved);
    ports.cards.cards.set(ARN, '{"intended_uses":{"risk_rating":"Low"}}');
    await decide(args, ports, DECIDE_SETTINGS, NOW);
    expect(JSON.parse(ports.cards.cards.get(ARN) ?? "")).toMatchObject({
      intended_uses: { risk_rating: "Low" },
      evaluation_details: [
        {
          metadata: {
            governance_decision: "Approved",
            governance_record_uri: "s3://records/records/credit-risk/7/1.json",
            governance_record_sha256: ports.registry.changes[0]?.[1].metadata["governance-record-sha256"],
          },
        },
      ],
    });
    expect(ports.cards.tokens).toEqual([expect.stringMatching(TOKEN)]);
  });

  it("is written once, however often the decision is applied", async () => {
    const ports = await brokenOff();
    const card = ports.cards.cards.get(ARN);
    expect(await repaired(ports)).toEqual({ ApprovalStatus: "Approved", Effect: "set" });
    expect([ports.cards.cards.get(ARN), ports.cards.tokens.length]).toEqual([card, 1]);
  });

  it("keeps what its team writes between two repeats, and is another request then", async () => {
    const ports = await brokenOff();
    ports.cards.cards.set(ARN, '{"business_details":{}}');
    await repaired(ports);
    expect(ports.cards.cards.get(ARN)).toMatch(/^\{"business_details":\{\},"evaluation_details":\[\{/);
    expect(new Set(ports.cards.tokens).size).toBe(2);
  });

  it("says to the person who decides what was found", async () => {
    const { ports, args } = decideWorld(review);
    await decide(args, ports, DECIDE_SETTINGS, NOW);
    await decide(args, ports, DECIDE_SETTINGS, NOW);
    expect(ports.cards.cards.get(ARN)).toContain("PendingManualApproval by policy.");
    expect([ports.cards.tokens.length, ports.notices.told.length]).toEqual([1, 1]);
  });

  it("isn't touched where the version was decided meanwhile", async () => {
    const ports = await brokenOff();
    ports.cards.cards.clear();
    const version = await ports.registry.describe(ARN);
    if (version) ports.registry.set({ ...version, approvalStatus: "Rejected" });
    expect(await repaired(ports)).toEqual({ ApprovalStatus: "Rejected", Effect: "left alone, decided meanwhile" });
    expect(ports.cards.cards.size).toBe(0);
  });
});

describe("a card that can't be written changes no decision, and stays", () => {
  const cases = [
    ["malformed", { card: "{", why: "it isn't JSON" }],
    ["closed", { card: "{}", closed: "it is archived", why: "it is archived" }],
    ["refused", { card: "{}", refusal: "the registry refuses it", why: "the registry refuses it" }],
  ] as const;

  it.each(cases)("%s: set by the policy", async (_, { card, why, ...cards }) => {
    const { ports, args } = decideWorld(approved);
    Object.assign(ports.cards, cards).cards.set(ARN, card);
    expect(await decide(args, ports, DECIDE_SETTINGS, NOW)).toEqual({
      ApprovalStatus: "Approved",
      Effect: `set; its model card stays as it is: ${why}`,
    });
    expect(ports.registry.changes).toMatchObject([[ARN, { status: "Approved" }]]);
    expect(ports.cards.cards.get(ARN)).toBe(card);
  });

  it.each(cases)("%s: left for review", async (_, { card, why, ...cards }) => {
    const { ports, args } = decideWorld(review);
    Object.assign(ports.cards, cards).cards.set(ARN, card);
    expect(await decide(args, ports, DECIDE_SETTINGS, NOW)).toEqual({
      ApprovalStatus: "PendingManualApproval",
      Effect: `left for review; its model card stays as it is: ${why}`,
    });
    expect(ports.notices.told).toHaveLength(1);
    expect(ports.cards.cards.get(ARN)).toBe(card);
  });
});

it("a fault while the card is read or written stops before the status", async () => {
  for (const call of ["read", "write"] as const) {
    const { ports, args } = decideWorld(approved);
    Object.assign(ports.cards, { [call]: () => Promise.reject(new Error("ThrottlingException")) });
    await expect(decide(args, ports, DECIDE_SETTINGS, NOW)).rejects.toThrow("ThrottlingException");
    expect(ports.registry.changes).toEqual([]);
  }
});

describe("a status is set however much metadata its team wrote, with as much of the way to its record as fits", () => {
  const { recordSha256, record, uri, sha256, policy, execution } = METADATA;
  it.each<[string, number, readonly string[], readonly string[]]>([
    ["all of it", 44, [], [recordSha256, record, uri, sha256, policy, execution]],
    ["which record it was, and where that is", 48, [], [recordSha256, record]],
    ["which record it was", 49, [], [recordSha256]],
    ["nothing", 50, [], []],
    ["what replaces its own, too", 47, [record, policy], [recordSha256, record, policy]],
  ])("%s", async (_, team, own, expected) => {
    const names = [...Array.from({ length: team }, (_, index) => `team-${index}`), ...own];
    const customerMetadata = new Map(names.map((name) => [name, "before"]));
    const { ports, args } = decideWorld(approved, registeredVersion({ customerMetadata }));
    expect(await decide(args, ports, DECIDE_SETTINGS, NOW)).toEqual({ ApprovalStatus: "Approved", Effect: "set" });
    expect(Object.keys(ports.registry.changes[0]?.[1].metadata ?? {})).toEqual(expected);
    // A repeat knows that it was this record.
    expect(await decide(args, ports, DECIDE_SETTINGS, NOW)).toEqual({
      ApprovalStatus: "Approved",
      Effect: "set before",
    });
    expect(ports.registry.changes).toHaveLength(1);
  });
});

describe("another record that comes into force while one is applied", () => {
  const rejected = { modelPackageArn: ARN, reason: "leaks names" };

  /** An approval that is applied once more, and a revocation that is recorded and applied at that call. */
  it.each<[string, "describe" | "setStatus"]>([
    ["before the status is set", "describe"],
    ["between the last look and the status", "setStatus"],
  ])("%s: is what the version becomes", async (_, call) => {
    const world = await revokeWorld("Approved");
    await world.tamper({ customerMetadata: new Map(), approvalStatus: "PendingManualApproval" });
    const { registry } = world.ports;
    const chain = await chainOfVersion(registeredVersion().id, world.ports);
    const version = await registry.describe(ARN);
    if (chain === undefined || version === undefined) throw new Error("nothing to apply");
    const before = { describe: registry.describe.bind(registry), setStatus: registry.setStatus.bind(registry) };
    const revoking = async () => {
      Object.assign(registry, before);
      await world.tamper({ approvalStatus: "Approved" });
      await revoke(rejected, asked(), world.ports, REVOKE_SETTINGS, NOW);
    };
    Object.assign(registry, {
      [call]: async (arn: string, change: StatusChange) => {
        await revoking();
        return call === "describe" ? before.describe(arn) : before.setStatus(arn, change);
      },
    });
    await applyRecord(chain, version, { ...world.deciding, cards: world.deciding.cards }, { recordBucket: "records" });
    expect(await world.status()).toBe("Rejected");
    expect((await registry.describe(ARN))?.customerMetadata.get(METADATA.recordSha256)).toBe(
      world.lastSha256(SECOND_KEY),
    );
  });
});
