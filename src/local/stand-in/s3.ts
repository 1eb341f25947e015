import { createHash } from "node:crypto";
import { Input } from "./call-input";
import { describe, listVersions, versionOf } from "./s3/answers";
import { type Bucket, bucketFor, declaredBuckets, requireKey } from "./s3/bucket";
import { announce, type Reason } from "./s3/events";
import { Multipart } from "./s3/multipart";
import { OPERATIONS } from "./s3/operations";
import { replicate } from "./s3/replication";
import { bodyOf, type Content, contentOf, crcOf, etagOf, type Stored, sha256Of, sizeOf } from "./s3/stored";
import { requireConditionalWrite } from "./s3/write-once";
import { AwsError, type Call, type Service, type Surroundings, UnknownToStandIn } from "./service";

/** What a story or a test may look at. */
export interface S3Extras {
  /** Versions of a key, newest first, delete markers too. */
  stored(bucket: string, key: string): readonly Stored[];
  /** Keys of a bucket that aren't deleted, in order. */
  keys(bucket: string): string[];
}

/** Largest object that one CopyObject copies, in bytes. */
const COPY_LIMIT = 5 * 1024 ** 3;

/** S3 for the declared buckets. */
export function createS3(around: Surroundings): Service & S3Extras {
  return new S3(around);
}

class S3 implements Service, S3Extras {
  private readonly buckets: Map<string, Bucket>;
  private readonly multipart: Multipart;

  constructor(private readonly around: Surroundings) {
    this.buckets = declaredBuckets(around);
    this.multipart = new Multipart((bucket, stored, reason, call) => this.store(bucket, stored, reason, call));
  }

  stored(bucket: string, key: string): readonly Stored[] {
    return [...(this.buckets.get(bucket)?.objects.get(key) ?? [])].reverse();
  }

  keys(bucket: string): string[] {
    const objects = this.buckets.get(bucket)?.objects ?? new Map<string, Stored[]>();
    return [...objects]
      .filter(([, versions]) => versions.at(-1)?.deleteMarker === false)
      .map(([key]) => key)
      .sort();
  }

  async call(call: Call): Promise<unknown> {
    const known = OPERATIONS[call.operation];
    if (known === undefined) throw new UnknownToStandIn(`S3 ${call.operation}`);
    const input = new Input(call, known);
    const bucket = bucketFor(
      this.buckets,
      input.text("Bucket"),
      input.optionalText("ExpectedBucketOwner"),
      call,
      this.around,
    );
    switch (call.operation) {
      case "PutObject":
        return this.put(bucket, input, call);
      case "CopyObject":
        return this.copy(bucket, input, call);
      case "GetObject":
        return this.get(bucket, input, call);
      case "HeadObject":
        return describe(this.find(bucket, input), input);
      case "ListObjectVersions":
        return listVersions(bucket, input);
      case "ListObjectsV2":
        return this.list(bucket, input);
      case "DeleteObject":
        return this.remove(bucket, input);
      case "CreateMultipartUpload":
        requireKey(input.optionalText("SSEKMSKeyId") ?? bucket.kmsKeyArn, call, this.around);
        return this.multipart.create(bucket, input);
      case "UploadPartCopy":
        return this.multipart.copyPart(input, this.copySource(input, call));
      case "CompleteMultipartUpload":
        return this.multipart.complete(bucket, input, call, () => this.fresh(bucket));
      default:
        return this.multipart.abort(input);
    }
  }

  private put(bucket: Bucket, input: Input, call: Call) {
    const key = input.text("Key");
    const content = contentOf(input.value("Body"));
    this.requireCreation(bucket, key, input);
    const stored = this.write(bucket, key, content, input, call, "PutObject");
    return { ETag: `"${stored.etag}"`, ...versionOf(bucket, stored), ...stored.checksums };
  }

  private copy(bucket: Bucket, input: Input, call: Call) {
    const from = this.copySource(input, call);
    if (sizeOf(from.content) > COPY_LIMIT) {
      throw new AwsError(
        "InvalidRequest",
        "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120",
      );
    }
    const key = input.text("Key");
    this.requireCreation(bucket, key, input);
    const { contentType, metadata, content } = from;
    const replaced = input.choice("MetadataDirective", ["COPY", "REPLACE"]) === "REPLACE";
    input.choice("TaggingDirective", ["COPY", "REPLACE"]);
    const stored = this.write(
      bucket,
      key,
      content,
      input,
      call,
      "CopyObject",
      replaced ? undefined : { contentType, metadata },
    );
    return {
      CopyObjectResult: { ETag: `"${stored.etag}"`, LastModified: stored.lastModified, ...stored.checksums },
      ...versionOf(bucket, stored),
    };
  }

  private write(
    bucket: Bucket,
    key: string,
    content: Content,
    input: Input,
    call: Call,
    reason: Reason,
    kept?: Pick<Stored, "contentType" | "metadata">,
  ): Stored {
    const kmsKeyArn = input.optionalText("SSEKMSKeyId") ?? bucket.kmsKeyArn;
    requireKey(kmsKeyArn, call, this.around);
    const asked = input.choice("ChecksumAlgorithm", ["SHA256", "CRC64NVME"]);
    const stored: Stored = {
      ...this.fresh(bucket),
      key,
      content,
      etag: etagOf(content),
      checksums: {
        ...(asked === "SHA256" ? { ChecksumSHA256: sha256Of(content) } : { ChecksumCRC64NVME: crcOf(content) }),
        ChecksumType: "FULL_OBJECT",
      },
      contentType: kept?.contentType ?? input.optionalText("ContentType") ?? "application/octet-stream",
      metadata: kept?.metadata ?? input.texts("Metadata"),
      kmsKeyArn,
      deleteMarker: false,
    };
    this.store(bucket, stored, reason, call);
    return stored;
  }

  private fresh(bucket: Bucket): Pick<Stored, "versionId" | "lastModified"> {
    const { clock } = this.around;
    const id = createHash("sha256")
      .update(`${bucket.name} ${clock.now().toISOString()} ${clock.random()}`)
      .digest("base64url");
    return { versionId: bucket.versioned ? id.slice(0, 32) : "null", lastModified: clock.now() };
  }

  private store(bucket: Bucket, stored: Stored, reason: Reason, { caller }: Pick<Call, "caller">): void {
    const versions = bucket.versioned ? (bucket.objects.get(stored.key) ?? []) : [];
    bucket.objects.set(stored.key, [...versions, stored]);
    this.around.trace.note(`s3://${bucket.name}/${stored.key}`, `${reason} by ${caller.principal}`);
    announce(bucket, stored, reason, caller.account, this.around);
    replicate(bucket, stored, this.buckets, this.around, (into, replica) =>
      this.store(into, { ...replica, lastModified: this.around.clock.now() }, "PutObject", { caller }),
    );
  }

  private requireCreation(bucket: Bucket, key: string, input: Input): void {
    const ifNoneMatch = input.optionalText("IfNoneMatch");
    if (ifNoneMatch !== undefined && ifNoneMatch !== "*") throw new UnknownToStandIn(`IfNoneMatch ${ifNoneMatch}`);
    requireConditionalWrite(bucket, { ifNoneMatch: ifNoneMatch !== undefined, creates: true });
    if (ifNoneMatch === "*" && bucket.objects.get(key)?.at(-1)?.deleteMarker === false) {
      throw new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
    }
  }

  private get(bucket: Bucket, input: Input, call: Call) {
    const stored = this.find(bucket, input);
    requireKey(stored.kmsKeyArn, call, this.around);
    return { ...describe(stored, input), Body: bodyOf(stored.content) };
  }

  /** HeadObject's error has no body, so the SDK can only say NotFound. */
  private find(bucket: Bucket, input: Input): Stored {
    const versions = bucket.objects.get(input.text("Key")) ?? [];
    const versionId = input.optionalText("VersionId");
    const found =
      versionId === undefined ? versions.at(-1) : versions.find((version) => version.versionId === versionId);
    if (found === undefined || found.deleteMarker) {
      const missing = versionId !== undefined && versions.length > 0 ? "NoSuchVersion" : "NoSuchKey";
      throw new AwsError(
        input.operation === "HeadObject" ? "NotFound" : missing,
        `The specified key does not exist: ${input.text("Key")}`,
        404,
      );
    }
    return found;
  }

  private copySource(input: Input, call: Call): Stored {
    const [path = "", query = ""] = input.text("CopySource").split("?");
    const [name = "", ...key] = decodeURIComponent(path).replace(/^\//, "").split("/");
    const bucket = bucketFor(this.buckets, name, input.optionalText("ExpectedSourceBucketOwner"), call, this.around);
    const versionId = new URLSearchParams(query).get("versionId") ?? undefined;
    const found = this.find(
      bucket,
      new Input({ ...call, input: { Key: key.join("/"), VersionId: versionId } }, ["Key", "VersionId"]),
    );
    requireKey(found.kmsKeyArn, call, this.around);
    const wanted = input.optionalText("CopySourceIfMatch");
    if (wanted !== undefined && wanted !== found.etag && wanted !== `"${found.etag}"`) {
      throw new AwsError("PreconditionFailed", "The copy source has another ETag", 412);
    }
    return found;
  }

  private list(bucket: Bucket, input: Input) {
    const keys = this.keys(bucket.name).filter((key) => key.startsWith(input.optionalText("Prefix") ?? ""));
    return {
      Contents: keys.map((Key) => ({
        Key,
        Size: sizeOf(this.stored(bucket.name, Key)[0]?.content ?? { syntheticSize: 0 }),
      })),
      IsTruncated: false,
    };
  }

  private remove(bucket: Bucket, input: Input) {
    const key = input.text("Key");
    const before = bucket.objects.get(key)?.at(-1);
    if (!bucket.versioned || before === undefined) {
      bucket.objects.delete(key);
      return {};
    }
    const marker: Stored = {
      ...before,
      ...this.fresh(bucket),
      content: { bytes: new Uint8Array() },
      deleteMarker: true,
    };
    bucket.objects.set(key, [...(bucket.objects.get(key) ?? []), marker]);
    return { DeleteMarker: true, VersionId: marker.versionId };
  }
}
