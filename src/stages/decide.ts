import { type ModelPackageId, parseModelPackageArn } from "../contract/arn";
import { parseS3Uri } from "../contract/evidence-uri";
import { attemptOfKey, recordKey, recordsOfVersion } from "../contract/names";
import type { DecideArguments, DecideOutputs } from "../contract/pipeline-parameters";
import { PENDING } from "../contract/registry-event";
import type { Retention } from "../contract/retention";
import { distinctObjects } from "../core/evidence";
import type { EvidenceLock, ModelPackage, WriteOnceStore } from "../core/ports";
import { describeVerdict } from "../core/verdict";
import { type DecisionRecord, readDecisionRecord } from "../ledger/decision-record";
import { requireSignature, type Signed, type Signer, seal } from "../ledger/signed";
import { type ApplyPorts, type ApplySettings, applyRecord } from "./apply-record";
import { inParallel } from "./in-parallel";
import { type Judged, type TrustPorts, type TrustSettings, trustedVerdict } from "./trusted-verdict";

export interface DecidePorts extends ApplyPorts, TrustPorts {
  records: WriteOnceStore;
  /** Signs records, and nobody else does with its key. */
  signer: Signer;
  lock: EvidenceLock;
}

export interface DecideSettings extends ApplySettings, TrustSettings {
  groups: Readonly<Record<string, readonly string[]>>;
  retention: Retention;
}

/**
 * Records what a verdict decides, then writes it to the registry. It never judges. An attempt is decided once: what is
 * recorded already is what counts, also of another attempt, which ended before. A version that is no longer pending is left alone.
 * @throws what is a fault of ours: an execution or a verdict that isn't to be trusted, an AWS error
 */
export async function decide(
  args: DecideArguments,
  ports: DecidePorts,
  settings: DecideSettings,
  now: Date,
): Promise<DecideOutputs> {
  const version = await describe(args.ModelPackageArn, ports, settings);
  const judged = await trustedVerdict(args, version.id.group, ports, settings);
  const recorded = await firstRecord(version.id, ports);
  if (recorded !== undefined) return applyRecord(recorded, version, ports, settings);
  if (version.approvalStatus !== PENDING)
    return { ApprovalStatus: version.approvalStatus, Effect: "left alone, decided meanwhile" };
  if (version.fingerprint !== judged.verdict.registered.fingerprint) {
    throw new Error(
      `${version.id.arn} isn't what was judged: it was changed since; the next attempt judges it as it is`,
    );
  }
  return applyRecord(await record(judged, version.id, ports, settings, now), version, ports, settings);
}

/**
 * Sets the status that a record of decide's own says, whatever became of the execution between the two. This is no
 * decision, so nothing but the record is looked at.
 * @throws what is a fault of ours: no such record, one that decide's key didn't sign, an AWS error
 */
export async function repair(
  { modelPackageArn, attempt }: { modelPackageArn: string; attempt: number },
  ports: DecidePorts,
  settings: DecideSettings,
): Promise<DecideOutputs> {
  const version = await describe(modelPackageArn, ports, settings);
  const recorded = await ownRecord(version.id, attempt, ports);
  if (recorded === undefined)
    throw new Error(`${recordKey(version.id.group, version.id.version, attempt)}: there is no such record`);
  return applyRecord(recorded, version, ports, settings);
}

async function describe(arn: string, { registry }: DecidePorts, { groups }: DecideSettings): Promise<ModelPackage> {
  const id = parseModelPackageArn(arn);
  if (id === undefined) throw new Error(`ModelPackageArn: found ${arn}, expected the ARN of a versioned model package`);
  if (!Object.hasOwn(groups, id.group)) throw new Error(`group ${id.group} isn't configured in the governance stack`);
  const version = await registry.describe(arn);
  if (version === undefined) throw new Error(`${arn} isn't in the registry`);
  return version;
}

/** The record of a version's first attempt that has one: an execution that was given up may end late, after the next. */
async function firstRecord(id: ModelPackageId, ports: DecidePorts): Promise<Signed<DecisionRecord> | undefined> {
  const keys = await ports.records.keys(recordsOfVersion(id.group, id.version));
  const attempts = keys.flatMap((key) => attemptOfKey(key) ?? []);
  return attempts.length === 0 ? undefined : ownRecord(id, Math.min(...attempts), ports);
}

async function ownRecord(
  id: ModelPackageId,
  attempt: number,
  { records, signer }: DecidePorts,
): Promise<Signed<DecisionRecord> | undefined> {
  const key = recordKey(id.group, id.version, attempt);
  const bytes = await records.read(key);
  if (bytes === undefined) return undefined;
  const recorded = readDecisionRecord(bytes, key);
  requireSignature(recorded, await signer.trusted());
  const { modelPackageArn } = recorded.body;
  if (modelPackageArn !== id.arn || recorded.body.attempt !== attempt) {
    throw new Error(`${key}: is about attempt ${recorded.body.attempt} of ${modelPackageArn}`);
  }
  return recorded;
}

async function record(
  { verdict, object }: Judged,
  id: ModelPackageId,
  ports: DecidePorts,
  { retention }: DecideSettings,
  now: Date,
): Promise<Signed<DecisionRecord>> {
  const until = new Date(now.getTime() + retention.days * 86_400_000);
  await inParallel(distinctObjects([object, ...verdict.evidence]), LOCKED_AT_ONCE, async ({ uri, versionId }) => {
    const at = parseS3Uri(uri);
    if (at === undefined) throw new Error(`evidence ${uri}: expected an s3:// URI`);
    await ports.lock.keepUntil({ ...at, versionId }, until);
  });
  const text = await seal<DecisionRecord>(
    {
      schemaVersion: 1,
      kind: "decision",
      modelPackageArn: id.arn,
      attempt: verdict.attempt,
      fingerprint: verdict.registered.fingerprint,
      decision: verdict.decision,
      reason: describeVerdict(verdict, object.uri),
      decidedAt: now.toISOString(),
      decidedBy: { kind: "policy", executionId: verdict.executionId },
      verdict: object,
      policy: verdict.policy,
      checks: verdict.checks,
      evidence: verdict.evidence,
      findings: verdict.findings,
    },
    ports.signer,
  );
  const key = recordKey(id.group, id.version, verdict.attempt);
  await ports.records.write(key, text);
  // Another call, or another attempt, may have written one meanwhile.
  const winner = await firstRecord(id, ports);
  if (winner === undefined) throw new Error(`${key} was written and can't be read`);
  return winner;
}

/** A language model's evidence is a thousand objects; decide has less than a minute. */
const LOCKED_AT_ONCE = 16;
