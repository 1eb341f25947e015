import { type ModelPackageId, parseModelPackageArn } from "../contract/arn";
import { isBeforeCutOver, leftAsItIs, ONLY_OBSERVED, type TakeOver } from "../contract/cut-over";
import { notedKey } from "../contract/names";
import type { RevocationRequest } from "../contract/revocation-request";
import type { ModelPackage, Overview } from "../core/ports";
import { linkTo, type RecordChain } from "../ledger/chain";
import { type DecisionRecord, isAskedBy, type Person } from "../ledger/decision-record";
import { type Signed, type Signer, seal } from "../ledger/signed";
import { type ApplyPorts, type ApplySettings, applyRecord } from "./apply-record";
import { tellOnce } from "./tell-once";
import { addRecord, chainOfVersion, nextAttempt, type RecordPorts } from "./version-records";

export interface RevokePorts extends ApplyPorts, RecordPorts {
  /** Signs revocations, and nobody else does with its key. */
  signer: Signer;
  overview: Pick<Overview, "versions">;
}

export interface RevokeSettings extends ApplySettings, TakeOver {
  groups: Readonly<Record<string, readonly string[]>>;
}

/** Who asks, as AWS says. */
export type Revoker = { kind: "watcher" } | { kind: "person"; person: Omit<Person, "reason"> };

export interface Revoked {
  effect: "revoked" | "refused" | "ignored" | "gone";
  reason: string;
}

/**
 * Takes an approval back: a record first, then the status. A repeat does what is left to do of it. Which older version
 * would be served then is told, since a deployment follows the last that is still Approved. What was registered before
 * the cut-over of its group, or is in an observed group, stays as it is, and people are told so.
 * @throws what is a fault of ours
 */
export async function revoke(
  request: RevocationRequest,
  by: Revoker,
  ports: RevokePorts,
  settings: RevokeSettings,
  now: Date,
): Promise<Revoked> {
  const id = parseModelPackageArn(request.modelPackageArn);
  if (id === undefined || !Object.hasOwn(settings.groups, id.group))
    return { effect: "refused", reason: `${request.modelPackageArn} is no version of a configured group` };
  if (by.kind === "watcher" && request.lastRecord === undefined)
    return { effect: "refused", reason: "the watcher's request doesn't say which record it saw" };
  const version = await ports.registry.describe(id.arn);
  if (version === undefined) return { effect: "gone", reason: "the version no longer exists" };
  if (isBeforeCutOver(settings.cutOvers, id.group, version.createdAt))
    return leave(leftAsItIs(settings.cutOvers, id.group), id, ports);
  if (settings.observedGroups.includes(id.group)) return leave(ONLY_OBSERVED, id, ports);
  const chain = await chainOfVersion(id, ports);
  const answer = chain?.records.find(({ body }) => isAnswer(body, request, by));
  if (chain !== undefined && answer !== undefined) {
    if (isRevoked(chain) && chain.inForce === answer) return finish(chain, version, ports, settings);
    return { effect: "ignored", reason: "it was revoked by this request, and decided anew since" };
  }
  if (by.kind === "watcher" && (chain?.last.sha256 ?? null) !== request.lastRecord)
    return { effect: "ignored", reason: "it has another record since the watcher looked" };
  if (version.approvalStatus !== "Approved")
    return { effect: "ignored", reason: `it is ${version.approvalStatus}, not Approved` };
  const recorded = await record(request, by, version, chain, ports, now);
  return finish(recorded, version, ports, settings);
}

async function leave(reason: string, { arn, group, version }: ModelPackageId, ports: RevokePorts): Promise<Revoked> {
  await ports.notices.tell(`Not revoked: ${group} version ${version}`, `${arn}: ${reason}`);
  return { effect: "refused", reason };
}

/** A chain whose record in force is a revocation. */
type RevokedChain = RecordChain & { inForce: Signed<DecisionRecord> };

const isRevoked = (chain: RecordChain): chain is RevokedChain => chain.inForce?.body.kind === "revocation";

/** Whether a record answers this very request. */
const isAnswer = (body: DecisionRecord, { lastRecord }: RevocationRequest, by: Revoker): boolean =>
  body.kind === "revocation" &&
  (by.kind === "watcher"
    ? body.decidedBy.kind === "watcher" && (body.previous?.sha256 ?? null) === lastRecord
    : isAskedBy(body, by.person.messageId));

async function record(
  request: RevocationRequest,
  by: Revoker,
  { id, fingerprint }: ModelPackage,
  chain: RecordChain | undefined,
  ports: RevokePorts,
  now: Date,
): Promise<RevokedChain> {
  const { reason } = request;
  const attempt = await nextAttempt(id, ports);
  const text = await seal<DecisionRecord>(
    {
      ...{ schemaVersion: 2, kind: "revocation", modelPackageArn: id.arn, attempt, fingerprint },
      decision: "Rejected",
      reason: `Revoked: ${reason}`,
      decidedAt: now.toISOString(),
      decidedBy: by.kind === "watcher" ? { kind: "watcher" } : { kind: "people", people: [{ ...by.person, reason }] },
      binding: true,
      previous: chain === undefined ? null : linkTo(chain.last),
    },
    ports.signer,
  );
  const added = await addRecord(id, attempt, text, ports);
  if (isRevoked(added) && added.last === added.inForce && isAnswer(added.last.body, request, by)) return added;
  throw new Error(`${id.arn}: another record of attempt ${attempt} was faster; asked again, it is looked at anew`);
}

async function finish(
  chain: RevokedChain,
  version: ModelPackage,
  ports: RevokePorts,
  settings: RevokeSettings,
): Promise<Revoked> {
  const { Effect } = await applyRecord(chain, version, ports, settings);
  const { id } = version;
  await tell(chain.inForce, id, ports, whatIsServed(id, await ports.overview.versions(id.group, "Approved")));
  return { effect: "revoked", reason: `${chain.inForce.body.reason} (${Effect})` };
}

async function tell(
  { body, name }: Signed<DecisionRecord>,
  { arn, group, version }: ModelPackageId,
  { notices, verdicts }: RevokePorts,
  served: string,
): Promise<void> {
  const subject = `Revoked: ${group} version ${version}`;
  const notice = { arn, subject, text: `${arn}: ${body.reason}\nRecord ${name}. ${served}` };
  await tellOnce(notedKey(`revoked-${body.attempt}`, group, version), notice, { notices, notes: verdicts });
}

/** What a deployment serves that follows the group's latest Approved version, once this one isn't it. */
export function whatIsServed({ group, version }: ModelPackageId, approved: readonly { id: ModelPackageId }[]): string {
  const others = approved.map(({ id }) => id.version).filter((one) => one !== version);
  if (others.length === 0) return `No other version of ${group} is Approved: nothing is there to be served instead.`;
  const latest = Math.max(...others);
  return latest > version
    ? `Version ${latest} of ${group} is Approved and newer: what is served by it stays.`
    : `A deployment that follows the latest Approved version of ${group} serves version ${latest} then.`;
}
