import { recordKey } from "../../src/contract/names";
import { linkTo } from "../../src/ledger/chain";
import { type DecisionRecord, readDecisionRecord } from "../../src/ledger/decision-record";
import { type Signer, seal } from "../../src/ledger/signed";
import { checkpoint } from "../../src/stages/checkpoint";
import { MemorySigner } from "./decide-world";
import { decideIn, MemoryLedger } from "./ledger-world";
import { arnOf, FINGERPRINT } from "./registered-version";

const PERSON = {
  ...{ roleId: "AROAEXAMPLEREVIEWER01", name: "ada@example.com", messageId: "11111111-2222-4333-8444-555555555555" },
  ...{ askedAt: "2026-11-20T10:00:00.000Z", reason: "looked at every finding" },
};

type Made = Pick<DecisionRecord, "kind" | "decision" | "reason" | "decidedBy">;

/** Each kind of record that policy doesn't make: people decide on what it judged, a baseline, and revocations by people and the watcher. */
export async function ledgerOfKinds(): Promise<{ ledger: MemoryLedger; revocations: MemorySigner }> {
  const ledger = new MemoryLedger();
  const revocations = new MemorySigner();
  const { records, checkpoints } = ledger.signers;
  await decideIn(ledger, 1);
  await add(ledger, 1, 2, records, {
    ...{ kind: "decision", decision: "Rejected", reason: `Rejected by ${PERSON.name}: ${PERSON.reason}` },
    decidedBy: { kind: "people", people: [PERSON] },
  });
  await add(ledger, 2, 1, records, {
    ...{ kind: "decision", decision: "Approved", reason: "Approved before this project decided." },
    decidedBy: { kind: "before" },
  });
  await add(ledger, 2, 2, revocations, {
    ...{ kind: "revocation", decision: "Rejected", reason: `Revoked: ${PERSON.reason}` },
    decidedBy: { kind: "people", people: [PERSON] },
  });
  await decideIn(ledger, 3);
  await add(ledger, 3, 2, revocations, {
    ...{ kind: "revocation", decision: "Rejected", reason: "Revoked: it was changed after it was approved" },
    decidedBy: { kind: "watcher" },
  });
  ledger.minutes(15);
  const recordKeys = async () => ({ decisions: await records.trusted(), revocations: await revocations.trusted() });
  await checkpoint({ records: ledger.bucket(), signer: checkpoints, recordKeys }, ledger.now);
  ledger.minutes(5);
  return { ledger, revocations };
}

/** Adds a record that goes on from the one before. */
async function add(ledger: MemoryLedger, version: number, attempt: number, signer: Signer, made: Made): Promise<void> {
  const before = recordKey("credit-risk", version, attempt - 1);
  const bytes = await ledger.bucket().read(before);
  const text = await seal<DecisionRecord>(
    {
      ...{ schemaVersion: 2, modelPackageArn: arnOf(`credit-risk/${version}`), attempt, fingerprint: FINGERPRINT },
      ...{ ...made, decidedAt: ledger.now.toISOString(), binding: true },
      previous: bytes === undefined ? null : linkTo(readDecisionRecord(bytes, before)),
    },
    signer,
  );
  ledger.put(recordKey("credit-risk", version, attempt), text);
}
