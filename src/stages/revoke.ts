import { type ModelPackageId, parseModelPackageArn } from "../contract/arn";
import { notedKey } from "../contract/names";
import type { RevocationRequest } from "../contract/revocation-request";
import { canonical } from "../core/canonical";
import type { ModelPackage, Overview } from "../core/ports";
import { linkTo, type RecordChain } from "../ledger/chain";
import type { DecisionRecord, Person } from "../ledger/decision-record";
import { type Signed, type Signer, seal } from "../ledger/signed";
import { type ApplyPorts, type ApplySettings, applyRecord } from "./apply-record";
import { addRecord, chainOfVersion, type RecordPorts, recordedAttempts } from "./version-records";

export interface RevokePorts extends ApplyPorts, RecordPorts {
  /** Signs revocations, and nobody else does with its key. */
  signer: Signer;
  overview: Pick<Overview, "versions">;
}

export interface RevokeSettings extends ApplySettings {
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
 * would be served then is told, since a deployment follows the last that is still Approved.
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

/** A chain whose record in force is a revocation. */
type RevokedChain = RecordChain & { inForce: Signed<DecisionRecord> };

const isRevoked = (chain: RecordChain): chain is RevokedChain => chain.inForce?.body.kind === "revocation";

/** Whether a record answers this very request. */
const isAnswer = (
  { kind, decidedBy, previous }: DecisionRecord,
  { lastRecord }: RevocationRequest,
  by: Revoker,
): boolean =>
  kind === "revocation" &&
  (by.kind === "watcher"
    ? decidedBy.kind === "watcher" && (previous?.sha256 ?? null) === lastRecord
    : decidedBy.kind === "people" && decidedBy.people.some(({ messageId }) => messageId === by.person.messageId));

async function record(
  request: RevocationRequest,
  by: Revoker,
  { id, fingerprint }: ModelPackage,
  chain: RecordChain | undefined,
  ports: RevokePorts,
  now: Date,
): Promise<RevokedChain> {
  const { reason } = request;
  const attempt = Math.max(0, ...(await recordedAttempts(id, ports))) + 1;
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
  await tell(chain.inForce, version.id, ports);
  return { effect: "revoked", reason: `${chain.inForce.body.reason} (${Effect})` };
}

/** Once. */
async function tell(
  { body, name }: Signed<DecisionRecord>,
  id: ModelPackageId,
  { notices, verdicts, overview }: RevokePorts,
): Promise<void> {
  const note = notedKey(`revoked-${body.attempt}`, id.group, id.version);
  if ((await verdicts.read(note)) !== undefined) return;
  const served = whatIsServed(id, await overview.versions(id.group, "Approved"));
  await notices.tell(
    `Revoked: ${id.group} version ${id.version}`,
    `${id.arn}: ${body.reason}\nRecord ${name}. ${served}`,
  );
  await verdicts.write(note, canonical({ schemaVersion: 1, modelPackageArn: id.arn }));
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
