import type { Input } from "../call-input";
import { isRecord, listOf } from "../inputs";
import { AwsError, type Call } from "../service";
import type { Bucket } from "./bucket";
import type { Reason } from "./events";
import { type Content, crcOf, etagOf, type Stored, sizeOf } from "./stored";
import { requireConditionalWrite } from "./write-once";

interface Upload {
  key: string;
  contentType: string;
  metadata: Readonly<Record<string, string>>;
  kmsKeyArn: string | undefined;
  checksumType: "FULL_OBJECT" | "COMPOSITE";
  parts: Map<number, { etag: string; content: Content; first: number }>;
}

/** Least size of a part other than the last, and largest of any, in bytes. */
const PART_SIZES = [5 * 1024 ** 2, 5 * 1024 ** 3] as const;

/** Multipart uploads made of copied parts. */
export class Multipart {
  private readonly uploads = new Map<string, Upload>();
  private last = 0;

  constructor(private readonly store: (bucket: Bucket, stored: Stored, reason: Reason, call: Call) => void) {}

  /** Ids of uploads that were neither completed nor aborted. */
  get open(): string[] {
    return [...this.uploads.keys()];
  }

  create(bucket: Bucket, input: Input) {
    this.last += 1;
    const UploadId = `upload-${this.last}`;
    const algorithm = input.choice("ChecksumAlgorithm", ["CRC64NVME", "SHA256"]);
    const checksumType = input.choice("ChecksumType", ["FULL_OBJECT", "COMPOSITE"]) ?? "COMPOSITE";
    if (algorithm === "SHA256" && checksumType === "FULL_OBJECT") {
      throw new AwsError(
        "InvalidRequest",
        "The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm.",
      );
    }
    this.uploads.set(UploadId, {
      key: input.text("Key"),
      contentType: input.optionalText("ContentType") ?? "application/octet-stream",
      metadata: input.texts("Metadata"),
      kmsKeyArn: input.optionalText("SSEKMSKeyId") ?? bucket.kmsKeyArn,
      checksumType,
      parts: new Map(),
    });
    return { UploadId };
  }

  copyPart(input: Input, from: Stored) {
    const upload = this.upload(input);
    const [, first = "", last = ""] = /^bytes=(\d+)-(\d+)$/.exec(input.text("CopySourceRange")) ?? [];
    const size = Number(last) - Number(first) + 1;
    if (!(size > 0) || size > PART_SIZES[1] || Number(last) >= sizeOf(from.content)) {
      throw new AwsError(
        "InvalidArgument",
        `The specified range ${first}-${last} is not valid for a source of ${sizeOf(from.content)} bytes`,
      );
    }
    const number = input.number("PartNumber", 0);
    if (number < 1 || number > 10_000)
      throw new AwsError("InvalidArgument", `Part number must be between 1 and 10000, not ${number}`);
    const content = part(from.content, Number(first), size);
    const etag = etagOf(content);
    upload.parts.set(number, { etag, content, first: Number(first) });
    return { CopyPartResult: { ETag: `"${etag}"` } };
  }

  complete(bucket: Bucket, input: Input, call: Call, fresh: () => Pick<Stored, "versionId" | "lastModified">) {
    const upload = this.upload(input);
    requireConditionalWrite(bucket, { ifNoneMatch: input.optionalText("IfNoneMatch") === "*", creates: true });
    const content = this.joined(upload, input);
    const claimed = input.optionalText("ChecksumCRC64NVME");
    const size = input.number("MpuObjectSize", sizeOf(content));
    if ((claimed !== undefined && claimed !== crcOf(content)) || size !== sizeOf(content)) {
      throw new AwsError("BadDigest", "The checksum or size you specified did not match what we received");
    }
    const { key, contentType, metadata, kmsKeyArn, checksumType, parts } = upload;
    const stored: Stored = {
      ...fresh(),
      ...{ key, contentType, metadata, kmsKeyArn, content },
      etag: `${etagOf(content)}-${parts.size}`,
      checksums: { ChecksumCRC64NVME: crcOf(content), ChecksumType: checksumType },
      deleteMarker: false,
    };
    this.uploads.delete(input.text("UploadId"));
    this.store(bucket, stored, "CompleteMultipartUpload", call);
    return { ETag: `"${stored.etag}"`, VersionId: stored.versionId, ...stored.checksums };
  }

  abort(input: Input) {
    this.upload(input);
    this.uploads.delete(input.text("UploadId"));
    return {};
  }

  private upload(input: Input): Upload {
    const upload = this.uploads.get(input.text("UploadId"));
    if (upload === undefined || upload.key !== input.text("Key"))
      throw new AwsError("NoSuchUpload", "The specified upload does not exist", 404);
    return upload;
  }

  /** The parts that the caller lists, in the order of their numbers. */
  private joined(upload: Upload, input: Input): Content {
    const asked = input.value("MultipartUpload");
    const listed = isRecord(asked) ? listOf(asked.Parts).filter(isRecord) : [];
    const parts = listed.map(({ PartNumber, ETag }) => {
      const found = upload.parts.get(Number(PartNumber));
      if (found === undefined || `"${found.etag}"` !== ETag)
        throw new AwsError("InvalidPart", `Part ${PartNumber} could not be found`);
      return found;
    });
    const numbers = listed.map(({ PartNumber }) => Number(PartNumber));
    if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) {
      throw new AwsError("InvalidPartOrder", "The list of parts was not in ascending order");
    }
    if (parts.slice(0, -1).some(({ content }) => sizeOf(content) < PART_SIZES[0]))
      throw new AwsError("EntityTooSmall", "A part is smaller than 5 MiB");
    return join(parts.map(({ content }) => content));
  }
}

const part = (content: Content, first: number, size: number): Content =>
  "bytes" in content ? { bytes: content.bytes.subarray(first, first + size) } : { syntheticSize: size };

const join = (parts: readonly Content[]): Content =>
  parts.every((content) => "bytes" in content)
    ? { bytes: Buffer.concat(parts.map((content) => ("bytes" in content ? content.bytes : new Uint8Array()))) }
    : { syntheticSize: parts.reduce((sum, content) => sum + sizeOf(content), 0) };
