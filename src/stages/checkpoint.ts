import { CHECKPOINTS_PREFIX, checkpointKey, RECORDS_PREFIX } from "../contract/names";
import type { WriteOnceStore } from "../core/ports";
import { sha256 } from "../core/verdict";
import { type Checkpoint, type CheckpointedRecord, readCheckpoint } from "../ledger/checkpoint";
import { LedgerError, requireSignature, type Signed, type Signer, seal } from "../ledger/signed";

/** A version of an object, or the marker of its deletion, as a list of the record bucket says. */
export interface ListedObject {
  key: string;
  versionId: string;
  writtenAt: Date;
  isDeleteMarker: boolean;
}

/** The record bucket. */
export interface RecordBucket extends WriteOnceStore {
  keys(beginning: string): Promise<readonly string[]>;
  /** All whose keys begin so, in the order of keys, of each key the newest first. */
  versions(beginning: string): AsyncIterable<ListedObject>;
  readAt(key: string, versionId: string): Promise<Uint8Array>;
}

export interface CheckpointPorts {
  records: RecordBucket;
  signer: Signer;
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
 * @throws LedgerError, once that is done, where records are missing, or have more than their one version; and what is a
 * fault of ours
 */
export async function checkpoint(ports: CheckpointPorts, now: Date): Promise<CheckpointResult> {
  const recent = await recentCheckpoints(ports);
  const [last] = recent;
  const listed = await listRecords(recent, ports.records);
  const before = last?.body ?? { number: 0, total: 0 };
  const result = await append(last, listed.fresh, ports, now);
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
  return result;
}

async function append(
  last: Signed<Checkpoint> | undefined,
  records: readonly CheckpointedRecord[],
  { records: bucket, signer }: CheckpointPorts,
  now: Date,
): Promise<CheckpointResult> {
  const { number, total } = last?.body ?? { number: 0, total: 0 };
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
  fresh: CheckpointedRecord[];
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
  const take = async (record: ListedObject): Promise<void> => {
    found.count += 1;
    const { key, versionId, writtenAt } = record;
    if (writtenAt.getTime() < overlapOf(recent) || seen.has(key)) return;
    found.fresh.push({ key, versionId, sha256: sha256(await bucket.readAt(key, versionId)) });
  };
  for await (const object of bucket.versions(RECORDS_PREFIX)) {
    if (held !== undefined && held.key === object.key) found.extra.push(held);
    else if (held !== undefined) await take(held);
    held = object;
  }
  if (held !== undefined) await take(held);
  return found;
}
