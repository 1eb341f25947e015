import { createHash, createPublicKey } from "node:crypto";
import { p256 } from "@noble/curves/nist";

/** An ECC_NIST_P256 key pair. */
export interface SigningKey {
  /** SubjectPublicKeyInfo in DER. */
  publicKey: Uint8Array;
  /** Private scalar, 32 bytes. */
  scalar: Uint8Array;
}

/** The key pair that belongs to a name; the same for the same name, so that runs can be told apart by their seed alone. */
export function signingKey(name: string): SigningKey {
  const key = known.get(name) ?? makeKey(name);
  known.set(name, key);
  return key;
}

const known = new Map<string, SigningKey>();

function makeKey(name: string): SigningKey {
  const scalar = createHash("sha256").update(`key pair of ${name}`).digest();
  const point = p256.getPublicKey(scalar, false);
  const text = (from: number) => Buffer.from(point.subarray(from, from + 32)).toString("base64url");
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x: text(1), y: text(33) }, format: "jwk" });
  return { scalar, publicKey: publicKey.export({ type: "spki", format: "der" }) };
}

/** ECDSA of a digest, in DER. Node.js signs messages alone. */
export const signDigest = ({ scalar }: SigningKey, digest: Uint8Array): Uint8Array =>
  p256.sign(digest, scalar, { prehash: false }).toDERRawBytes();
