import Ajv2020 from "ajv/dist/2020";
import type { PinnedObject } from "../core/evidence";
import type { Finding } from "../core/finding";
import { DECISIONS, type Decision } from "../core/verdict";
import { digest, finding, listOf, named, object, pinned, positive, time } from "../core/verdict-shapes";
import { readSigned, type Signed, type SignedBody, signedWith } from "./signed";

/**
 * One decision on one version, as it is kept. Every SHA-256 is lower-case hex, every time ISO 8601 in UTC with
 * milliseconds.
 */
export interface DecisionRecord extends SignedBody {
  schemaVersion: 1;
  kind: "decision";
  modelPackageArn: string;
  attempt: number;
  /** Of what the version was when it was judged, as in checks.json. */
  fingerprint: string;
  decision: Decision;
  /** One line, as the registry has it. */
  reason: string;
  decidedAt: string;
  /** The policy decided, by the verdict of this execution. */
  decidedBy: { kind: "policy"; executionId: string };
  /** checks.json. */
  verdict: PinnedObject;
  policy: { digest: string };
  checks: { imageDigest: string; bundleSha256: string };
  /** Every object version that was judged. */
  evidence: readonly PinnedObject[];
  findings: readonly Finding[];
}

const schema = object({
  schemaVersion: { const: 1 },
  kind: { const: "decision" },
  modelPackageArn: named,
  attempt: positive,
  fingerprint: digest,
  decision: { enum: [...DECISIONS] },
  reason: named,
  decidedAt: time,
  decidedBy: object({ kind: { const: "policy" }, executionId: named }),
  verdict: pinned,
  policy: object({ digest }),
  checks: object({ imageDigest: named, bundleSha256: digest }),
  evidence: listOf(pinned),
  findings: listOf(finding, 1),
  signedWith,
});

const isRecord = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile<DecisionRecord>(schema);

/**
 * Reads a decision record; its signature is still to be looked at.
 * @param name how messages name it, such as its key
 * @throws LedgerError for another shape
 */
export const readDecisionRecord = (bytes: Uint8Array, name: string): Signed<DecisionRecord> =>
  readSigned(bytes, name, isRecord);
