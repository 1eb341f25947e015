import { createHash } from "node:crypto";
import type { Caller, Surroundings } from "../service";
import { type Bucket, declaredBuckets } from "./bucket";
import { putDeclared } from "./declared-objects";
import { announceCreated, announceDeleted, type Change, type Reason } from "./events";
import { requireUnlocked, retentionOfNew } from "./lock";
import { Replication } from "./replication";
import type { Stored } from "./stored";

/** What a new version gets from S3. */
export type Fresh = Pick<Stored, "versionId" | "lastModified">;

/** The declared buckets and what is in them. */
export class ObjectStore {
  readonly buckets: ReadonlyMap<string, Bucket>;
  private readonly replication: Replication;
  private changes = 0;

  constructor(readonly around: Surroundings) {
    this.buckets = declaredBuckets(around);
    putDeclared(this.buckets, around);
    this.replication = new Replication(this.buckets, around, (into, replica, caller) =>
      this.keep(into, replica, "PutObject", caller),
    );
  }

  fresh({ name, versioned }: Bucket): Fresh {
    const { clock } = this.around;
    const id = createHash("sha256")
      .update(`${name} ${clock.now().toISOString()} ${clock.random()}`)
      .digest("base64url");
    return { versionId: versioned ? id.slice(0, 32) : "null", lastModified: clock.now() };
  }

  /** The newest version; undefined where there is none, or where it marks a deletion. */
  current(bucket: Bucket, key: string): Stored | undefined {
    const last = bucket.objects.get(key)?.at(-1);
    return last?.deleteMarker === false ? last : undefined;
  }

  /** Keeps a new version, tells of it, and replicates it where the bucket says so. */
  write(bucket: Bucket, stored: Stored, reason: Reason, caller: Caller): void {
    this.keep(bucket, stored, reason, caller);
    this.replication.begin(bucket, stored);
  }

  /** Keeps a marker of deletion in a bucket with versions; elsewhere the object goes. */
  delete(bucket: Bucket, key: string, caller: Caller): Stored | undefined {
    const before = bucket.objects.get(key)?.at(-1);
    const marker: Stored = {
      ...{ key, ...this.fresh(bucket), content: { bytes: new Uint8Array() }, etag: "d41d8cd98f00b204e9800998ecf8427e" },
      ...{ checksums: { ChecksumType: "FULL_OBJECT" }, contentType: "", metadata: {}, kmsKeyArn: undefined },
      deleteMarker: true,
    };
    if (!bucket.versioned && before === undefined) return undefined;
    if (bucket.versioned) this.insert(bucket, marker);
    else bucket.objects.delete(key);
    const type = bucket.versioned ? "Delete Marker Created" : "Permanently Deleted";
    announceDeleted(bucket, bucket.versioned ? marker : (before ?? marker), type, this.change(caller), this.around);
    return bucket.versioned ? marker : undefined;
  }

  /** Takes one version away for good. @throws AwsError where it is retained */
  deleteVersion(bucket: Bucket, stored: Stored, caller: Caller): void {
    requireUnlocked(stored, this.around.clock.now());
    const others = (bucket.objects.get(stored.key) ?? []).filter((one) => one !== stored);
    if (others.length === 0) bucket.objects.delete(stored.key);
    else bucket.objects.set(stored.key, others);
    announceDeleted(bucket, stored, "Permanently Deleted", this.change(caller), this.around);
  }

  private keep(bucket: Bucket, stored: Stored, reason: Reason, caller: Caller): void {
    stored.retention = retentionOfNew(bucket, stored);
    this.insert(bucket, stored);
    this.around.trace.note(`s3://${bucket.name}/${stored.key}`, `${reason} by ${caller.principal}`);
    announceCreated(bucket, stored, reason, this.change(caller), this.around);
  }

  /** By time of creation: a replica has its source's, and may arrive after a newer one. */
  private insert(bucket: Bucket, stored: Stored): void {
    const versions = bucket.versioned ? (bucket.objects.get(stored.key) ?? []) : [];
    const older = versions.filter(({ lastModified }) => lastModified <= stored.lastModified);
    bucket.objects.set(stored.key, [...older, stored, ...versions.slice(older.length)]);
  }

  private change({ account: requester }: Caller): Change {
    this.changes += 1;
    return { requester, sequence: this.changes };
  }
}
