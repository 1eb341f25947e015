import { createHash, createPublicKey } from "node:crypto";
import canonicalize from "canonicalize";
import type { Finding } from "../../src/core/finding";
import { isObject } from "../../src/core/shape";
import type { VerdictRecord } from "../../src/core/verdict";
import { ALGORITHM, fingerprintOf, type TrustedKeys } from "../../src/ledger/signed";
import { type SigningKey, signDigest, signingKey } from "../../src/local/stand-in/kms/signing-key";
import { ARN, CREDIT, FINGERPRINT, named } from "./registered-version";

export const IMAGE = `sha256:${"1".repeat(64)}`;
export const POLICY = "2".repeat(64);
export const EXECUTION = "exec1";
export const BUNDLE = "4".repeat(64);

const SOURCE = { uri: "s3://evidence-111122223333/a.json", versionId: "v1", sha256: "3".repeat(64) };

/** A finding of accuracy that passes. */
export const finding = (changed: Partial<Finding> = {}): Finding => ({
  check: "model-quality",
  metric: "binary.accuracy",
  facet: null,
  feature: null,
  category: null,
  value: 0.95,
  bound: { min: 0.9 },
  outcome: "pass",
  reason: null,
  evidence: SOURCE,
  ...changed,
});

/** checks.json of an approved version. */
export const approvedRecord = (changed: Partial<VerdictRecord> = {}): VerdictRecord => ({
  schemaVersion: 3,
  modelPackageArn: ARN,
  executionId: EXECUTION,
  attempt: 1,
  registered: { fingerprint: FINGERPRINT, createdAt: "2026-11-20T10:15:40.000Z", evidence: [named("a.json", "{}")] },
  decision: "Approved",
  findings: [finding(), finding({ metric: "rows", value: 1000, bound: { min: 500 } })],
  policy: { digest: POLICY },
  checks: { imageDigest: IMAGE, bundleSha256: BUNDLE },
  sources: [CREDIT],
  promptSets: [],
  evidence: [{ ...SOURCE, size: 100 }],
  ...changed,
});

const publicKeyOf = ({ publicKey }: SigningKey) =>
  createPublicKey({ key: Buffer.from(publicKey), type: "spki", format: "der" });

/** What validate signs with. */
export const VERDICT_SIGNER = signingKey("verdicts");
export const trustedBy = (key: SigningKey): TrustedKeys =>
  new Map([[fingerprintOf(publicKeyOf(key)), publicKeyOf(key)]]);

/** The text that validate writes, signed; the same each time. */
export function textOf(record: unknown, key = VERDICT_SIGNER): string {
  const signedWith = {
    keyArn: "arn:aws:kms:us-east-1:444455556666:key/verdicts",
    publicKeySha256: fingerprintOf(publicKeyOf(key)),
    algorithm: ALGORITHM,
  };
  const body = isObject(record) ? { ...record, signedWith } : record;
  const digest = createHash("sha256")
    .update(canonicalize(body) ?? "")
    .digest();
  return canonicalize({ body, signature: Buffer.from(signDigest(key, digest)).toString("base64") }) ?? "";
}
