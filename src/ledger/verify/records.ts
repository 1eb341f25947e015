import { parseModelPackageArn } from "../../contract/arn";
import { checkpointKey, RECORDS_PREFIX, recordKey } from "../../contract/names";
import { inBatches } from "../../core/in-batches";
import type { Checkpoint, CheckpointedRecord } from "../checkpoint";
import { BrokenLink, type CopiedKey, keysOf, type LedgerCopy, onlyVersion } from "../copy";
import { type DecisionRecord, keysFor, type RecordLink, readDecisionRecord } from "../decision-record";
import { type Signed, signatureHolds } from "../signed";
import { asBrokenLink, brokenBy, readCheckpoints } from "./checkpoints";
import { RecordLinks } from "./links";
import { lateRecord, overdueRecord, type VerifyTerms } from "./terms";

/** Records that are held against all checkpoints in one pass; it bounds the memory. */
export const WINDOW = 25_000;
/** Records whose signatures are verified beside each other. */
const AT_ONCE = 32;

/** What the records came to. */
export interface RecordCounts {
  records: number;
  /** Of them, decided so lately that no checkpoint has them yet. */
  withoutCheckpoint: number;
  /** Keys that records name without the prefix: digests of policies, and of bundles. */
  policies: ReadonlySet<string>;
  bundles: ReadonlySet<string>;
}

/** What is kept of a record until the checkpoints were looked through. */
interface Seen extends CheckpointedRecord {
  decidedAt: string;
  /** Where the policy decided. */
  policy?: string;
  bundle?: string;
  /** Number of the checkpoint that has it; 0 before one is found. */
  checkpoint: number;
}

/** Consecutive records of the list. */
interface Window {
  seen: Map<string, Seen>;
  /** Whether a key belongs to this window, were it there. */
  has(key: string): boolean;
}

/**
 * Verifies every record: one version, shape, signature, key, and that it is in exactly one checkpoint, with its version
 * and SHA-256, soon enough; and that none is missing which a checkpoint has, or which another record of the version goes
 * on from. The checkpoints hold already.
 * @param size records in one window
 * @throws BrokenLink the first in the order of keys that isn't so
 */
export async function verifyRecords(copy: LedgerCopy, terms: VerifyTerms, size = WINDOW): Promise<RecordCounts> {
  const counts = { records: 0, withoutCheckpoint: 0, policies: new Set<string>(), bundles: new Set<string>() };
  for await (const { window, broken } of windows(copy, terms, size)) {
    const first = firstOf(await compare(copy, window, terms), broken);
    if (first !== undefined) throw first;
    counts.records += window.seen.size;
    for (const { checkpoint, policy, bundle } of window.seen.values()) {
      if (checkpoint === 0) counts.withoutCheckpoint += 1;
      if (policy !== undefined) counts.policies.add(policy);
      if (bundle !== undefined) counts.bundles.add(bundle);
    }
  }
  return counts;
}

const firstOf = (one: BrokenLink | undefined, other: BrokenLink | undefined): BrokenLink | undefined =>
  one !== undefined && other !== undefined && other.at < one.at ? other : (one ?? other);

/** The list's records, so many at a time; a broken one ends them. The last window reaches to the end of all keys. */
async function* windows(
  copy: LedgerCopy,
  terms: VerifyTerms,
  size: number,
): AsyncGenerator<{ window: Window; broken?: BrokenLink }> {
  let seen = new Map<string, Seen>();
  let after = "";
  const links = new RecordLinks();
  for await (const batch of inBatches(keysOf(copy, RECORDS_PREFIX), AT_ONCE)) {
    for (const one of await Promise.all(batch.map((key) => read(copy, key, terms)))) {
      const broken =
        one instanceof BrokenLink ? firstOf(one, links.before(one.at)) : links.next(one.seen, one.previous);
      if (broken !== undefined) {
        const begin = after;
        // What a record before it names may be missing here.
        const until = one instanceof BrokenLink ? one.at : one.seen.key;
        yield { window: { seen, has: (key) => key > begin && key < until }, broken };
        return;
      }
      if (!(one instanceof BrokenLink)) seen.set(one.seen.key, one.seen);
    }
    const last = batch.at(-1)?.key ?? after;
    if (seen.size < size) continue;
    const begin = after;
    yield { window: { seen, has: (key) => key > begin && key <= last } };
    [seen, after] = [new Map(), last];
  }
  const begin = after;
  const broken = links.before();
  yield { window: { seen, has: (key) => key > begin }, ...(broken && { broken }) };
}

/** A record that holds, and what it says of the one before it. */
interface Read {
  seen: Seen;
  previous: RecordLink | null;
}

async function read(copy: LedgerCopy, one: CopiedKey, { records }: VerifyTerms): Promise<Read | BrokenLink> {
  try {
    const { version, bytes } = await onlyVersion(copy, one);
    const signed = asBrokenLink(one.key, () => readDecisionRecord(bytes, one.key));
    await signatureHolds(signed, keysFor(signed.body, records));
    requireKey(signed);
    const { decidedAt, policy, checks, previous } = signed.body;
    const { versionId } = version;
    const seen = {
      ...{ key: one.key, versionId, sha256: signed.sha256, decidedAt, checkpoint: 0 },
      ...(policy && { policy: policy.digest, bundle: checks.bundleSha256 }),
    };
    return { seen, previous };
  } catch (error) {
    const broken = brokenBy(one.key, error);
    if (broken instanceof BrokenLink) return broken;
    throw broken;
  }
}

/** A record that was signed lies where it belongs, and nowhere else. @throws BrokenLink otherwise */
export function requireKey({ name, body: { modelPackageArn, attempt } }: Signed<DecisionRecord>): void {
  const id = parseModelPackageArn(modelPackageArn);
  if (id !== undefined && recordKey(id.group, id.version, attempt) === name) return;
  throw new BrokenLink(name, `is the record of attempt ${attempt} of ${modelPackageArn}, and lies at another's key`);
}

/** The first broken link between a window's records and all checkpoints. */
async function compare(copy: LedgerCopy, window: Window, terms: VerifyTerms): Promise<BrokenLink | undefined> {
  let first: BrokenLink | undefined;
  const note = (key: string, what: string | undefined): void => {
    if (what !== undefined && (first === undefined || key < first.at)) first = new BrokenLink(key, what);
  };
  for await (const { body } of readCheckpoints(copy)) {
    for (const entry of body.records) {
      if (window.has(entry.key)) note(entry.key, wrongEntry(entry, window.seen.get(entry.key), body, terms));
    }
  }
  for (const { key, decidedAt, checkpoint } of window.seen.values()) {
    if (checkpoint === 0) note(key, overdueRecord(decidedAt, terms));
  }
  return first;
}

function wrongEntry(
  { versionId, sha256 }: CheckpointedRecord,
  seen: Seen | undefined,
  { number, takenAt }: Checkpoint,
  terms: VerifyTerms,
): string | undefined {
  const name = checkpointKey(number);
  if (seen === undefined) return `is missing: ${name} has it, as version ${versionId} with the SHA-256 ${sha256}`;
  if (seen.checkpoint !== 0) return `is in two checkpoints, ${checkpointKey(seen.checkpoint)} and ${name}`;
  seen.checkpoint = number;
  if (seen.versionId !== versionId) {
    return `was replaced: ${name} has version ${versionId}, here is version ${seen.versionId}`;
  }
  if (seen.sha256 !== sha256) return `was changed: ${name} has the SHA-256 ${sha256}, here it is ${seen.sha256}`;
  return lateRecord(seen.decidedAt, new Date(takenAt), terms);
}
