import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { objectFile } from "../../src/adapters/copy-directory";
import { bundleKey, checkpointKey, policyKey, recordKey } from "../../src/contract/names";
import { sha256 } from "../../src/core/verdict";
import type { Checkpoint, CheckpointedRecord } from "../../src/ledger/checkpoint";
import { type CopiedVersion, LIST_FILE } from "../../src/ledger/copy";
import type { DecisionRecord } from "../../src/ledger/decision-record";
import { seal } from "../../src/ledger/signed";
import { MemorySigner } from "./decide-world";
import { BUNDLE_TEXT, POLICY_TEXT } from "./ledger-world";
import { arnOf, FINGERPRINT } from "./registered-version";
import { approvedRecord, finding } from "./verdict-record";

export interface LargeLedger {
  records: number;
  /** Records in each checkpoint. */
  perCheckpoint: number;
  /** Findings in each record. */
  findings: number;
}

/** What verifies a large ledger. */
export interface Written {
  /** PEM files of the two public keys. */
  recordKey: string;
  checkpointKey: string;
  /** When the copy was made. */
  now: Date;
}

const BEGIN = Date.parse("2026-01-01T00:00:00Z");

/** Writes a copy of a ledger with so many records, whose evidence isn't in it. */
export async function writeLargeLedger(folder: string, size: LargeLedger): Promise<Written> {
  const signers = { records: new MemorySigner(), checkpoints: new MemorySigner() };
  const list: CopiedVersion[] = [];
  const put = (key: string, text: string, at: number): CopiedVersion => {
    const version = { key, versionId: `v${list.length + 1}`, writtenAt: new Date(at).toISOString() };
    const file = objectFile(folder, key, version.versionId);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    const one = { ...version, isDeleteMarker: false, size: Buffer.byteLength(text) };
    list.push(one);
    return one;
  };
  put(policyKey(sha256(POLICY_TEXT)), POLICY_TEXT, BEGIN);
  put(bundleKey(sha256(BUNDLE_TEXT)), BUNDLE_TEXT, BEGIN);
  let [at, total, number] = [BEGIN, 0, 0];
  let previous: string | null = null;
  while (total < size.records) {
    const records: CheckpointedRecord[] = [];
    for (let left = Math.min(size.perCheckpoint, size.records - total); left > 0; left -= 1) {
      total += 1;
      const text = await recordText(total, at, size.findings, signers.records);
      const { key, versionId } = put(recordKey("credit-risk", total, 1), text, at);
      records.push({ key, versionId, sha256: sha256(text) });
    }
    [at, number] = [at + 15 * 60_000, number + 1];
    records.sort((one, other) => (one.key < other.key ? -1 : 1));
    const said = { schemaVersion: 1, kind: "checkpoint", takenAt: new Date(at).toISOString() } as const;
    const text: string = await seal<Checkpoint>({ ...said, number, previous, records, total }, signers.checkpoints);
    put(checkpointKey(number), text, at);
    previous = sha256(text);
  }
  list.sort((one, other) => (one.key < other.key ? -1 : 1));
  writeFileSync(path.join(folder, LIST_FILE), list.map((one) => `${JSON.stringify(one)}\n`).join(""));
  return { ...writeKeys(folder, signers), now: new Date(at) };
}

/** Public keys of a ledger's signers, in PEM files beside the copy. */
export function writeKeys(
  folder: string,
  signers: { records: MemorySigner; checkpoints: MemorySigner },
): Pick<Written, "recordKey" | "checkpointKey"> {
  const [recordKey, checkpointKey] = [path.join(folder, "records.pem"), path.join(folder, "checkpoints.pem")];
  writeFileSync(recordKey, signers.records.publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(checkpointKey, signers.checkpoints.publicKey.export({ type: "spki", format: "pem" }));
  return { recordKey, checkpointKey };
}

function recordText(version: number, at: number, findings: number, signer: MemorySigner): Promise<string> {
  const verdict = approvedRecord();
  const [evidence] = verdict.evidence;
  if (evidence === undefined) throw new Error("an approved version has evidence");
  return seal<DecisionRecord>(
    {
      ...{ schemaVersion: 2, binding: true, previous: null },
      ...{ kind: "decision", modelPackageArn: arnOf(`credit-risk/${version}`), attempt: 1 },
      ...{ fingerprint: FINGERPRINT, decision: "Approved", reason: `Approved: all ${findings} findings pass.` },
      ...{ decidedAt: new Date(at).toISOString(), decidedBy: { kind: "policy", executionId: `exec${version}` } },
      ...{ verdict: evidence, evidence: verdict.evidence, policy: { digest: sha256(POLICY_TEXT) } },
      checks: { ...verdict.checks, bundleSha256: sha256(BUNDLE_TEXT) },
      findings: Array.from({ length: findings }, (_, metric) => finding({ metric: `binary.metric${metric}` })),
    },
    signer,
  );
}
