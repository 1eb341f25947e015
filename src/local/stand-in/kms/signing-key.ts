import { createECDH, createHash, createPublicKey } from "node:crypto";

/** An ECC_NIST_P256 key pair; Node.js's own functions take the public half. */
export interface SigningKey {
  /** SubjectPublicKeyInfo in DER. */
  publicKey: Uint8Array;
  /** Private scalar. */
  scalar: bigint;
}

const CURVE = "prime256v1";
/** Order of the curve's base point. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const sha256 = (...parts: readonly (string | Uint8Array)[]): Uint8Array =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const bytesOf = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, "0"), "hex");
/** A number from 1 to the order, less one. */
const scalarOf = (bytes: Uint8Array): bigint => (numberOf(bytes) % (ORDER - 1n)) + 1n;

/** Coordinates of the scalar's multiple of the base point. */
function pointOf(scalar: bigint): { x: Buffer; y: Buffer } {
  const curve = createECDH(CURVE);
  curve.setPrivateKey(bytesOf(scalar));
  const point = curve.getPublicKey();
  return { x: point.subarray(1, 33), y: point.subarray(33) };
}

/** The key pair that belongs to a name; the same for the same name, so that runs can be told apart by their seed alone. */
export function signingKey(name: string): SigningKey {
  const scalar = scalarOf(sha256("key pair of ", name));
  const { x, y } = pointOf(scalar);
  const text = (part: Buffer) => part.toString("base64url");
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x: text(x), y: text(y) }, format: "jwk" });
  return { scalar, publicKey: publicKey.export({ type: "spki", format: "der" }) };
}

/** ECDSA of a digest, in DER. Node.js signs messages alone, so the digest's own arithmetic is here. */
export function signDigest({ scalar }: SigningKey, digest: Uint8Array): Uint8Array {
  const nonce = scalarOf(sha256(bytesOf(scalar), digest));
  const r = numberOf(pointOf(nonce).x) % ORDER;
  const s = (inverse(nonce) * (numberOf(digest) + r * scalar)) % ORDER;
  return sequence([integer(r), integer(s)]);
}

/** By Fermat: the order is a prime. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = value % ORDER;
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
  }
  return result;
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  const positive = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
  return Buffer.concat([Buffer.of(0x02, positive.length), positive]);
}

function sequence(parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(0x30, content.length), content]);
}
