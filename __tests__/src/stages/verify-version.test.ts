import type { ModelPackage } from "../../../src/core/ports";
import { askToRevoke, beforeRevoking } from "../../../src/stages/ask-to-revoke";
import { revoke } from "../../../src/stages/revoke";
import { type Verified, verifyVersion } from "../../../src/stages/verify-version";
import { MemorySigner, NOW, RECORD_KEY } from "../../support/decide-world";
import { decisionKeys } from "../../support/record-keys";
import { ARN, arnOf, registeredVersion } from "../../support/registered-version";
import { asked, REVOKE_SETTINGS, revokeWorld, SECOND_KEY } from "../../support/revoke-world";

type World = Awaited<ReturnType<typeof revokeWorld>>;
const { id } = registeredVersion();
const request = { modelPackageArn: ARN, reason: "leaks names" };
const broken = (points: readonly Verified[]) => points.filter(({ holds }) => !holds).map(({ point }) => point);

it("holds for a version that its record approved", async () => {
  const { ports } = await revokeWorld();
  const points = await verifyVersion(id, ports);
  expect(points.map(({ point }) => point)).toEqual(["records", "decision", "status", "content"]);
  expect(broken(points)).toEqual([]);
});

describe("doesn't hold for a version", () => {
  const change = (changed: Partial<ModelPackage>) => (world: World) => world.tamper(changed);
  it.each<[string, Parameters<typeof revokeWorld>[0], (world: World) => Promise<unknown>, Verified["point"][]]>([
    ["registered as Approved", "none", change({ approvalStatus: "Approved" }), ["records"]],
    ["rejected, and approved by hand", "Rejected", change({ approvalStatus: "Approved" }), ["decision"]],
    ["approved, and rejected by hand", "Approved", change({ approvalStatus: "Rejected" }), ["status"]],
    ["changed since", "Approved", change({ fingerprint: "e".repeat(64) }), ["content"]],
    ["whose way to its record is gone", "Approved", change({ customerMetadata: new Map() }), ["status"]],
    [
      "that was revoked",
      "Approved",
      (w) => revoke(request, asked(), w.ports, REVOKE_SETTINGS, NOW),
      ["decision", "status"],
    ],
    [
      "whose revocation was taken out of the bucket",
      "Approved",
      async (world) => {
        await revoke(request, asked(), world.ports, REVOKE_SETTINGS, NOW);
        world.ports.records.bodies.delete(SECOND_KEY);
      },
      ["status"],
    ],
    [
      "whose record was changed",
      "Approved",
      async ({ ports: { records } }) =>
        records.bodies.set(RECORD_KEY, (records.bodies.get(RECORD_KEY) ?? "").replace('"attempt":1', '"attempt":2')),
      ["records"],
    ],
  ])("%s", async (_, start, happens, expected) => {
    const world = await revokeWorld(start);
    await happens(world);
    expect(broken(await verifyVersion(id, world.ports))).toEqual(expected);
  });

  it("that isn't there", async () => {
    const { ports } = await revokeWorld();
    const other = registeredVersion({}, arnOf("credit-risk/9")).id;
    expect(broken(await verifyVersion(other, ports))).toEqual(["version"]);
  });

  it("whose records another key signed, or whose revocation no key is given for", async () => {
    const world = await revokeWorld();
    const stranger = decisionKeys(await new MemorySigner().trusted());
    expect(broken(await verifyVersion(id, { ...world.ports, recordKeys: async () => stranger }))).toEqual(["records"]);
    await revoke(request, asked(), world.ports, REVOKE_SETTINGS, NOW);
    const decisions = decisionKeys(await world.deciding.signer.trusted());
    expect(broken(await verifyVersion(id, { ...world.ports, recordKeys: async () => decisions }))).toEqual(["records"]);
  });
});

it("a call that is refused tells nothing: it is thrown", async () => {
  const { ports } = await revokeWorld();
  jest.spyOn(ports.records, "keys").mockRejectedValue(new Error("AccessDenied"));
  await expect(verifyVersion(id, ports)).rejects.toThrow("AccessDenied");
});

describe("who asks to revoke", () => {
  const asking = (world: World, pause: () => Promise<unknown>) => ({
    ...world.ports,
    pause: async () => void (await pause()),
  });

  it.each<[string, Partial<ModelPackage>, string]>([
    ["is told what is served then", {}, "serves version 5 then"],
    ["is told that it isn't Approved", { approvalStatus: "Rejected" }, "only what is Approved is revoked"],
  ])("%s", async (_, change, says) => {
    const world = await revokeWorld("Approved", [5]);
    await world.tamper(change);
    const before = await beforeRevoking(
      id,
      asking(world, async () => {}),
    );
    expect(before).toEqual({ isApproved: change.approvalStatus === undefined, says: expect.stringContaining(says) });
  });

  it("waits for the record that answers, and for no other", async () => {
    const world = await revokeWorld();
    const answer = (messageId: string) => revoke(request, asked(messageId), world.ports, REVOKE_SETTINGS, NOW);
    const record = await askToRevoke(
      id,
      "leaks names",
      asking(world, () => answer("m-1")),
      3,
    );
    expect(record).toMatchObject({ name: SECOND_KEY, body: { kind: "revocation", reason: "Revoked: leaks names" } });
    const other = await revokeWorld();
    const answerOther = () => revoke(request, asked("m-other"), other.ports, REVOKE_SETTINGS, NOW);
    expect(await askToRevoke(id, "leaks names", asking(other, answerOther), 3)).toBeUndefined();
  });
});
