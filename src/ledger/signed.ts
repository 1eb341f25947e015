import { type KeyObject, verify } from "node:crypto";
import type { ValidateFunction } from "ajv/dist/2020";
import { canonical } from "../core/canonical";
import { isObject } from "../core/shape";
import { sha256 } from "../core/verdict";
import { digest, named, object } from "../core/verdict-shapes";

/** What signs: ECDSA over P-256 with SHA-256, its signature in DER, as KMS gives it. */
export const ALGORITHM = "ECDSA_SHA_256";

/** The key that a body is signed with, said in the body itself. */
export interface SigningKey {
  /** ARN of the KMS key. */
  keyArn: string;
  /** SHA-256 of the public key's SubjectPublicKeyInfo in DER, lower-case hex. */
  publicKeySha256: string;
  algorithm: typeof ALGORITHM;
}

/** What every signed document says besides its own. */
export interface SignedBody {
  schemaVersion: number;
  signedWith: SigningKey;
}

/** Public keys that are believed, by the SHA-256 of each. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>;

/** Signs in the name of one key. Every method throws what is a fault of ours. */
export interface Signer {
  key(): Promise<SigningKey>;
  /** @returns the signature in DER */
  sign(text: string): Promise<Uint8Array>;
  /** Its own public key, and those that signed before it. */
  trusted(): Promise<TrustedKeys>;
}

/** SHA-256 of a public key's SubjectPublicKeyInfo, lower-case hex. */
export const fingerprintOf = (key: KeyObject): string => sha256(key.export({ type: "spki", format: "der" }));

/**
 * Signs a body: its canonical JSON (RFC 8785).
 * @returns the document's text, canonical JSON too: `{"body":…,"signature":"<base64>"}`
 */
export async function seal<Body extends SignedBody>(body: Omit<Body, "signedWith">, signer: Signer): Promise<string> {
  const signed = { ...body, signedWith: await signer.key() };
  const signature = await signer.sign(canonical(signed));
  return canonical({ body: signed, signature: Buffer.from(signature).toString("base64") });
}

/** The signature doesn't hold, or the document isn't what it should be. The message says what was found and expected. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
}

/** Schema of `signedWith`. */
export const signedWith = object({ keyArn: named, publicKeySha256: digest, algorithm: { const: ALGORITHM } });

/** A signed document, whose signature is still to be looked at. */
export interface Signed<Body extends SignedBody> {
  /** How messages name it. */
  name: string;
  /** SHA-256 of its bytes, lower-case hex. */
  sha256: string;
  body: Body;
  /** What is signed: the body's canonical JSON. */
  signedText: string;
  /** DER, base64. */
  signature: string;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What is wrong with a body, as Ajv says it. */
type Wrong = NonNullable<ValidateFunction["errors"]>;

/** Reads bodies of such a schema. */
export const bodyReader =
  <Body extends SignedBody>(isBody: ValidateFunction<Body>) =>
  (body: unknown): Body | Wrong =>
    isBody(body) ? body : (isBody.errors ?? []);

/**
 * Reads a signed document without believing it.
 * @param read gives the body, or what is wrong with it
 * @throws LedgerError for bytes that aren't the canonical JSON of such a document
 */
export function readSigned<Body extends SignedBody>(
  bytes: Uint8Array,
  name: string,
  read: (body: unknown) => Body | Wrong,
): Signed<Body> {
  const text = decode(bytes, name);
  const parsed = parse(text, name);
  const { body: written, signature, ...others } = isObject(parsed) ? parsed : {};
  if (typeof signature !== "string" || Object.keys(others).length > 0) {
    throw new LedgerError(`${name}: expected a signed document: body and signature`);
  }
  const body = read(written);
  if (Array.isArray(body)) {
    const wrong = body.map(({ instancePath, message }) => `body${instancePath} ${message}`);
    throw new LedgerError(`${name}: ${wrong.join("; ")}`);
  }
  // Of one content there is one text, or a changed byte might not show.
  if (!isCanonical(parsed, text) || !isBase64(signature))
    throw new LedgerError(`${name}: isn't canonical JSON (RFC 8785), as it was written`);
  const signedText = text.slice(BEFORE_BODY.length, -`,"signature":"${signature}"}`.length);
  return { name, sha256: sha256(bytes), body, signedText, signature };
}

const BEFORE_BODY = '{"body":';

/** JSON.stringify writes texts and numbers as RFC 8785 does, and keys in the order of the text; so it saves most sorting. */
const isCanonical = (parsed: unknown, text: string): boolean =>
  (JSON.stringify(parsed) === text && isSorted(parsed)) || canonical(parsed) === text;

function isSorted(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isSorted);
  if (!isObject(value)) return true;
  const keys = Object.keys(value);
  return keys.every((key, at) => (at === 0 || (keys[at - 1] ?? "") < key) && isSorted(value[key]));
}

/** Base64 of which the same bytes give the same text again. */
const isBase64 = (text: string): boolean => Buffer.from(text, "base64").toString("base64") === text;

function decode(bytes: Uint8Array, name: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new LedgerError(`${name}: is no UTF-8 text`, { cause });
  }
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LedgerError(`${name}: is no JSON`, { cause });
  }
}

/** @throws LedgerError where no trusted key made the signature */
export function requireSignature(signed: Signed<SignedBody>, trusted: TrustedKeys): void {
  const key = keyOf(signed, trusted);
  const { signedText, signature } = signed;
  if (!verify("sha256", Buffer.from(signedText), key, Buffer.from(signature, "base64"))) throw notHolding(signed);
}

/** The same beside other work, on a thread of its own. */
export function signatureHolds(signed: Signed<SignedBody>, trusted: TrustedKeys): Promise<void> {
  return new Promise((resolve, reject) => {
    const key = keyOf(signed, trusted);
    const { signedText, signature } = signed;
    verify("sha256", Buffer.from(signedText), key, Buffer.from(signature, "base64"), (fault, holds) => {
      if (fault !== null) reject(fault);
      else if (holds) resolve();
      else reject(notHolding(signed));
    });
  });
}

function keyOf({ name, body }: Signed<SignedBody>, trusted: TrustedKeys): KeyObject {
  const { publicKeySha256 } = body.signedWith;
  const key = trusted.get(publicKeySha256);
  if (key !== undefined) return key;
  throw new LedgerError(
    `${name}: is signed with the key ${publicKeySha256}, which isn't among the ${trusted.size} trusted; if it is one of yours, name its public key too`,
  );
}

const notHolding = ({ name }: Signed<SignedBody>): LedgerError =>
  new LedgerError(`${name}: its signature doesn't hold: it was changed, or another key signed it`);
