import type { RevocationRequest } from "../../../src/contract/revocation-request";
import { linkTo } from "../../../src/ledger/chain";
import { seal } from "../../../src/ledger/signed";
import { repair } from "../../../src/stages/decide";
import { revoke, whatIsServed } from "../../../src/stages/revoke";
import { chainOfVersion } from "../../../src/stages/version-records";
import { DECIDE_SETTINGS, NOW, RECORD_KEY } from "../../support/decide-world";
import { decisionKeys } from "../../support/record-keys";
import { ARN, arnOf, registeredVersion } from "../../support/registered-version";
import { asked, REVOKE_SETTINGS, revokeWorld, SECOND_KEY } from "../../support/revoke-world";

type World = Awaited<ReturnType<typeof revokeWorld>>;
const REQUEST: RevocationRequest = { modelPackageArn: ARN, reason: "leaks names" };
const LATER = new Date("2026-11-21T09:01:00Z");
const byPerson = ({ ports }: World, messageId = "m-1", request = REQUEST) =>
  revoke(request, asked(messageId), ports, REVOKE_SETTINGS, LATER);
const byWatcher = ({ ports }: World, lastRecord: string | null | undefined) =>
  revoke(
    { ...REQUEST, ...(lastRecord !== undefined && { lastRecord }) },
    { kind: "watcher" },
    ports,
    REVOKE_SETTINGS,
    LATER,
  );

it("records who took an approval back and why, then sets the status, and tells what is served then", async () => {
  const world = await revokeWorld("Approved", [3, 5]);
  expect(await byPerson(world)).toEqual({ effect: "revoked", reason: "Revoked: leaks names (set)" });
  expect(world.recordAt(SECOND_KEY)).toMatchObject({
    ...{ kind: "revocation", decision: "Rejected", binding: true, attempt: 2, reason: "Revoked: leaks names" },
    decidedAt: LATER.toISOString(),
    previous: { attempt: 1, sha256: world.lastSha256() },
    decidedBy: { kind: "people", people: [{ name: "ann", messageId: "m-1", reason: "leaks names" }] },
  });
  expect(await world.status()).toBe("Rejected");
  expect(world.ports.notices.told).toEqual([
    { subject: "Revoked: credit-risk version 7", text: expect.stringContaining("serves version 5 then") },
  ]);
});

it.each([
  ["that has a record", "Approved", SECOND_KEY],
  ["that was registered as Approved, and has none", "none", RECORD_KEY],
] as const)("the watcher revokes a version %s", async (_, start, key) => {
  const world = await revokeWorld(start);
  await world.tamper({ approvalStatus: "Approved" });
  expect(await byWatcher(world, start === "none" ? null : world.lastSha256())).toMatchObject({ effect: "revoked" });
  expect(world.recordAt(key)).toMatchObject({ kind: "revocation", decidedBy: { kind: "watcher" } });
  expect(await world.status()).toBe("Rejected");
});

describe("a repeat", () => {
  it.each([
    ["of a person's message", (world: World) => byPerson(world)],
    ["of the watcher's", (world: World) => byWatcher(world, world.lastSha256())],
  ])("%s changes nothing more", async (_, ask) => {
    const world = await revokeWorld();
    await ask(world);
    await ask(world);
    expect([...world.ports.records.bodies.keys()]).toEqual([RECORD_KEY, SECOND_KEY]);
    expect(world.ports.registry.changes).toHaveLength(2);
    expect(world.ports.notices.told).toHaveLength(1);
  });

  it("goes on where the status failed after the record", async () => {
    const world = await revokeWorld();
    const failing = jest.spyOn(world.ports.registry, "setStatus").mockRejectedValueOnce(new Error("throttled"));
    await expect(byPerson(world)).rejects.toThrow("throttled");
    failing.mockRestore();
    expect(await world.status()).toBe("Approved");
    expect(await byPerson(world)).toMatchObject({ effect: "revoked" });
    expect(await world.status()).toBe("Rejected");
    expect([...world.ports.records.bodies.keys()]).toEqual([RECORD_KEY, SECOND_KEY]);
  });

  it("isn't needed where decide applies the record, as the reconciler asks it to", async () => {
    const world = await revokeWorld();
    jest.spyOn(world.ports.registry, "setStatus").mockRejectedValueOnce(new Error("throttled"));
    await expect(byPerson(world)).rejects.toThrow("throttled");
    await repair({ modelPackageArn: ARN, attempt: 2 }, world.deciding, DECIDE_SETTINGS);
    expect(await world.status()).toBe("Rejected");
  });
});

describe("nothing is revoked", () => {
  it.each<[string, (world: World) => Promise<unknown>, string]>([
    [
      "of a group that isn't configured",
      (w) => byPerson(w, "m", { ...REQUEST, modelPackageArn: arnOf("other/1") }),
      "refused",
    ],
    ["by an ARN that is no version's", (w) => byPerson(w, "m", { ...REQUEST, modelPackageArn: "x" }), "refused"],
    ["that doesn't exist", (w) => byPerson(w, "m", { ...REQUEST, modelPackageArn: arnOf("credit-risk/9") }), "gone"],
    ["by a watcher that doesn't say what it saw", (w) => byWatcher(w, undefined), "refused"],
    ["by a watcher that saw an older record", (w) => byWatcher(w, "0".repeat(64)), "ignored"],
    ["by a watcher that saw no record", (w) => byWatcher(w, null), "ignored"],
  ])("%s", async (_, ask, effect) => {
    const world = await revokeWorld();
    expect(await ask(world)).toMatchObject({ effect });
    expect([...world.ports.records.bodies.keys()]).toEqual([RECORD_KEY]);
    expect(await world.status()).toBe("Approved");
  });

  it.each(["Rejected", "PendingManualApproval"])("of a version that is %s", async (approvalStatus) => {
    const world = await revokeWorld();
    await world.tamper({ approvalStatus });
    expect(await byPerson(world)).toEqual({ effect: "ignored", reason: `it is ${approvalStatus}, not Approved` });
  });

  it("a second time by a late message, once people have approved it again", async () => {
    const world = await revokeWorld();
    await byPerson(world);
    const chain = await chainOfVersion(registeredVersion().id, world.ports);
    if (chain === undefined) throw new Error("no record");
    const { signedWith: _, ...before } = chain.last.body;
    const { person } = asked("m-2") as { person: object };
    const approved = {
      ...before,
      ...{ kind: "decision", decision: "Approved", attempt: 3, previous: linkTo(chain.last), reason: "looked into" },
      decidedBy: { kind: "people", people: [{ ...person, reason: "looked into" }] },
    };
    world.ports.records.bodies.set(
      "records/credit-risk/7/3.json",
      await seal(approved as never, world.deciding.signer),
    );
    await repair({ modelPackageArn: ARN, attempt: 3 }, world.deciding, DECIDE_SETTINGS);
    expect(await world.status()).toBe("Approved");
    expect(await byPerson(world, "m-1")).toMatchObject({ effect: "ignored" });
    expect(await world.status()).toBe("Approved");
    // Another request counts.
    expect(await byPerson(world, "m-3")).toMatchObject({ effect: "revoked" });
  });
});

it("a version that someone approves again after its revocation is revoked anew", async () => {
  const world = await revokeWorld();
  await byPerson(world);
  await world.tamper({ approvalStatus: "Approved" });
  expect(await byWatcher(world, world.lastSha256(SECOND_KEY))).toMatchObject({ effect: "revoked" });
  expect(await world.status()).toBe("Rejected");
  expect(world.recordAt("records/credit-risk/7/3.json")).toMatchObject({ previous: { attempt: 2 } });
});

it("a record that was faster counts: the message comes again, and is looked at anew", async () => {
  const world = await revokeWorld();
  const { records } = world.ports;
  const write = records.write.bind(records);
  jest.spyOn(records, "write").mockImplementationOnce(async (key) => {
    const other = await revokeWorld();
    await byPerson(other, "m-other");
    return write(key, await foreign(world));
  });
  await expect(byPerson(world)).rejects.toThrow("was faster");
});

/** Another request's revocation of the same attempt. */
async function foreign(world: World): Promise<string> {
  const chain = await chainOfVersion(registeredVersion().id, world.ports);
  if (chain === undefined) throw new Error("no record");
  return seal(
    {
      ...{ schemaVersion: 2, kind: "revocation", modelPackageArn: ARN, attempt: 2, fingerprint: "5".repeat(64) },
      ...{ decision: "Rejected", reason: "x", decidedAt: NOW.toISOString(), binding: true },
      ...{ decidedBy: { kind: "watcher" }, previous: linkTo(chain.last) },
    } as never,
    world.ports.signer,
  );
}

describe("the revocations' key", () => {
  it("signs no decision: an approval that it signed isn't believed", async () => {
    const world = await revokeWorld("none");
    const forged = await revokeWorld();
    const { signedWith: _, ...approved } = forged.recordAt(RECORD_KEY) ?? { signedWith: undefined };
    world.ports.records.bodies.set(RECORD_KEY, await seal(approved as never, world.ports.signer));
    await expect(chainOfVersion(registeredVersion().id, world.ports)).rejects.toThrow("isn't among the 1 trusted");
  });

  it("alone signs revocations: where it isn't believed, the record isn't", async () => {
    const world = await revokeWorld();
    await byPerson(world);
    const recordKeys = async () => decisionKeys(await world.deciding.signer.trusted());
    await expect(chainOfVersion(registeredVersion().id, { ...world.ports, recordKeys })).rejects.toThrow(
      "isn't among the 0 trusted",
    );
  });
});

it.each<[string, number[], string]>([
  ["nothing else", [7], "No other version of credit-risk is Approved"],
  ["an older one", [7, 2, 4], "serves version 4 then"],
  ["a newer one", [7, 4, 9], "Version 9 of credit-risk is Approved and newer"],
])("says what is served where %s is Approved", (_, versions, expected) => {
  const approved = versions.map((one) => ({ id: registeredVersion({}, arnOf(`credit-risk/${one}`)).id }));
  expect(whatIsServed(registeredVersion().id, approved)).toContain(expected);
});
