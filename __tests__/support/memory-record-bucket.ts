import { sha256 } from "../../src/core/verdict";
import type { ListedObject, RecordBucket } from "../../src/stages/checkpoint";

interface Kept extends ListedObject {
  bytes: Uint8Array;
}

/** A record bucket in memory, with all versions and delete markers. */
export class MemoryRecordBucket implements RecordBucket {
  /** In the order in which they were written. */
  readonly kept: Kept[] = [];

  /** @param now when what is written next is written */
  constructor(public now: Date) {}

  /** Writes a version, whether or not there is one. */
  put(key: string, body: string): void {
    const versionId = `v${this.kept.length + 1}`;
    this.kept.push({ key, versionId, writtenAt: this.now, isDeleteMarker: false, bytes: Buffer.from(body) });
  }

  /** Deletes as S3 does: by a marker. */
  delete(key: string): void {
    const versionId = `v${this.kept.length + 1}`;
    this.kept.push({ key, versionId, writtenAt: this.now, isDeleteMarker: true, bytes: Buffer.alloc(0) });
  }

  /** Removes a key with all its versions. */
  purge(key: string): void {
    this.kept.splice(0, this.kept.length, ...this.kept.filter((one) => one.key !== key));
  }

  async write(key: string, body: string): Promise<"written" | "exists"> {
    if (this.latest(key) !== undefined) return "exists";
    this.put(key, body);
    return "written";
  }

  async has(key: string): Promise<boolean> {
    return this.latest(key) !== undefined;
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    return this.latest(key)?.bytes;
  }

  async readVersion(key: string): Promise<{ bytes: Uint8Array; versionId: string } | undefined> {
    return this.latest(key);
  }

  async readAt(key: string, versionId: string): Promise<Uint8Array> {
    const found = this.kept.find((one) => one.key === key && one.versionId === versionId);
    if (found === undefined) throw new Error(`${key}: no version ${versionId}`);
    if (found.isDeleteMarker) throw new Error(`${key}: MethodNotAllowed, ${versionId} is a delete marker`);
    return found.bytes;
  }

  async keys(beginning: string): Promise<string[]> {
    const keys = [...new Set(this.kept.map(({ key }) => key))].sort();
    return keys.filter((key) => key.startsWith(beginning) && this.latest(key) !== undefined);
  }

  async *versions(beginning: string): AsyncIterable<ListedObject> {
    const keys = [...new Set(this.kept.map(({ key }) => key))].sort();
    for (const key of keys.filter((one) => one.startsWith(beginning))) {
      for (const { bytes: _, ...listed } of this.kept.filter((one) => one.key === key).reverse()) yield listed;
    }
  }

  /** As a checkpoint says it. */
  checkpointed(key: string): { key: string; versionId: string; sha256: string } {
    const [first] = this.kept.filter((one) => one.key === key);
    if (first === undefined) throw new Error(`${key}: isn't there`);
    return { key, versionId: first.versionId, sha256: sha256(first.bytes) };
  }

  private latest(key: string): Kept | undefined {
    const found = this.kept.filter((one) => one.key === key).at(-1);
    return found?.isDeleteMarker ? undefined : found;
  }
}
