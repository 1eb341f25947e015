import { attemptOfKey, bundleKey, policyKey, recordKey, verdictKey } from "../../src/contract/names";
import { canonical } from "../../src/core/canonical";
import type { PinnedObject } from "../../src/core/evidence";
import { sha256, type VerdictRecord } from "../../src/core/verdict";
import type { CopiedVersion, LedgerCopy } from "../../src/ledger/copy";
import type { DecisionRecord, RecordLink } from "../../src/ledger/decision-record";
import { type Signer, seal } from "../../src/ledger/signed";
import type { VerifyTerms } from "../../src/ledger/verify/terms";
import { checkpoint, type RecordBucket } from "../../src/stages/checkpoint";
import { MemorySigner } from "./decide-world";
import { decisionKeys } from "./record-keys";
import { arnOf, FINGERPRINT } from "./registered-version";
import { approvedRecord, textOf } from "./verdict-record";

/** An object version of a bucket in memory; a delete marker has no bytes. */
export interface Kept {
  key: string;
  versionId: string;
  writtenAt: Date;
  bytes: Buffer | undefined;
}

/** A record bucket with all its versions, and the evidence that its records cite, for a test to tamper with. */
export class MemoryLedger {
  /** In the order of writing. */
  readonly kept: Kept[] = [];
  /** By URI and version. */
  readonly cited = new Map<string, Buffer>();
  now: Date = new Date("2026-11-20T10:00:00Z");
  /** What signs in it. */
  readonly signers = { records: new MemorySigner(), checkpoints: new MemorySigner() };
  private written = 0;

  put(key: string, body: string | Buffer | undefined): Kept {
    this.written += 1;
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const one = { key, versionId: `v${this.written}`, writtenAt: this.now, bytes };
    this.kept.push(one);
    return one;
  }

  cite(uri: string, versionId: string | null, bytes: Buffer): void {
    this.cited.set(`${uri} ${versionId}`, bytes);
  }

  /** Its one version. */
  get(key: string): Kept {
    const found = this.kept.find((one) => one.key === key);
    if (found === undefined) throw new Error(`${key} isn't in the ledger`);
    return found;
  }

  remove(key: string): void {
    for (let at = this.kept.length - 1; at >= 0; at -= 1) if (this.kept[at]?.key === key) this.kept.splice(at, 1);
  }

  minutes(count: number): void {
    this.now = new Date(this.now.getTime() + count * 60_000);
  }

  /** As S3 lists it. */
  listed(): Kept[] {
    const at = new Map(this.kept.map((one, index) => [one, index]));
    return [...this.kept].sort((one, other) =>
      one.key === other.key ? (at.get(other) ?? 0) - (at.get(one) ?? 0) : one.key < other.key ? -1 : 1,
    );
  }

  bucket(): RecordBucket {
    const latest = (key: string) => this.kept.findLast((one) => one.key === key);
    const readVersion = async (key: string) => {
      const found = latest(key);
      return found?.bytes && { bytes: found.bytes, versionId: found.versionId };
    };
    return {
      readVersion,
      has: async (key) => (await readVersion(key)) !== undefined,
      read: async (key) => (await readVersion(key))?.bytes,
      write: async (key, body) => (latest(key) === undefined ? this.put(key, body) && "written" : "exists"),
      keys: async (beginning) =>
        [...new Set(this.listed().map(({ key }) => key))].filter((key) => key.startsWith(beginning)),
      versions: (beginning) =>
        iterate(
          this.listed().filter(({ key }) => key.startsWith(beginning)),
          (one) => ({
            ...one,
            isDeleteMarker: one.bytes === undefined,
          }),
        ),
      readAt: async (key, versionId) =>
        bytesOf(this.kept.find((one) => one.key === key && one.versionId === versionId)),
    };
  }

  /** What an auditor believes who makes the copy now. */
  async terms(): Promise<VerifyTerms> {
    const { records, checkpoints } = this.signers;
    return { records: decisionKeys(await records.trusted()), checkpoints: await checkpoints.trusted(), now: this.now };
  }

  copy(): LedgerCopy {
    return {
      versions: () => iterate(this.listed(), copied),
      read: async (key, versionId) => this.kept.find((one) => one.key === key && one.versionId === versionId)?.bytes,
      readCited: async ({ bucket, key }, versionId) => this.cited.get(`s3://${bucket}/${key} ${versionId}`),
    };
  }
}

export const copied = ({ key, versionId, writtenAt, bytes }: Kept): CopiedVersion => ({
  ...{ key, versionId, writtenAt: writtenAt.toISOString() },
  ...{ isDeleteMarker: bytes === undefined, size: bytes?.length ?? 0 },
});

async function* iterate<From, To>(items: readonly From[], map: (item: From) => To): AsyncGenerator<To> {
  for (const item of items) yield map(item);
}

function bytesOf(kept: Kept | undefined): Buffer {
  if (kept?.bytes === undefined) throw new Error("no such version");
  return kept.bytes;
}

export const POLICY_TEXT = canonical({
  schemaVersion: 1,
  evidenceDeadlineMinutes: 60,
  organisation: { requiredEvidence: ["model-quality"], acceptUndigestedEvidence: false, checks: {} },
  groups: {},
});
export const BUNDLE_TEXT = "exports.judgeAgain = async () => 'nothing';\n";
const VERDICT_BUCKET = "mg-verdicts-444455556666-us-east-1";

/** Adds a decision on a version: what is cited, and the record. @returns the record's key */
export async function decideIn(ledger: MemoryLedger, version: number, signer: Signer = ledger.signers.records) {
  const report = Buffer.from(`{"accuracy":0.9${version}}`);
  const uri = `s3://mg-evidence-111122223333-us-east-1/reports/${version}.json`;
  const evidence: PinnedObject = { uri, versionId: `e${version}`, sha256: sha256(report), size: report.length };
  const executionId = `exec${version}`;
  const verdict = approvedRecord({
    ...{ modelPackageArn: arnOf(`credit-risk/${version}`), executionId, evidence: [evidence] },
    policy: { digest: sha256(POLICY_TEXT) },
    checks: { imageDigest: `sha256:${"1".repeat(64)}`, bundleSha256: sha256(BUNDLE_TEXT) },
  });
  ledger.cite(uri, evidence.versionId, report);
  return recordIn(ledger, verdict, { policy: POLICY_TEXT, bundle: BUNDLE_TEXT }, signer);
}

/** Adds the record of a verdict, with what it was made with. @returns the record's key */
export async function recordIn(
  ledger: MemoryLedger,
  verdict: VerdictRecord,
  madeWith: { policy: string; bundle: string },
  signer: Signer = ledger.signers.records,
  checksJson = textOf(verdict),
): Promise<string> {
  const bytes = Buffer.from(checksJson);
  const { modelPackageArn, executionId, attempt, decision, policy, checks, evidence, findings } = verdict;
  const object = {
    ...{ uri: `s3://${VERDICT_BUCKET}/${verdictKey(executionId)}`, versionId: `c-${executionId}` },
    ...{ sha256: sha256(bytes), size: bytes.length },
  };
  ledger.cite(object.uri, object.versionId, bytes);
  const text = await seal<DecisionRecord>(
    {
      ...{ schemaVersion: 2, kind: "decision", modelPackageArn, attempt, fingerprint: FINGERPRINT, decision },
      ...{ binding: true, previous: null },
      ...{ reason: "Approved: all 2 findings pass.", decidedAt: ledger.now.toISOString() },
      ...{ decidedBy: { kind: "policy", executionId }, verdict: object, policy, checks, evidence, findings },
    },
    signer,
  );
  const key = recordKey("credit-risk", Number(modelPackageArn.split("/").at(-1)), attempt);
  const bucket = ledger.bucket();
  await bucket.write(policyKey(policy.digest), madeWith.policy);
  await bucket.write(bundleKey(checks.bundleSha256), madeWith.bundle);
  ledger.put(key, text);
  return key;
}

/** Adds a person's decision, which goes on from another record. @returns what a next one says of it */
export async function personDecidesIn(
  ledger: MemoryLedger,
  version: number,
  attempt: number,
  previous: RecordLink | null,
  reason = "looked into",
): Promise<RecordLink> {
  const now = ledger.now.toISOString();
  const person = { roleId: "AROAREVIEWER", name: "ana", messageId: `m${attempt}`, askedAt: now, reason };
  const text = await seal<DecisionRecord>(
    {
      ...{ schemaVersion: 2, kind: "decision", modelPackageArn: arnOf(`credit-risk/${version}`), attempt },
      ...{ fingerprint: FINGERPRINT, decision: "Approved", reason: `Approved by ana (${reason})`, decidedAt: now },
      ...{ decidedBy: { kind: "people", people: [person] }, binding: true, previous },
    },
    ledger.signers.records,
  );
  ledger.put(recordKey("credit-risk", version, attempt), text);
  return { attempt, sha256: sha256(text) };
}

/** What a next record says of the one at that key. */
export const linkIn = (ledger: MemoryLedger, key: string): RecordLink => ({
  attempt: attemptOfKey(key) ?? 0,
  sha256: sha256(ledger.get(key).bytes ?? ""),
});

/** Appends a checkpoint. */
export const checkpointIn = (ledger: MemoryLedger, signer: Signer = ledger.signers.checkpoints) =>
  checkpoint(
    { records: ledger.bucket(), signer, recordKeys: async () => decisionKeys(await ledger.signers.records.trusted()) },
    ledger.now,
  );

/** Six decisions in three checkpoints, and one that has none yet. */
export async function smallLedger(): Promise<MemoryLedger> {
  const ledger = new MemoryLedger();
  for (const versions of [[1, 2], [3], [4, 5, 6]]) {
    for (const version of versions) await decideIn(ledger, version);
    ledger.minutes(15);
    await checkpointIn(ledger);
    ledger.minutes(5);
  }
  await decideIn(ledger, 7);
  ledger.minutes(10);
  return ledger;
}
