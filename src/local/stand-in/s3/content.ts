import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { isRecord } from "../inputs";
import { UnknownToStandIn } from "../service";
import { crc64Nvme, joinedCrc, repeatedCrc } from "./crc64-nvme";

/** Bytes, or ranges of a pattern that goes on for ever: an object of terabytes needs no memory. */
export type Content = { bytes: Uint8Array } | { ranges: readonly Range[] };

/** Where a range of the pattern begins, and how long it is. */
interface Range {
  first: number;
  size: number;
}

/** The pattern has one byte's value for as long as this, then the next one's. */
const STRETCH = 1024 ** 2;
const valueAt = (position: number): number => Math.floor(position / STRETCH) % 251;

/** What a PUT sends: a text, bytes, or `{ syntheticSize, from? }` for as much of the pattern from that position. */
export function contentOf(body: unknown): Content {
  if (typeof body === "string") return { bytes: bytesOf(body) };
  if (body instanceof Uint8Array) return { bytes: body };
  if (isRecord(body) && typeof body.syntheticSize === "number") {
    return { ranges: [{ first: Number(body.from ?? 0), size: body.syntheticSize }] };
  }
  throw new UnknownToStandIn("S3: Body is neither a text nor bytes");
}

/** From this many characters on, a text is most often the same one again: a bundle. */
const LARGE = 100_000;
const largeTexts = new Map<string, Uint8Array>();

function bytesOf(text: string): Uint8Array {
  const bytes = largeTexts.get(text) ?? Buffer.from(text, "utf8");
  if (text.length >= LARGE) largeTexts.set(text, bytes);
  return bytes;
}

/** In bytes. */
export const sizeOf = (content: Content): number =>
  "bytes" in content ? content.bytes.length : content.ranges.reduce((sum, { size }) => sum + size, 0);

/** `size` bytes from position `first`. */
export function sliced(content: Content, first: number, size: number): Content {
  if ("bytes" in content) return { bytes: content.bytes.subarray(first, first + size) };
  let before = 0;
  const ranges = content.ranges.flatMap((range) => {
    const begin = Math.max(first - before, 0);
    const end = Math.min(first + size - before, range.size);
    before += range.size;
    return begin < end ? [{ first: range.first + begin, size: end - begin }] : [];
  });
  return { ranges };
}

/** All parts in their order; ranges that go on where the last one ended become one. */
export function joined(parts: readonly Content[]): Content {
  const bytes = parts.flatMap((part) => ("bytes" in part ? [part.bytes] : []));
  if (bytes.length === parts.length) return { bytes: Buffer.concat(bytes) };
  if (bytes.length > 0) throw new UnknownToStandIn("S3: an upload of real parts and parts of a pattern");
  const ranges: Range[] = [];
  for (const range of parts.flatMap((part) => ("ranges" in part ? part.ranges : []))) {
    const last = ranges.at(-1);
    if (last === undefined || last.first + last.size !== range.first) ranges.push({ ...range });
    else last.size += range.size;
  }
  return { ranges };
}

const digests = { md5: new WeakMap<Uint8Array, Buffer>(), sha256: new WeakMap<Uint8Array, Buffer>() };

/** MD5 and SHA-256 of a pattern are those of its description: equal for equal content, and quick. */
function digestOf(algorithm: "md5" | "sha256", content: Content): Buffer {
  if (!("bytes" in content)) return createHash(algorithm).update(JSON.stringify(content.ranges)).digest();
  const { bytes } = content;
  const digest = digests[algorithm].get(bytes) ?? createHash(algorithm).update(bytes).digest();
  digests[algorithm].set(bytes, digest);
  return digest;
}

/** Lower-case hex. */
export const md5Of = (content: Content): string => digestOf("md5", content).toString("hex");

/** Base64, as S3 states it. */
export const sha256Of = (content: Content): string => digestOf("sha256", content).toString("base64");

/** CRC-64/NVME, base64 as S3 states it; of a pattern too it is the bytes' own. */
export function crcOf(content: Content): string {
  const crc = "bytes" in content ? crc64Nvme(content.bytes) : content.ranges.flatMap(stretches).reduce(addStretch, 0n);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(crc);
  return bytes.toString("base64");
}

const known = new Map<string, bigint>();

function addStretch(crc: bigint, { value, size }: Stretch): bigint {
  const name = `${value} ${size}`;
  const own = known.get(name) ?? repeatedCrc(value, size);
  known.set(name, own);
  return joinedCrc(crc, own, size);
}

interface Stretch {
  value: number;
  size: number;
}

function stretches({ first, size }: Range): Stretch[] {
  const found: Stretch[] = [];
  for (let at = first; at < first + size; ) {
    const next = Math.min((Math.floor(at / STRETCH) + 1) * STRETCH, first + size);
    found.push({ value: valueAt(at), size: next - at });
    at = next;
  }
  return found;
}

/** A body as the SDK gives it on Node.js: a stream with two ways to read it whole. */
export function bodyOf(content: Content): Readable {
  const chunks = () => ("bytes" in content ? [Buffer.from(content.bytes)] : generated(content.ranges));
  const whole = () => Buffer.concat([...chunks()]);
  return Object.assign(Readable.from(chunks(), { objectMode: false }), {
    transformToByteArray: async () => new Uint8Array(whole()),
    transformToString: async () => whole().toString("utf8"),
  });
}

function* generated(ranges: readonly Range[]): Generator<Buffer> {
  for (const { value, size } of ranges.flatMap(stretches)) yield Buffer.alloc(size, value);
}
