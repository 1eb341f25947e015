import type { Input } from "../call-input";
import { AwsError, UnknownToStandIn } from "../service";
import { bucketFor, requireKey, requireNotDenied } from "./admission";
import type { Bucket } from "./bucket";
import { bodyOf, type Content, contentOf, md5Of, sizeOf } from "./content";
import type { Reason } from "./events";
import { describeObject, encryptionOf, versionOf, wholeSeconds } from "./lists";
import type { ObjectStore } from "./object-store";
import { ALGORITHMS, type Algorithm, type Stored, wholeChecksum } from "./stored";

/** Largest object that one PutObject or CopyObject writes, in bytes. */
const LARGEST = 5 * 1024 ** 3;
/** Longest key, and most user metadata, in bytes. */
const LONGEST_KEY = 1024;
const MOST_METADATA = 2048;
/** Bytes of one copy that take a second. */
const COPIED_A_SECOND = 100 * 1024 ** 2;

/** What a write says of the object besides its bytes. */
export type Header = Pick<Stored, "key" | "contentType" | "metadata" | "kmsKeyArn">;

/** Reads what a write says of the object. */
export function headerOf(store: ObjectStore, bucket: Bucket, input: Input): Header {
  const key = input.text("Key");
  if (Buffer.byteLength(key) > LONGEST_KEY) throw new AwsError("KeyTooLongError", "Your key is too long");
  const given = Object.entries(input.texts("Metadata")).map(([name, value]) => [name.toLowerCase(), value] as const);
  const size = given.reduce((sum, pair) => sum + Buffer.byteLength(pair.join("")), 0);
  if (size > MOST_METADATA) {
    throw new AwsError("MetadataTooLarge", `Your metadata headers exceed the maximum allowed metadata size: ${size}`);
  }
  const kmsKeyArn = encryptionKey(bucket, input);
  requireKey(kmsKeyArn, bucket, input, store.around);
  const contentType = input.optionalText("ContentType") ?? "application/octet-stream";
  return { key, contentType, metadata: Object.fromEntries(given), kmsKeyArn };
}

function encryptionKey(bucket: Bucket, input: Input): string | undefined {
  const encryption = input.choice("ServerSideEncryption", ["AES256", "aws:kms"]);
  const keyArn = input.optionalText("SSEKMSKeyId");
  if (keyArn !== undefined && encryption !== "aws:kms") {
    throw new AwsError("InvalidArgument", "x-amz-server-side-encryption header is not supported for this operation.");
  }
  if (encryption === "AES256") return undefined;
  if (encryption === "aws:kms" && (keyArn ?? bucket.kmsKeyArn) === undefined) {
    throw new UnknownToStandIn(`${input.operation}: the account's own key aws/s3`);
  }
  return keyArn ?? bucket.kmsKeyArn;
}

export function putObject(store: ObjectStore, bucket: Bucket, input: Input) {
  const content = contentOf(input.value("Body"));
  if (sizeOf(content) > LARGEST) {
    throw new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
  }
  const header = headerOf(store, bucket, input);
  const stored = write(
    store,
    bucket,
    header,
    content,
    input.choice("ChecksumAlgorithm", ALGORITHMS),
    "PutObject",
    input,
  );
  return { ETag: `"${stored.etag}"`, ...versionOf(bucket, stored), ...encryptionOf(stored), ...stored.checksums };
}

export async function copyObject(store: ObjectStore, bucket: Bucket, input: Input) {
  const [from, source] = copySource(store, input);
  if (sizeOf(source.content) > LARGEST) {
    throw new AwsError(
      "InvalidRequest",
      `The specified copy source is larger than the maximum allowable size for a copy source: ${LARGEST}`,
    );
  }
  const header = headerOf(store, bucket, input);
  await copied(store, sizeOf(source.content));
  const replaced = input.choice("MetadataDirective", ["COPY", "REPLACE"]) === "REPLACE";
  input.choice("TaggingDirective", ["COPY", "REPLACE"]);
  const { contentType, metadata, content, checksums } = source;
  const kept = checksums.ChecksumSHA256 === undefined ? "CRC64NVME" : "SHA256";
  const algorithm = input.choice("ChecksumAlgorithm", ALGORITHMS) ?? kept;
  const written = replaced ? header : { ...header, contentType, metadata };
  const stored = write(store, bucket, written, content, algorithm, "CopyObject", input);
  return {
    CopyObjectResult: {
      ETag: `"${stored.etag}"`,
      LastModified: wholeSeconds(stored.lastModified),
      ...stored.checksums,
    },
    ...versionOf(bucket, stored),
    ...encryptionOf(stored),
    ...(from.versioned ? { CopySourceVersionId: source.versionId } : {}),
  };
}

/** Waits as long as S3 may take to copy that many bytes; small ones take no longer than any call. */
export const copied = (store: ObjectStore, size: number): Promise<void> =>
  size < COPIED_A_SECOND
    ? Promise.resolve()
    : new Promise((resolve) => store.around.clock.after((size / COPIED_A_SECOND) * 1000, resolve));

function write(
  store: ObjectStore,
  bucket: Bucket,
  header: Header,
  content: Content,
  algorithm: Algorithm | undefined,
  reason: Reason,
  input: Input,
): Stored {
  requireAbsence(store, bucket, header.key, input);
  const stored: Stored = {
    ...store.fresh(bucket),
    ...header,
    content,
    etag: md5Of(content),
    checksums: wholeChecksum(algorithm, content),
    deleteMarker: false,
  };
  store.write(bucket, stored, reason, input.caller);
  return stored;
}

/** `If-None-Match: *` writes nothing over what is there. */
export function requireAbsence(store: ObjectStore, bucket: Bucket, key: string, input: Input): void {
  if (input.choice("IfNoneMatch", ["*"]) === undefined || store.current(bucket, key) === undefined) return;
  throw new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
}

export function getObject(store: ObjectStore, bucket: Bucket, input: Input) {
  const stored = find(bucket, input.text("Key"), input.optionalText("VersionId"));
  requireKey(stored.kmsKeyArn, bucket, input, store.around);
  return { ...describeObject(bucket, stored, input), Body: bodyOf(stored.content) };
}

/** Its error has no body, so the SDK knows no more than the status. */
export function headObject(_store: ObjectStore, bucket: Bucket, input: Input) {
  try {
    return describeObject(bucket, find(bucket, input.text("Key"), input.optionalText("VersionId")), input);
  } catch (error) {
    if (error instanceof AwsError && error.$metadata.httpStatusCode === 404) {
      throw new AwsError("NotFound", `HeadObject: s3://${bucket.name}/${input.text("Key")}: ${error.name}`, 404);
    }
    throw error;
  }
}

/** A version of a key, the newest where none is named. @throws AwsError as S3 answers where there is none */
export function find(bucket: Bucket, key: string, versionId: string | undefined): Stored {
  const versions = bucket.objects.get(key) ?? [];
  const found = versionId === undefined ? versions.at(-1) : versions.find((one) => one.versionId === versionId);
  if (found?.deleteMarker && versionId !== undefined) {
    throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
  }
  if (found !== undefined && !found.deleteMarker) return found;
  throw versionId === undefined
    ? new AwsError("NoSuchKey", `The specified key does not exist: s3://${bucket.name}/${key}`, 404)
    : new AwsError(
        "NoSuchVersion",
        `The specified version does not exist: s3://${bucket.name}/${key} ${versionId}`,
        404,
      );
}

export function deleteObject(store: ObjectStore, bucket: Bucket, input: Input) {
  const key = input.text("Key");
  const versionId = input.optionalText("VersionId");
  if (versionId === undefined) {
    const marker = store.delete(bucket, key, input.caller);
    return marker === undefined ? {} : { DeleteMarker: true, VersionId: marker.versionId };
  }
  const found = bucket.objects.get(key)?.find((one) => one.versionId === versionId);
  if (found !== undefined) store.deleteVersion(bucket, found, input.caller);
  return { VersionId: versionId, ...(found?.deleteMarker ? { DeleteMarker: true } : {}) };
}

/** What CopySource names: `bucket/key?versionId=…`, URL-encoded. */
export function locationOf(source: string): { bucket: string; key: string; versionId: string | undefined } {
  const [path = "", query = ""] = source.split("?");
  const [bucket = "", ...parts] = decodeURIComponent(path.replaceAll("+", " ")).replace(/^\//, "").split("/");
  return { bucket, key: parts.join("/"), versionId: new URLSearchParams(query).get("versionId") ?? undefined };
}

/** The object that CopySource names, if the caller may read it and it is as expected. */
export function copySource({ buckets, around }: ObjectStore, input: Input): [Bucket, Stored] {
  const { bucket: name, key, versionId } = locationOf(input.text("CopySource"));
  const bucket = bucketFor(buckets, name, input.optionalText("ExpectedSourceBucketOwner"), input, around);
  const action = versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
  const { operation, caller } = input;
  requireNotDenied(bucket, { operation, caller, action, key, context: new Map() });
  const found = find(bucket, key, versionId);
  requireKey(found.kmsKeyArn, bucket, input, around);
  const wanted = input.optionalText("CopySourceIfMatch");
  if (wanted !== undefined && wanted !== found.etag && wanted !== `"${found.etag}"`) {
    throw new AwsError("PreconditionFailed", "The copy source has another ETag", 412);
  }
  return [bucket, found];
}
