import type { RegistryEvent } from "../../src/contract/registry-event";
import type { RevocationRequest } from "../../src/contract/revocation-request";
import type { ModelPackage, RevocationQueue } from "../../src/core/ports";
import { sha256 } from "../../src/core/verdict";
import { readDecisionRecord } from "../../src/ledger/decision-record";
import { decide } from "../../src/stages/decide";
import type { Revoker } from "../../src/stages/revoke";
import type { WatchSettings } from "../../src/stages/watch";
import { DECIDE_SETTINGS, decideWorld, MemorySigner, NOW, RECORD_KEY } from "./decide-world";
import { ARN, GOVERNANCE, GROUPS, registeredVersion } from "./registered-version";
import { approvedRecord, finding, textOf } from "./verdict-record";

export const REVOKE_SETTINGS = { groups: GROUPS, recordBucket: "records", observedGroups: [], cutOvers: {} };
export const WATCH_SETTINGS: WatchSettings = {
  ...{ ...GOVERNANCE, groups: GROUPS, revokes: false, peopleOnRecord: false },
  ...{ observedGroups: [], cutOvers: {} },
};
export const EVENT: RegistryEvent = { modelPackageArn: ARN, ...GOVERNANCE, updatedFields: [] };
export const SECOND_KEY = "records/credit-risk/7/2.json";

/** A reviewer's request, as AWS tells who sent it. */
export const asked = (messageId = "m-1"): Revoker => ({
  kind: "person",
  person: { roleId: "AROAREVIEWER", name: "ann", messageId, askedAt: "2026-11-21T09:00:00.000Z" },
});

class MemoryRevocations implements RevocationQueue {
  readonly requests: RevocationRequest[] = [];

  async send(request: RevocationRequest): Promise<string> {
    return `m-${this.requests.push(request)}`;
  }
}

/** What revoke and watch work on: a version that was decided so, and other versions of its group that are Approved. */
export async function revokeWorld(
  decision: "Approved" | "Rejected" | "PendingManualApproval" | "none" = "Approved",
  others: readonly number[] = [],
) {
  const findings = [
    decision === "Rejected" || decision === "PendingManualApproval" ? finding({ outcome: "fail" }) : finding(),
  ];
  const made = decideWorld(textOf(decision === "none" ? approvedRecord() : approvedRecord({ decision, findings })));
  if (decision !== "none") await decide(made.args, made.ports, DECIDE_SETTINGS, NOW);
  const { registry, records } = made.ports;
  const signer = new MemorySigner();
  const recordKeys = async () => ({
    decisions: await made.ports.signer.trusted(),
    revocations: await signer.trusted(),
  });
  const idOf = (version: number) => registeredVersion({}, ARN.replace(/7$/, String(version))).id;
  const overview = {
    versions: async () => [7, ...others].map((one) => ({ id: idOf(one), approvalStatus: "Approved", createdAt: NOW })),
  };
  const revocations = new MemoryRevocations();
  return {
    /** Of decide, which believes revocations too. */
    deciding: { ...made.ports, recordKeys },
    ports: { ...made.ports, signer, recordKeys, overview, revocations, markers: made.ports.verdicts },
    /** Does to the version what somebody else does. */
    async tamper(change: Partial<ModelPackage>): Promise<void> {
      const version = await registry.describe(ARN);
      if (version !== undefined) registry.set({ ...version, ...change });
    },
    status: async () => (await registry.describe(ARN))?.approvalStatus,
    recordAt: (key: string) => {
      const text = records.bodies.get(key);
      return text === undefined ? undefined : readDecisionRecord(Buffer.from(text), key).body;
    },
    lastSha256: (key = RECORD_KEY) => sha256(records.bodies.get(key) ?? ""),
  };
}
