import Ajv2020 from "ajv/dist/2020";
import { EVIDENCE_SLOTS } from "../core/ports";
import { isObject } from "../core/shape";
import { DECISIONS, type VerdictRecord } from "../core/verdict";
import { digest, finding, listOf, named, nullableText, object, pinned, positive, time } from "../core/verdict-shapes";
import { bodyReader, readSigned, type Signed, type SignedBody, signedWith } from "./signed";

/** checks.json as the validate step signs it. */
export interface SignedVerdict extends VerdictRecord, SignedBody {
  schemaVersion: 3;
}

const seenVersion = object({ versionId: nullableText, size: { type: "integer", minimum: 0 }, sha256: digest }, [
  "sha256",
]);

const FIELDS = {
  modelPackageArn: { type: "string" },
  executionId: { type: "string" },
  attempt: positive,
  registered: object({
    fingerprint: digest,
    createdAt: time,
    evidence: listOf(object({ slot: { enum: [...EVIDENCE_SLOTS] }, uri: named, sha256: digest }, ["sha256"])),
  }),
  decision: { enum: [...DECISIONS] },
  findings: listOf(finding, 1),
  policy: object({ digest }),
  checks: object({ imageDigest: { type: "string" }, bundleSha256: digest }),
  sources: listOf(object({ account: named, artifactBucket: named, evidenceBucket: named })),
  promptSets: listOf(object({ name: named, sha256: digest })),
  evidence: listOf(pinned),
  reused: listOf(object({ sha256: digest, modelPackageArn: named }), 1),
  seen: listOf(object({ uri: named, versions: listOf(seenVersion, 1) }), 1),
};

const OPTIONAL = ["reused", "seen"];

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
const isUnsigned = ajv.compile<VerdictRecord>(object({ schemaVersion: { const: 2 }, ...FIELDS }, OPTIONAL));
const isSigned = ajv.compile<SignedVerdict>(object({ schemaVersion: { const: 3 }, signedWith, ...FIELDS }, OPTIONAL));

/**
 * Reads a signed checks.json; its signature is still to be looked at.
 * @throws Error for another shape, and for an approval that its own findings contradict
 */
export function readSignedVerdict(bytes: Uint8Array, name: string): Signed<SignedVerdict> {
  const signed = readSigned(bytes, name, bodyReader(isSigned));
  requireNoContradiction(signed.body);
  return signed;
}

/** A verdict of any time, and its text: all of checks.json but the signature. */
export interface StoredVerdict {
  verdict: VerdictRecord;
  /** What judging again must give, bit for bit. */
  text: string;
}

/** Reads checks.json as it was ever written, without believing it. @throws Error as `readSignedVerdict` does */
export function readStoredVerdict(bytes: Uint8Array): StoredVerdict {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const parsed: unknown = JSON.parse(text);
  if (!isObject(parsed) || !("signature" in parsed)) return { verdict: verdictOf(parsed), text };
  const { body, signedText } = readSignedVerdict(bytes, "checks.json");
  return { verdict: body, text: signedText };
}

/** The verdict alone. @throws Error as `readSignedVerdict` does */
export const parseVerdictRecord = (bytes: Uint8Array): VerdictRecord => readStoredVerdict(bytes).verdict;

/** A verdict's text as `StoredVerdict` has it. @throws Error as `readSignedVerdict` does */
export const parseVerdictText = (text: string): VerdictRecord => verdictOf(JSON.parse(text));

function verdictOf(value: unknown): VerdictRecord {
  const isOf = isObject(value) && "signedWith" in value ? isSigned : isUnsigned;
  if (!isOf(value)) {
    const wrong = (isOf.errors ?? []).map(({ instancePath, message }) => `${instancePath || "the file"} ${message}`);
    throw new Error(`checks.json isn't what the validate step writes: ${wrong.join("; ")}`);
  }
  requireNoContradiction(value);
  return value;
}

function requireNoContradiction({ decision, findings }: VerdictRecord): void {
  const contradicting = findings.find(({ outcome }) => outcome !== "pass");
  if (decision === "Approved" && contradicting) {
    throw new Error(
      `checks.json says Approved, but its finding of ${contradicting.check} ${contradicting.metric} is ${contradicting.outcome}`,
    );
  }
}
