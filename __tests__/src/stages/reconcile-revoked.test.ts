import type { ModelPackage } from "../../../src/core/ports";
import { METADATA } from "../../../src/stages/apply-record";
import { repair } from "../../../src/stages/decide";
import { reconcile } from "../../../src/stages/reconcile";
import { revoke } from "../../../src/stages/revoke";
import { DECIDE_SETTINGS, NOW } from "../../support/decide-world";
import { MemoryQueue } from "../../support/memory-ports";
import { SETTINGS } from "../../support/reconcile-world";
import { ARN, registeredVersion } from "../../support/registered-version";
import { asked, REVOKE_SETTINGS, revokeWorld } from "../../support/revoke-world";

const MINUTE = 60_000;
const LATE = "Approved until now, against their records: versions of credit-risk";
const OTHERWISE = "Decided otherwise than recorded: versions of credit-risk";

/** A version that was approved and then revoked, and a reconciler whose calls of decide reach decide. */
async function revokedWorld() {
  const world = await revokeWorld("Approved");
  await revoke({ modelPackageArn: ARN, reason: "leaks names" }, asked(), world.ports, REVOKE_SETTINGS, NOW);
  const { id, createdAt } = registeredVersion();
  const ports = {
    ...world.ports,
    ...{ queue: new MemoryQueue(), watchQueue: { lookAgain: async () => {} } },
    overview: {
      versions: async (_: string, approvalStatus: string) =>
        (await world.status()) === approvalStatus ? [{ id, approvalStatus, createdAt }] : [],
      ...{ executions: async () => [], stop: async () => {} },
      stateOf: async () => ({ hasEnded: true, since: createdAt }),
    },
    repair: (modelPackageArn: string, attempt: number) =>
      repair({ modelPackageArn, attempt }, world.deciding, DECIDE_SETTINGS),
  };
  const { told } = world.ports.notices;
  told.length = 0;
  return {
    ...{ world, ports, told },
    run: (minutes: number) =>
      reconcile(ports, { ...SETTINGS, groups: ["credit-risk"] }, new Date(NOW.getTime() + minutes * MINUTE)),
  };
}

type World = Awaited<ReturnType<typeof revokedWorld>>["world"];
/** What somebody does to it, by the record that approved it. */
const APPROVED_AGAIN: [string, minutes: number, (approvedBy: string) => Partial<ModelPackage>, subject: string][] = [
  ["put back as it was, long after", 600, (by) => ({ customerMetadata: new Map([[METADATA.recordSha256, by]]) }), LATE],
  ["put back as it was, just after", 5, (by) => ({ customerMetadata: new Map([[METADATA.recordSha256, by]]) }), LATE],
  ["without the way to a record, just after", 5, () => ({ customerMetadata: new Map() }), LATE],
  ["without the way to a record, long after", 600, () => ({ customerMetadata: new Map() }), OTHERWISE],
];
const tamper = (world: World, change: (approvedBy: string) => Partial<ModelPackage>) =>
  world.tamper({ ...change(world.lastSha256()), approvalStatus: "Approved" });

describe("a revoked version that somebody approves again, the event of which is lost", () => {
  it.each(APPROVED_AGAIN)("%s: is told of once, and set right", async (_, minutes, change, subject) => {
    const { world, told, run } = await revokedWorld();
    await tamper(world, change);
    for (const more of [0, 15, 30]) await run(minutes + more);
    expect(told).toEqual([{ subject, text: expect.stringContaining(ARN) }]);
    expect(await world.status()).toBe("Rejected");
  });

  it.each(APPROVED_AGAIN)("%s: where people can't be told, a later run tells them", async (_, minutes, change) => {
    const { world, ports, told, run } = await revokedWorld();
    await tamper(world, change);
    jest.spyOn(ports.notices, "tell").mockRejectedValueOnce(new Error("throttled"));
    await expect(run(minutes)).rejects.toThrow("throttled");
    await run(minutes + 15);
    expect(told).toHaveLength(1);
    expect(await world.status()).toBe("Rejected");
  });

  it("is applied without a word while its revocation may be on its way", async () => {
    const { world, told, run } = await revokedWorld();
    await tamper(world, (by) => ({ customerMetadata: new Map([[METADATA.recordSha256, by]]) }));
    await run(1);
    expect([told, await world.status()]).toEqual([[], "Rejected"]);
  });
});
