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
 * @throws LedgerError, once that is done, where records are missing, have more than their one version, or aren't signed by
 * decide; and what is a fault of ours
 */
export async function checkpoint(ports: CheckpointPorts, now: Date): Promise<CheckpointResult> {
  const recent = await recentCheckpoints(ports);
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
  const [extra] = listed.extra;
  if (extra !== undefined) {
    throw new LedgerError(
      `${extra.key}: has ${extra.isDeleteMarker ? "a delete marker" : "another version"}, ${extra.versionId}, and ${listed.extra.length - 1} more such; a record is written once`,
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

/** The last checkpoint and those before it that may have a record which a list shows as new; the newest first. */
async function recentCheckpoints({ records, signer }: CheckpointPorts): Promise<Signed<Checkpoint>[]> {
  const keys = [...(await records.keys(CHECKPOINTS_PREFIX))].sort().reverse();
  const trusted = await signer.trusted();
  const recent: Signed<Checkpoint>[] = [];
  for (const key of keys) {
    const bytes = await records.read(key);
    if (bytes === undefined) throw new Error(`${key} is listed and can't be read`);
    const one = readCheckpoint(bytes, key);
    requireSignature(one, trusted);
    recent.push(one);
    if (Date.parse(one.body.takenAt) < overlapOf(recent)) break;
  }
  return recent;
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
  let held: ListedObject | undefined;
  // Of each key the oldest version is the record.
  const take = (record: ListedObject): void => {
    found.count += 1;
    if (record.writtenAt.getTime() >= overlapOf(recent) && !seen.has(record.key)) found.fresh.push(record);
  };
  for await (const object of bucket.versions(RECORDS_PREFIX)) {
    if (held !== undefined && held.key === object.key) found.extra.push(held);
    else if (held !== undefined) take(held);
    held = object;
  }
  if (held !== undefined) take(held);
  return found;
}
