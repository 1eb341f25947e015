import { CHECKPOINTS_PREFIX, checkpointKey, RECORDS_PREFIX } from "../contract/names";
import type { WriteOnceStore } from "../core/ports";
import { sha256 } from "../core/verdict";
import { type Checkpoint, type CheckpointedRecord, readCheckpoint } from "../ledger/checkpoint";
import { type RecordKeys, readDecisionRecord, requireRecordSignature } from "../ledger/decision-record";
import { LedgerError, requireSignature, type Signed, type Signer, seal } from "../ledger/signed";
import { inParallel } from "./in-parallel";

/** A version of an object, or the marker of its deletion, as a list of the record bucket says. */
export interface ListedObject {
  key: string;
  versionId: string;
  writtenAt: Date;
  isDeleteMarker: boolean;
}

/** The record bucket. */
export interface RecordBucket extends WriteOnceStore {
  /** All whose keys begin so, in the order of keys, of each key the newest first. */
  versions(beginning: string): AsyncIterable<ListedObject>;
  readAt(key: string, versionId: string): Promise<Uint8Array>;
}

export interface CheckpointPorts {
  records: RecordBucket;
  signer: Signer;
  /** Keys that decision records may be signed with. */
  recordKeys(): Promise<RecordKeys>;
}

/** What came of it. */
export interface CheckpointResult {
  effect: "written" | "nothing new" | "another was faster";
  number: number;
  /** Records that are new in it. */
  records: number;
}

/** A checkpoint comes at least so often, so that an end which was cut off shows by its age. */
export const HEARTBEAT_HOURS = 24;
/** How long before a list a record may have been written that the list didn't show: the upload takes a moment. */
const OVERLAP_HOURS = 1;

/**
 * Appends a signed checkpoint over the records that none has yet. Several at once do no harm: a number is written once.
 * @throws LedgerError, once that is done, where records are missing, records or checkpoints have more than their one version,
 * or records aren't signed by decide; and what is a fault of ours
 */
export async function checkpoint(ports: CheckpointPorts, now: Date): Promise<CheckpointResult> {
  const { recent, over } = await recentCheckpoints(ports);
  const [last] = recent;
  const listed = await listRecords(recent, ports.records);
  const before = last?.body ?? { number: 0, total: 0 };
  const fresh = await readAll(listed.fresh, ports);
  const result = await append(last, fresh.records, ports, now);
  const missing = before.total + listed.fresh.length - listed.count;
  if (missing !== 0) {
    throw new LedgerError(
      `${RECORDS_PREFIX}: ${listed.count} records are there, the checkpoints have ${before.total + listed.fresh.length}; \`governance ledger verify\` on a copy of the bucket names those that are missing or too many`,
    );
  }
  const extras = [...listed.extra, ...over];
  const [extra] = extras;
  if (extra !== undefined) {
    throw new LedgerError(
      `${extra.key}: has ${extra.isDeleteMarker ? "a delete marker" : "another version"}, ${extra.versionId}, and ${extras.length - 1} more such; each key here is written once`,
    );
  }
  const [unsigned] = fresh.problems;
  if (unsigned !== undefined) throw unsigned;
  return result;
}

/** Records read at once: a day's are read within seconds. */
const READ_AT_ONCE = 32;

/** Every object at a record's key is in the checkpoint, so that it can't be taken out again; what is wrong with one is said. */
async function readAll(
  objects: readonly ListedObject[],
  { records: bucket, recordKeys }: CheckpointPorts,
): Promise<{ records: CheckpointedRecord[]; problems: LedgerError[] }> {
  const problems: LedgerError[] = [];
  if (objects.length === 0) return { records: [], problems };
  const keys = await recordKeys();
  const records = await inParallel(objects, READ_AT_ONCE, async ({ key, versionId }) => {
    const bytes = await bucket.readAt(key, versionId);
    try {
      requireRecordSignature(readDecisionRecord(bytes, key), keys);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      problems.push(error);
    }
    return { key, versionId, sha256: sha256(bytes) };
  });
  return { records, problems };
}

async function append(
  last: Signed<Checkpoint> | undefined,
  records: readonly CheckpointedRecord[],
  { records: bucket, signer }: CheckpointPorts,
  now: Date,
): Promise<CheckpointResult> {
  const { number, total } = last?.body ?? { number: 0, total: 0 };
  // It began before the last one was written, by another: times in the chain only go on.
  if (last !== undefined && now.getTime() < Date.parse(last.body.takenAt))
    return { effect: "another was faster", number, records: 0 };
  const isDue = last === undefined || now.getTime() - Date.parse(last.body.takenAt) >= HEARTBEAT_HOURS * 3_600_000;
  if (records.length === 0 && !isDue) return { effect: "nothing new", number, records: 0 };
  const text = await seal<Checkpoint>(
    {
      ...{ schemaVersion: 1, kind: "checkpoint", number: number + 1, previous: last?.sha256 ?? null },
      takenAt: now.toISOString(),
      records,
      total: total + records.length,
    },
    signer,
  );
  const written = await bucket.write(checkpointKey(number + 1), text);
  const effect = written === "written" ? "written" : "another was faster";
  return { effect, number: number + 1, records: records.length };
}

interface RecentCheckpoints {
  /** The last checkpoint and those before it that may have a record which a list shows as new; the newest first. */
  recent: Signed<Checkpoint>[];
  /** What lies over checkpoints, or in their place. */
  over: ListedObject[];
}

/** One that a marker hides counts: its number isn't written again. */
async function recentCheckpoints({ records, signer }: CheckpointPorts): Promise<RecentCheckpoints> {
  const found: ListedObject[] = [];
  const over: ListedObject[] = [];
  for await (const { object, extra } of writtenIn(records, CHECKPOINTS_PREFIX)) {
    if (object !== undefined) found.push(object);
    over.push(...extra);
  }
  const trusted = await signer.trusted();
  const recent: Signed<Checkpoint>[] = [];
  for (const { key, versionId } of found.reverse()) {
    const one = readCheckpoint(await records.readAt(key, versionId), key);
    requireSignature(one, trusted);
    recent.push(one);
    if (Date.parse(one.body.takenAt) < overlapOf(recent)) break;
  }
  return { recent, over };
}

const overlapOf = ([last]: readonly Signed<Checkpoint>[]): number =>
  last === undefined ? 0 : Date.parse(last.body.takenAt) - OVERLAP_HOURS * 3_600_000;

interface ListedRecords {
  /** Records that no checkpoint has, in the order of keys. */
  fresh: ListedObject[];
  /** All records. */
  count: number;
  /** What is there besides the one version of each. */
  extra: ListedObject[];
}

async function listRecords(recent: readonly Signed<Checkpoint>[], bucket: RecordBucket): Promise<ListedRecords> {
  const seen = new Set(recent.flatMap(({ body }) => body.records.map(({ key }) => key)));
  const found: ListedRecords = { fresh: [], count: 0, extra: [] };
  for await (const { object, extra } of writtenIn(bucket, RECORDS_PREFIX)) {
    found.extra.push(...extra);
    if (object === undefined) continue;
    found.count += 1;
    if (object.writtenAt.getTime() >= overlapOf(recent) && !seen.has(object.key)) found.fresh.push(object);
  }
  return found;
}

/** What there is of one key. */
interface WrittenKey {
  /** Its oldest version, which is what was written; absent where there are delete markers alone. */
  object?: ListedObject;
  /** All else. */
  extra: ListedObject[];
}

async function* writtenIn(bucket: RecordBucket, beginning: string): AsyncGenerator<WrittenKey> {
  let ofKey: ListedObject[] = [];
  for await (const one of bucket.versions(beginning)) {
    if (ofKey.length > 0 && ofKey[0]?.key !== one.key) {
      yield writtenOf(ofKey);
      ofKey = [];
    }
    ofKey.push(one);
  }
  if (ofKey.length > 0) yield writtenOf(ofKey);
}

function writtenOf(ofKey: readonly ListedObject[]): WrittenKey {
  const object = ofKey.findLast(({ isDeleteMarker }) => !isDeleteMarker);
  return { ...(object && { object }), extra: ofKey.filter((one) => one !== object) };
}
