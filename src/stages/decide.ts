import { type ModelPackageId, parseModelPackageArn } from "../contract/arn";
import { type CutOvers, isBeforeCutOver } from "../contract/cut-over";
import { recordKey } from "../contract/names";
import {
  BEFORE_CUT_OVER,
  type DecideArguments,
  type DecideOutputs,
  RECORDED_ONLY,
} from "../contract/pipeline-parameters";
import { PENDING } from "../contract/registry-event";
import type { ModelPackage, WriteOnceStore } from "../core/ports";
import { describeVerdict, type VerdictRecord } from "../core/verdict";
import { linkTo, type RecordChain } from "../ledger/chain";
import { type DecisionRecord, isJudged } from "../ledger/decision-record";
import { type Signer, seal } from "../ledger/signed";
import { type ApplyPorts, type ApplySettings, applyRecord } from "./apply-record";
import { cite } from "./cited-evidence";
import { type KeepPorts, type KeepSettings, keepWhatJudged } from "./keep-what-judged";
import { type Judged, type TrustPorts, type TrustSettings, trustedVerdict } from "./trusted-verdict";
import { addRecord, chainOfVersion, type RecordPorts } from "./version-records";

export interface DecidePorts extends ApplyPorts, TrustPorts, RecordPorts, KeepPorts {
  records: WriteOnceStore;
  /** Signs records, and nobody else does with its key. */
  signer: Signer;
}

export interface DecideSettings extends ApplySettings, TrustSettings, KeepSettings {
  groups: Readonly<Record<string, readonly string[]>>;
  /** Groups whose versions are judged and recorded, and set by others. */
  observedGroups: readonly string[];
  cutOvers: CutOvers;
}

/**
 * Records what a verdict decides, then writes it to the registry. It never judges. An attempt is decided once: what is
 * recorded already is what counts, also of another attempt, which ended before; but for a version that is judged again,
 * after the record that the execution names. A version that is no longer pending, and has no record, is left alone, but
 * where its group is observed: there others set the status, and the record is to compare with. One that was registered
 * before the cut-over of its group is left alone whatever an earlier execution found.
 * @throws what is a fault of ours: an execution or a verdict that isn't to be trusted, an AWS error
 */
export async function decide(
  args: DecideArguments,
  ports: DecidePorts,
  settings: DecideSettings,
  now: Date,
): Promise<DecideOutputs> {
  const version = await describe(args.ModelPackageArn, ports, settings);
  if (isBeforeCutOver(settings.cutOvers, version.id.group, version.createdAt))
    return { ApprovalStatus: version.approvalStatus, Effect: BEFORE_CUT_OVER };
  const judged = await trustedVerdict(args, version.id.group, ports, settings);
  const chain = await chainOfVersion(version.id, ports);
  if (chain !== undefined && chain.last.sha256 !== args.JudgesAgain)
    return applyRecord(chain, version, ports, settings);
  const isObserved = settings.observedGroups.includes(version.id.group);
  if (chain === undefined && version.approvalStatus !== PENDING && !isObserved)
    return { ApprovalStatus: version.approvalStatus, Effect: "left alone, decided meanwhile" };
  if (version.fingerprint !== judged.verdict.registered.fingerprint) {
    throw new Error(
      `${version.id.arn} isn't what was judged: it was changed since; the next attempt judges it as it is`,
    );
  }
  return applyRecord(await record(judged, version.id, chain, ports, settings, now), version, ports, settings);
}

/**
 * Sets the status that records of decide's own say, whatever became of the execution between the two. This is no
 * decision, so nothing but the records is looked at.
 * @throws what is a fault of ours: no such record, one that no key of ours signed, an AWS error
 */
export async function repair(
  { modelPackageArn, attempt }: { modelPackageArn: string; attempt: number },
  ports: DecidePorts,
  settings: DecideSettings,
): Promise<DecideOutputs> {
  const version = await describe(modelPackageArn, ports, settings);
  const { group } = version.id;
  if (isBeforeCutOver(settings.cutOvers, group, version.createdAt))
    return { ApprovalStatus: version.approvalStatus, Effect: BEFORE_CUT_OVER };
  if (settings.observedGroups.includes(group)) return { ApprovalStatus: version.approvalStatus, Effect: RECORDED_ONLY };
  const chain = await chainOfVersion(version.id, ports);
  const key = recordKey(version.id.group, version.id.version, attempt);
  if (chain === undefined || !(await ports.records.has(key))) throw new Error(`${key}: there is no such record`);
  return applyRecord(chain, version, ports, settings);
}

async function describe(arn: string, { registry }: DecidePorts, { groups }: DecideSettings): Promise<ModelPackage> {
  const id = parseModelPackageArn(arn);
  if (id === undefined) throw new Error(`ModelPackageArn: found ${arn}, expected the ARN of a versioned model package`);
  if (!Object.hasOwn(groups, id.group)) throw new Error(`group ${id.group} isn't configured in the governance stack`);
  const version = await registry.describe(arn);
  if (version === undefined) throw new Error(`${arn} isn't in the registry`);
  return version;
}

async function record(
  { verdict, object }: Judged,
  id: ModelPackageId,
  chain: RecordChain | undefined,
  ports: DecidePorts,
  settings: DecideSettings,
  now: Date,
): Promise<RecordChain> {
  const { observedGroups, verdictBucket } = settings;
  await keepWhatJudged({ ...verdict, verdict: object }, ports, settings, now);
  const text = await seal<DecisionRecord>(
    {
      schemaVersion: 2,
      kind: "decision",
      modelPackageArn: id.arn,
      attempt: verdict.attempt,
      fingerprint: verdict.registered.fingerprint,
      decision: verdict.decision,
      reason: describeVerdict(verdict, object.uri),
      decidedAt: now.toISOString(),
      decidedBy: { kind: "policy", executionId: verdict.executionId },
      binding: !observedGroups.includes(id.group) && !takesApprovalBack(verdict, chain) && !isRejectedByPeople(chain),
      previous: chain === undefined ? null : linkTo(chain.last),
      verdict: object,
      policy: verdict.policy,
      checks: verdict.checks,
      evidence: verdict.evidence,
      findings: verdict.findings,
    },
    ports.signer,
  );
  await cite(verdict, id, ports.verdicts, verdictBucket);
  return addRecord(id, verdict.attempt, text, ports);
}

/** What is approved may be served: only a person takes it back. */
const takesApprovalBack = ({ decision }: VerdictRecord, chain: RecordChain | undefined): boolean =>
  chain?.inForce?.body.decision === "Approved" && decision !== "Approved";

/** What a person or the watcher took back, people give back: a judgement only says how it would be judged. */
const isRejectedByPeople = (chain: RecordChain | undefined): boolean =>
  chain?.inForce?.body.decision === "Rejected" && !isJudged(chain.inForce.body);
