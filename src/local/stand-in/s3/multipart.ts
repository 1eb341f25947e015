import { createHash } from "node:crypto";
import type { Input } from "../call-input";
import { isRecord, listOf } from "../inputs";
import { AwsError } from "../service";
import type { Bucket } from "./bucket";
import { type Content, contentOf, crcOf, joined, md5Of, sha256Of, sizeOf, sliced } from "./content";
import { filled, wholeSeconds } from "./lists";
import type { ObjectStore } from "./object-store";
import { copied, copySource, type Header, headerOf, requireAbsence } from "./objects";
import { ALGORITHMS, type Checksums, type Stored } from "./stored";

interface Part {
  etag: string;
  content: Content;
  lastModified: Date;
}

interface Upload {
  id: string;
  bucket: Bucket;
  header: Header;
  initiated: Date;
  checksum: "full CRC64NVME" | "composite SHA256";
  parts: Map<number, Part>;
}

/** Least size of a part other than the last, and largest of any, in bytes. */
const PART_SIZES = [5 * 1024 ** 2, 5 * 1024 ** 3] as const;
const MOST_PARTS = 10_000;

/** Multipart uploads under way. */
export class Multipart {
  private readonly uploads = new Map<string, Upload>();
  private begun = 0;

  create(store: ObjectStore, bucket: Bucket, input: Input) {
    this.begun += 1;
    const id = `upload-${this.begun}`;
    const header = headerOf(store, bucket, input);
    const initiated = store.around.clock.now();
    this.uploads.set(id, { id, bucket, header, initiated, checksum: checksumOf(input), parts: new Map() });
    return { Bucket: bucket.name, Key: header.key, UploadId: id };
  }

  uploadPart(store: ObjectStore, bucket: Bucket, input: Input) {
    const part = this.addPart(store, bucket, input, contentOf(input.value("Body")));
    return { ETag: `"${part.etag}"` };
  }

  async copyPart(store: ObjectStore, bucket: Bucket, input: Input) {
    this.find(bucket, input);
    const [, source] = copySource(store, input);
    const content = rangeOf(source, input);
    await copied(store, sizeOf(content));
    const { etag, lastModified } = this.addPart(store, bucket, input, content);
    return { CopyPartResult: { ETag: `"${etag}"`, LastModified: wholeSeconds(lastModified) } };
  }

  complete(store: ObjectStore, bucket: Bucket, input: Input) {
    const upload = this.find(bucket, input);
    requireAbsence(store, bucket, upload.header.key, input);
    const parts = listedParts(upload, input);
    const content = joined(parts.map((part) => part.content));
    const checksums = completed(upload, parts, content);
    requireClaims(input, checksums, content);
    const stored: Stored = {
      ...store.fresh(bucket),
      ...upload.header,
      content,
      etag: `${createHash("md5")
        .update(Buffer.from(parts.map(({ etag }) => etag).join(""), "hex"))
        .digest("hex")}-${parts.length}`,
      checksums,
      deleteMarker: false,
    };
    this.uploads.delete(upload.id);
    store.write(bucket, stored, "CompleteMultipartUpload", input.caller);
    return { ETag: `"${stored.etag}"`, VersionId: stored.versionId, ...checksums };
  }

  abort(_store: ObjectStore, bucket: Bucket, input: Input) {
    this.uploads.delete(this.find(bucket, input).id);
    return {};
  }

  listParts(_store: ObjectStore, bucket: Bucket, input: Input) {
    const { parts } = this.find(bucket, input);
    const listed = [...parts]
      .sort(([one], [other]) => one - other)
      .map(([PartNumber, { etag, content, lastModified }]) => ({
        PartNumber,
        ETag: `"${etag}"`,
        Size: sizeOf(content),
        LastModified: wholeSeconds(lastModified),
      }));
    return { ...filled("Parts", listed), IsTruncated: false };
  }

  listUploads(_store: ObjectStore, bucket: Bucket, input: Input) {
    const prefix = input.optionalText("Prefix") ?? "";
    const own = [...this.uploads.values()].filter(
      (upload) => upload.bucket === bucket && upload.header.key.startsWith(prefix),
    );
    const listed = own.map(({ id, header, initiated }) => ({ UploadId: id, Key: header.key, Initiated: initiated }));
    return { ...filled("Uploads", listed), IsTruncated: false };
  }

  private addPart({ around }: ObjectStore, bucket: Bucket, input: Input, content: Content): Part {
    const upload = this.find(bucket, input);
    const number = input.number("PartNumber", 0);
    if (number < 1 || number > MOST_PARTS) {
      throw new AwsError("InvalidArgument", `Part number must be from 1 to ${MOST_PARTS}, not ${number}`);
    }
    if (sizeOf(content) > PART_SIZES[1]) throw new AwsError("EntityTooLarge", "A part has at most 5 GiB");
    const part = { etag: md5Of(content), content, lastModified: around.clock.now() };
    upload.parts.set(number, part);
    return part;
  }

  private find(bucket: Bucket, input: Input): Upload {
    const upload = this.uploads.get(input.text("UploadId"));
    if (upload?.bucket === bucket && upload.header.key === input.text("Key")) return upload;
    throw new AwsError("NoSuchUpload", `The specified upload does not exist: ${input.text("UploadId")}`, 404);
  }
}

/** SHA-256 is of the parts' digests only, CRC-64/NVME of the whole object only. */
function checksumOf(input: Input): Upload["checksum"] {
  const algorithm = input.choice("ChecksumAlgorithm", ALGORITHMS) ?? "CRC64NVME";
  const type = input.choice("ChecksumType", ["FULL_OBJECT", "COMPOSITE"]);
  if (algorithm === "SHA256" && type !== "FULL_OBJECT") return "composite SHA256";
  if (algorithm === "CRC64NVME" && type !== "COMPOSITE") return "full CRC64NVME";
  throw new AwsError(
    "InvalidRequest",
    `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  );
}

function rangeOf({ content }: Stored, input: Input): Content {
  const size = sizeOf(content);
  const [, first = "0", last = String(size - 1)] =
    /^bytes=(\d+)-(\d+)$/.exec(input.optionalText("CopySourceRange") ?? `bytes=0-${size - 1}`) ?? [];
  if (Number(first) > Number(last) || Number(last) >= size) {
    throw new AwsError(
      "InvalidArgument",
      `The specified range ${first}-${last} is not valid for a source of ${size} bytes`,
    );
  }
  return sliced(content, Number(first), Number(last) - Number(first) + 1);
}

/** The parts that the caller lists, in the order of their numbers. */
function listedParts(upload: Upload, input: Input): Part[] {
  const asked = input.value("MultipartUpload");
  const listed = isRecord(asked) ? listOf(asked.Parts).filter(isRecord) : [];
  if (listed.length === 0) throw new AwsError("MalformedXML", "CompleteMultipartUpload lists no part");
  const parts = listed.map(({ PartNumber, ETag }) => {
    const found = upload.parts.get(Number(PartNumber));
    if (found === undefined || (`"${found.etag}"` !== ETag && found.etag !== ETag)) {
      throw new AwsError("InvalidPart", `Part ${PartNumber} could not be found, or its ETag is another`);
    }
    return found;
  });
  const numbers = listed.map(({ PartNumber }) => Number(PartNumber));
  if (numbers.some((number, index) => number <= (numbers[index - 1] ?? 0))) {
    throw new AwsError("InvalidPartOrder", "The list of parts was not in ascending order");
  }
  if (parts.slice(0, -1).some(({ content }) => sizeOf(content) < PART_SIZES[0])) {
    throw new AwsError("EntityTooSmall", "A part other than the last is smaller than 5 MiB");
  }
  return parts;
}

function completed({ checksum }: Upload, parts: readonly Part[], content: Content): Checksums {
  if (checksum === "full CRC64NVME") return { ChecksumCRC64NVME: crcOf(content), ChecksumType: "FULL_OBJECT" };
  const digests = Buffer.concat(parts.map((part) => Buffer.from(sha256Of(part.content), "base64")));
  const digest = createHash("sha256").update(digests).digest("base64");
  return { ChecksumSHA256: `${digest}-${parts.length}`, ChecksumType: "COMPOSITE" };
}

/** Refuses an upload that isn't what the caller says it is. */
function requireClaims(input: Input, { ChecksumCRC64NVME, ChecksumType }: Checksums, content: Content): void {
  const crc = input.optionalText("ChecksumCRC64NVME");
  const size = input.number("MpuObjectSize", sizeOf(content));
  if (crc !== undefined && crc !== ChecksumCRC64NVME) {
    throw new AwsError("BadDigest", "The CRC64NVME you specified did not match the calculated checksum.");
  }
  const type = input.optionalText("ChecksumType") ?? ChecksumType;
  if (size !== sizeOf(content) || type !== ChecksumType) {
    throw new AwsError("InvalidRequest", `The upload has ${sizeOf(content)} bytes and a ${ChecksumType} checksum`);
  }
}
