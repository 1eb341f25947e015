import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { UnknownToStandIn } from "../service";

/** Bytes, or a size alone: an object of terabytes needs none. */
export type Content = { bytes: Uint8Array } | { syntheticSize: number };

export interface Checksums {
  ChecksumSHA256?: string;
  ChecksumCRC64NVME?: string;
  ChecksumType: "FULL_OBJECT" | "COMPOSITE";
}

/** One version of an object, or the marker of its deletion. */
export interface Stored {
  key: string;
  versionId: string;
  content: Content;
  etag: string;
  checksums: Checksums;
  lastModified: Date;
  contentType: string;
  metadata: Readonly<Record<string, string>>;
  kmsKeyArn: string | undefined;
  deleteMarker: boolean;
  replicationStatus?: "REPLICA";
}

export const sizeOf = (content: Content): number => ("bytes" in content ? content.bytes.length : content.syntheticSize);

const digestOf = (algorithm: string, content: Content) =>
  createHash(algorithm)
    .update("bytes" in content ? content.bytes : `synthetic ${content.syntheticSize}`)
    .digest();

export const etagOf = (content: Content): string => digestOf("md5", content).toString("hex");

export const sha256Of = (content: Content): string => digestOf("sha256", content).toString("base64");

/** Stands for CRC64NVME: equal for equal bytes and no others, which is all that anyone here asks of it. */
export const crcOf = (content: Content): string => digestOf("sha256", content).subarray(0, 8).toString("base64");

export function contentOf(body: unknown): Content {
  if (typeof body === "string") return { bytes: Buffer.from(body, "utf8") };
  if (body instanceof Uint8Array) return { bytes: body };
  if (typeof body === "object" && body !== null && "syntheticSize" in body && typeof body.syntheticSize === "number") {
    return { syntheticSize: body.syntheticSize };
  }
  throw new UnknownToStandIn("PutObject: Body is neither a text nor bytes");
}

/** A body as the SDK gives it on Node.js: a stream with two ways to read it whole. */
export function bodyOf(content: Content): Readable {
  if (!("bytes" in content)) throw new UnknownToStandIn("GetObject: the object has a size only, no bytes");
  const bytes = Buffer.from(content.bytes);
  return Object.assign(Readable.from([bytes]), {
    transformToByteArray: async () => new Uint8Array(bytes),
    transformToString: async () => bytes.toString("utf8"),
  });
}
