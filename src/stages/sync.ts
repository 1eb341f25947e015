import { inBatches } from "../core/in-batches";
import type { CreatedObject } from "./copy";

/** What AWS wouldn't do for whoever syncs; the message says where, what was found and what is needed. */
export class SyncError extends Error {
  override readonly name = "SyncError";
}

/** Objects in the artifact bucket. */
export interface ArtifactVersions {
  /** Current versions of all keys that begin so; none of a key that was deleted. */
  current(prefix: string): AsyncIterable<CreatedObject>;
  /** What S3 says of its replication: `COMPLETED`, `PENDING`, `FAILED`, `REPLICA`; undefined where it never replicated it. */
  replicationStatus(object: CreatedObject): Promise<string | undefined>;
}

/** Where copy is asked to carry objects. */
export interface CopyQueue {
  /** Messages of one call. */
  most: number;
  /** Sends one message for each object. Gives those back that the queue didn't take. */
  send(objects: readonly CreatedObject[]): Promise<NotSent[]>;
}

export interface NotSent {
  object: CreatedObject;
  reason: string;
}

/** How many objects there are, and their bytes. */
export interface Amount {
  objects: number;
  bytes: number;
}

const amountOf = (objects: readonly CreatedObject[]): Amount => ({
  objects: objects.length,
  bytes: objects.reduce((sum, { size }) => sum + size, 0),
});

export interface Sent extends Amount {
  notSent: readonly NotSent[];
}

/**
 * Asks copy to carry the current version of every object under the prefixes. What was carried before is a repeat to copy,
 * and changes nothing.
 * @param each told of every object that is asked for
 */
export async function askCopy(
  prefixes: readonly string[],
  versions: ArtifactVersions,
  queue: CopyQueue,
  each: (object: CreatedObject) => void = () => undefined,
): Promise<Sent> {
  let [objects, bytes] = [0, 0];
  const notSent: NotSent[] = [];
  for await (const batch of inBatches(currentVersions(prefixes, versions), queue.most)) {
    const failed = await queue.send(batch);
    const left = new Set(failed.map(({ object }) => object));
    const sent = batch.filter((object) => !left.has(object));
    for (const object of sent) each(object);
    const amount = amountOf(sent);
    objects += amount.objects;
    bytes += amount.bytes;
    notSent.push(...failed);
  }
  return { objects, bytes, notSent };
}

/** An object that S3 hasn't replicated, and what it says of it. */
export interface Unreplicated {
  object: CreatedObject;
  status: string;
}

export interface Replicated {
  seen: Amount;
  /** Under way. */
  pending: Amount;
  /** What S3 doesn't replicate by itself any more. */
  left: readonly Unreplicated[];
}

/** Questions under way at once. */
const AT_ONCE = 16;

/** Looks at the replication of the current version of every object under the prefixes. */
export async function lookAtReplication(prefixes: readonly string[], versions: ArtifactVersions): Promise<Replicated> {
  const [seen, pending]: [CreatedObject[], CreatedObject[]] = [[], []];
  const left: Unreplicated[] = [];
  for await (const batch of inBatches(currentVersions(prefixes, versions), AT_ONCE)) {
    const states = await Promise.all(
      batch.map(async (object) => ({ object, status: await versions.replicationStatus(object) })),
    );
    seen.push(...batch);
    for (const { object, status = "never replicated" } of states) {
      if (status === "PENDING") pending.push(object);
      else if (!DONE.includes(status)) left.push({ object, status });
    }
  }
  return { seen: amountOf(seen), pending: amountOf(pending), left };
}

/** S3's guide and its API spell it differently. */
const DONE: readonly string[] = ["COMPLETED", "COMPLETE"];

/** Each object once, though prefixes may begin alike. */
async function* currentVersions(
  prefixes: readonly string[],
  versions: ArtifactVersions,
): AsyncGenerator<CreatedObject> {
  const widest = [...new Set(prefixes)].filter(
    (prefix, _, all) => !all.some((other) => other !== prefix && prefix.startsWith(other)),
  );
  for (const prefix of widest) yield* versions.current(prefix);
}
