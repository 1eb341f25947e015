import type { ModelPackageId } from "../contract/arn";
import { parseModelPackageArn } from "../contract/arn";
import { formatS3Uri } from "../contract/evidence-uri";
import { bundleKey, functionArn, keptPromptSetKey, policyKey, recordsOfGroup } from "../contract/names";
import { PENDING } from "../contract/registry-event";
import type { Retention } from "../contract/retention";
import { BrokenLink } from "../ledger/copy";
import { type DecisionRecord, isJudged } from "../ledger/decision-record";
import { parseVerdictRecord } from "../ledger/verdict-record";
import { verifyLedger } from "../ledger/verify/ledger";
import { METADATA } from "../stages/apply-record";
import type { EvaluatedProgram } from "./evaluate-program";
import { bytesOf, isCovered, type Kept, type Ledger, ledgerKeys, recordBucketCopy, storedAt } from "./ledger";
import type { LocalWorld } from "./stand-in/create-world";
import { isRecord } from "./stand-in/inputs";
import type { Stored } from "./stand-in/s3/stored";
import type { Version } from "./stand-in/sagemaker/version";
import type { Registered } from "./story";

/**
 * Looks for what isn't recorded as it should be: of each version one signed record, the way to it on the version, its
 * card, everything it cites kept, a ledger that verifies with all records in checkpoints, and what schedules begin.
 * @param lateUntil until when a record may have come late into a checkpoint; never where nothing is said
 */
export async function brokenLedgerLinks(
  ledger: Ledger,
  world: LocalWorld,
  told: readonly Registered[],
  program: EvaluatedProgram,
  lateUntil?: Date,
): Promise<string[]> {
  const { governance } = program;
  const { retention } = governance;
  return [
    ...ledger.faults,
    ...told.flatMap((registered) => unrecorded(registered, ledger, world)),
    ...ledger.records.flatMap((record) => notKept(record, retention, ledger, world)),
    ...ledger.records
      .filter((record) => !isCovered(ledger, record))
      .map(({ key }) => `record ${key} is in none of ${ledger.checkpoints.length} checkpoints`),
    ...(await unverified(ledger, world, program, lateUntil)),
    ...asleep(ledger, world, (of) => functionArn(governance.prefix, of, governance)),
  ];
}

function unrecorded({ sample, arn }: Registered, { bucket, records }: Ledger, world: LocalWorld): string[] {
  const version = world.sageMaker.versions().find((one) => one.arn === arn);
  const id = parseModelPackageArn(arn);
  if (version === undefined || id === undefined) return [];
  const own = records.filter(({ key }) => key.startsWith(keysOf(id)));
  const [record] = own;
  if (record === undefined || own.length > 1)
    return [`version ${sample.name}: ${own.length} decision records whose signatures hold, expected one`];
  return unlike(version, record, bucket).map((what) => `version ${sample.name}: ${what}`);
}

const keysOf = ({ group, version }: ModelPackageId): string => `${recordsOfGroup(group)}${version}/`;

/** Metadata that point to the record. */
const POINTERS = [METADATA.record, METADATA.recordSha256];

/** Where a version isn't what its record says. */
function unlike({ fields, arn }: Version, { key, document }: Kept<DecisionRecord>, bucket: string): string[] {
  const { decision, modelPackageArn } = document.body;
  const pointers = { [METADATA.record]: formatS3Uri({ bucket, key }), [METADATA.recordSha256]: document.sha256 };
  const metadata = isRecord(fields.CustomerMetadataProperties) ? fields.CustomerMetadataProperties : {};
  const expected: readonly (readonly [what: string, found: unknown, wanted: unknown])[] = [
    ["the record's version", modelPackageArn, arn],
    ["ModelApprovalStatus", fields.ModelApprovalStatus, decision],
    ...(decision === PENDING ? [] : POINTERS.map((name) => [name, metadata[name], pointers[name]] as const)),
  ];
  const card = isRecord(fields.ModelCard) ? fields.ModelCard.ModelCardContent : undefined;
  return [
    ...expected
      .filter(([, found, wanted]) => found !== wanted)
      .map(([what, found, wanted]) => `${what} is ${String(found)}, its record ${key} says ${String(wanted)}`),
    ...(decision !== PENDING && card === undefined ? ["has no model card"] : []),
  ];
}

/** What could be deleted: a record, an object version that it cites, or what else judging again takes. */
function notKept(
  { key, stored, document: { body } }: Kept<DecisionRecord>,
  retention: Retention,
  { bucket }: Ledger,
  world: LocalWorld,
): string[] {
  const until = Date.parse(body.decidedAt) + retention.days * 86_400_000;
  const isKept = (one: Stored | undefined) =>
    one?.retention?.mode === retention.mode && one.retention.until.getTime() >= until;
  const own = isKept(stored) ? [] : [`record s3://${bucket}/${key} isn't kept for ${retention.days} days`];
  if (!isJudged(body)) return own;
  const verdict = storedAt(body.verdict, world);
  const { promptSets } = verdict === undefined ? { promptSets: [] } : parseVerdictRecord(bytesOf(verdict));
  const judgedWith = [
    ...[policyKey(body.policy.digest), bundleKey(body.checks.bundleSha256)],
    ...promptSets.map(({ sha256 }) => keptPromptSetKey(sha256)),
  ];
  const restsOn = [
    ...[body.verdict, ...body.evidence].map((one) => ({
      what: `${one.uri} ${one.versionId}`,
      found: storedAt(one, world),
    })),
    ...judgedWith.map((at) => ({ what: `s3://${bucket}/${at}`, found: world.s3.stored(bucket, at)[0] })),
  ];
  const shorter = restsOn.filter(({ found }) => !isKept(found));
  return [...own, ...shorter.map(({ what }) => `${what}, which ${key} rests on, isn't kept as long`)];
}

/** What `governance ledger verify` finds on a copy that is made now: the first broken link. */
async function unverified({ bucket }: Ledger, world: LocalWorld, program: EvaluatedProgram, lateUntil?: Date) {
  const terms = {
    ...ledgerKeys(world, program),
    now: world.clock.now(),
    ...(lateUntil === undefined ? {} : { lateUntil }),
  };
  try {
    await verifyLedger(recordBucketCopy(world, bucket), terms);
    return [];
  } catch (error) {
    if (error instanceof BrokenLink) return [`the ledger doesn't verify: ${error.message}`];
    throw error;
  }
}

/** What the reconciler had to bring back: nothing got lost here but by a broken link. */
export function leftBehind({ logs }: LocalWorld, { governance }: EvaluatedProgram): string[] {
  const reconciler = functionArn(governance.prefix, "reconcile", governance);
  const done = logs.filter(({ function: of }) => of === reconciler).flatMap(({ text }) => doneIn(text));
  return [...new Set(done)].map((what) => `left behind until the reconciler came: ${what}`);
}

/** Like `credit-risk/3 start 1`, of a line of its log. */
function doneIn(line: string): string[] {
  try {
    const { done }: { done?: unknown } = JSON.parse(line);
    return isRecord(done) ? Object.entries(done).map(([version, what]) => `${version} ${what}`) : [];
  } catch {
    return [];
  }
}

/** Scheduled functions that haven't run since the last decision. */
function asleep({ records }: Ledger, world: LocalWorld, arnOf: (of: "reconcile" | "checkpoint") => string): string[] {
  const last = Math.max(...records.map(({ document }) => Date.parse(document.body.decidedAt)));
  return (["reconcile", "checkpoint"] as const)
    .map(arnOf)
    .filter((arn) => (world.begun().get(arn)?.getTime() ?? Number.NEGATIVE_INFINITY) < last)
    .map((arn) => `function ${arn} hasn't run since the last decision`);
}
