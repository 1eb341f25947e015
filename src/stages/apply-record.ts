import type { ModelPackageId } from "../contract/arn";
import { formatS3Uri } from "../contract/evidence-uri";
import { notedKey, recordKey } from "../contract/names";
import {
  CHANGED_SINCE,
  type DecideOutputs,
  LEFT_FOR_REVIEW,
  RECORDED_ONLY,
  SET_BACK,
} from "../contract/pipeline-parameters";
import { PENDING } from "../contract/registry-event";
import { canonical } from "../core/canonical";
import type { ModelCards, ModelPackage, ModelRegistry, Notices, WriteOnceStore } from "../core/ports";
import { type Decision, sha256 } from "../core/verdict";
import type { DecisionForCard } from "../ledger/card-section";
import type { RecordChain } from "../ledger/chain";
import { type DecisionRecord, isBaseline, isJudged } from "../ledger/decision-record";
import { cardWithDecision } from "../ledger/model-card";
import type { Signed } from "../ledger/signed";
import { tellOnce } from "./tell-once";
import { chainOfVersion, type RecordPorts, recordedAttempts } from "./version-records";

export interface ApplyPorts {
  registry: ModelRegistry;
  cards: ModelCards;
  notices: Notices;
  /** The verdict bucket, where it is noted too that a person was told. */
  verdicts: WriteOnceStore;
}

export interface ApplySettings {
  recordBucket: string;
}

/** Customer metadata that points from a decided version to its record and full result. */
export const METADATA = {
  record: "governance-record-uri",
  recordSha256: "governance-record-sha256",
  uri: "governance-verdict-uri",
  sha256: "governance-verdict-sha256",
  policy: "governance-policy-sha256",
  execution: "governance-execution",
} as const;

/**
 * Whether that record set a version's status: status and metadata are in one call. Where the team's own metadata leave no
 * room for the record's, a status that is the record's counts as set by it.
 */
export function isSetBy(
  { customerMetadata, approvalStatus }: Pick<ModelPackage, "customerMetadata" | "approvalStatus">,
  { body, sha256: recordSha256 }: Signed<DecisionRecord>,
): boolean {
  const says = customerMetadata.get(METADATA.recordSha256);
  if (says !== undefined || customerMetadata.size < MOST_METADATA) return says === recordSha256;
  return body.decision !== PENDING && approvalStatus === body.decision;
}

/** Most customer metadata that a version may have, its team's too (CustomerMetadataProperties, SageMaker API reference). */
const MOST_METADATA = 50;

/**
 * Makes a version what the record in force says: its card first, then status, reason and the way to the record in one
 * call. Where the record leaves it to a person, they are told, and find the findings on the card. What a repeat writes is
 * the same. A card that can't be written changes nothing else; the effect says why. A baseline writes nothing. A record
 * that comes into force meanwhile is applied in its place.
 */
export async function applyRecord(
  chain: RecordChain,
  version: ModelPackage,
  ports: ApplyPorts & RecordPorts,
  settings: ApplySettings,
): Promise<DecideOutputs> {
  const { records, inForce: recorded, last } = chain;
  if (recorded === undefined || last !== recorded) await tellOfAdvice(last, version, ports);
  if (recorded === undefined) return { ApprovalStatus: version.approvalStatus, Effect: RECORDED_ONLY };
  const { body, sha256: recordSha256 } = recorded;
  if (isBaseline(body)) return { ApprovalStatus: version.approvalStatus, Effect: RECORDED_ONLY };
  const before = settled(version, recorded);
  if (before !== undefined) return before;
  const { id } = version;
  const uri = formatS3Uri({ bucket: settings.recordBucket, key: recordKey(id.group, id.version, body.attempt) });
  const upTo = records.slice(0, records.indexOf(recorded) + 1);
  const judged = upTo.map((one) => one.body).findLast(isJudged);
  const decided: DecisionForCard = { recorded, recordUri: uri, ...(judged && { judged }) };
  // Who revokes may set a status, and nothing else.
  const problem = body.kind === "revocation" ? undefined : await writeCard(decided, ports.cards);
  const onCard = problem === undefined ? "" : `; its model card stays as it is: ${problem}`;
  if (body.decision === "PendingManualApproval") {
    await tellPerson(recorded, version, ports);
    return { ApprovalStatus: version.approvalStatus, Effect: `${LEFT_FOR_REVIEW}${onCard}` };
  }
  // Locks, signature and card took their time, in which a person may have decided.
  const now = await ports.registry.describe(id.arn);
  if (now === undefined) throw new Error(`${id.arn} isn't in the registry any more`);
  const newer = await chainSince(chain, id, ports);
  if (newer !== undefined) return applyRecord(newer, now, ports, settings);
  const meanwhile = settled(now, recorded);
  if (meanwhile !== undefined) return meanwhile;
  const metadata = fitting(now.customerMetadata, [
    // What matters most is first: by it is known which record set the status.
    [METADATA.recordSha256, recordSha256],
    [METADATA.record, uri],
    ...(isJudged(body)
      ? ([
          [METADATA.uri, body.verdict.uri],
          [METADATA.sha256, body.verdict.sha256],
          [METADATA.policy, body.policy.digest],
        ] as const)
      : []),
    ...(body.decidedBy.kind === "policy" ? [[METADATA.execution, body.decidedBy.executionId] as const] : []),
  ]);
  const from = [now.approvalStatus, now.customerMetadata.get(METADATA.recordSha256) ?? null];
  await ports.registry.setStatus(id.arn, {
    ...{ status: body.decision, description: body.reason, metadata },
    // Set a second time, after somebody changed the version, it is another request.
    token: tokenOf("status", canonical({ recordSha256, from, metadata })),
  });
  // The registry takes any status: one of a record that was written and applied between the two is overwritten by now.
  const since = await chainSince(chain, id, ports);
  if (since !== undefined) {
    const overwritten = await ports.registry.describe(id.arn);
    if (overwritten !== undefined) return applyRecord(since, overwritten, ports, settings);
  }
  return { ApprovalStatus: body.decision, Effect: `set${onCard}` };
}

/** A version's records as they are by now, where another one came into force. */
async function chainSince(
  { records, inForce }: RecordChain,
  id: ModelPackageId,
  ports: RecordPorts,
): Promise<RecordChain | undefined> {
  const known = new Set(records.map(({ body }) => body.attempt));
  if ((await recordedAttempts(id, ports)).every((attempt) => known.has(attempt))) return undefined;
  const chain = await chainOfVersion(id, ports);
  return chain?.inForce?.sha256 === inForce?.sha256 ? undefined : chain;
}

/**
 * The first of them for which there is room beside what the version has: the registry would refuse the status together
 * with the others.
 */
function fitting(
  before: ReadonlyMap<string, string>,
  pairs: readonly (readonly [name: string, value: string])[],
): Record<string, string> {
  const added = pairs.filter(([name]) => !before.has(name));
  const refused = new Set(added.slice(Math.max(0, MOST_METADATA - before.size)).map(([name]) => name));
  return Object.fromEntries(pairs.filter(([name]) => !refused.has(name)));
}

/** What there is to say of a version whose status nothing may set any more by this record; undefined where it may be set. */
function settled(version: ModelPackage, recorded: Signed<DecisionRecord>): DecideOutputs | undefined {
  const { approvalStatus, fingerprint } = version;
  const { body } = recorded;
  // Whoever took the status back meant it.
  if (isSetBy(version, recorded))
    return { ApprovalStatus: approvalStatus, Effect: approvalStatus === PENDING ? SET_BACK : "set before" };
  // A person or the watcher saw the status that they decide against, whoever set it; a judgement didn't.
  const sawStatus = body.decidedBy.kind === "people" || body.decidedBy.kind === "watcher";
  if (approvalStatus !== PENDING && body.previous === null && !sawStatus)
    return { ApprovalStatus: approvalStatus, Effect: "left alone, decided meanwhile" };
  // A rejection by people or by the watcher is of the version whatever it has become.
  if (fingerprint === body.fingerprint || (body.decision === "Rejected" && !isJudged(body))) return undefined;
  return { ApprovalStatus: approvalStatus, Effect: CHANGED_SINCE };
}

/** Of a judgement that changes no status, and finds otherwise than what stands: once. */
async function tellOfAdvice(
  { body }: Signed<DecisionRecord>,
  { approvalStatus, id: { arn, group, version } }: ModelPackage,
  { notices, verdicts }: ApplyPorts,
): Promise<void> {
  const isReevaluation = body.previous !== null;
  const advice = ADVICE.find(({ on, found }) => on === approvalStatus && found(body.decision));
  if (!isReevaluation || body.binding || advice === undefined) return;
  const subject = `${advice.subject}: ${group} version ${version}`;
  await tellOnce(
    notedKey(`advised-${body.attempt}`, group, version),
    { arn, subject, text: `${arn} ${advice.stays}. ${body.reason}` },
    { notices, notes: verdicts },
  );
}

const ADVICE: readonly { on: Decision; found(decision: Decision): boolean; subject: string; stays: string }[] = [
  {
    on: "Approved",
    found: (decision) => decision !== "Approved",
    subject: "Judged again, and not approved",
    stays: "stays approved until a person revokes it (governance revoke)",
  },
  {
    on: "Rejected",
    found: (decision) => decision !== "Rejected",
    subject: "Judged again, and not rejected",
    stays: "stays rejected, as people or the watcher decided, until people approve it",
  },
];

/** Once: a note says so, and the reconciler has decide do it where the note is missing. */
async function tellPerson(
  { body, sha256: recordSha256 }: Signed<DecisionRecord>,
  { id: { arn, group, version } }: ModelPackage,
  { notices, verdicts }: ApplyPorts,
): Promise<void> {
  const subject = `A person must decide on ${group} version ${version}`;
  const notice = { arn, subject, text: `${arn}\n${body.reason}`, more: { recordSha256 } };
  const noted = body.previous === null ? "left-for-review" : (`advised-${body.attempt}` as const);
  await tellOnce(notedKey(noted, group, version), notice, { notices, notes: verdicts });
}

/** @returns why the card stays as it is; undefined when it has the decision */
async function writeCard(decided: DecisionForCard, cards: ModelCards): Promise<string | undefined> {
  const { modelPackageArn } = decided.recorded.body;
  const before = await cards.read(modelPackageArn);
  if (before.closed !== undefined) return before.closed;
  const card = cardWithDecision(before.content, decided);
  if ("problem" in card) return card.problem;
  if (card.content === before.content) return undefined;
  // Of the content too: its team may have edited the card between two repeats, and a token stands for one request.
  return cards.write(modelPackageArn, card.content, before, tokenOf("card", card.content));
}

/** The same for a repeat: a UUID's shape, as the registry's tokens have at most 36 characters. */
function tokenOf(of: "card" | "status", what: string): string {
  const hex = sha256(`${of} ${what}`);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
