import { parseModelPackageArn } from "../../src/contract/arn";
import type { EvidenceSource } from "../../src/contract/evidence-uri";
import type { EvidenceReference, ModelPackage } from "../../src/core/ports";
import { sha256 } from "../../src/core/verdict";

/** The governance account of the tests, and two dev accounts with a group each. */
export const GOVERNANCE = { account: "444455556666", region: "us-east-1" };
export const GROUPS = { "credit-risk": ["111122223333"], "payment-fraud": ["222233334444"] };
const source = (account: string): EvidenceSource => ({
  account,
  artifactBucket: `artifacts-${account}`,
  evidenceBucket: `evidence-${account}`,
});
export const CREDIT = source("111122223333");
export const PAYMENTS = source("222233334444");
export const SOURCES = [CREDIT, PAYMENTS];

export const arnOf = (groupAndVersion: string): string =>
  `arn:aws:sagemaker:${GOVERNANCE.region}:${GOVERNANCE.account}:model-package/${groupAndVersion}`;
export const ARN = arnOf("credit-risk/7");

/** No report is evidence of another version. */
export const NOT_REUSED = { reusedFrom: async () => undefined, acceptReused: [] };

/** What the tests' versions are made of. */
export const FINGERPRINT = "5".repeat(64);

/** A version of credit-risk that awaits approval. */
export function registeredVersion(changed: Partial<ModelPackage> = {}, arn = ARN): ModelPackage {
  const id = parseModelPackageArn(arn);
  if (id === undefined) throw new Error(`${arn} is no versioned model package`);
  return {
    id,
    status: "Completed",
    approvalStatus: "PendingManualApproval",
    createdAt: new Date("2026-11-20T10:15:40Z"),
    evidence: [],
    fingerprint: FINGERPRINT,
    containers: [],
    customerMetadata: new Map(),
    ...changed,
  };
}

/** A report as the team registers it: in its own bucket, with the SHA-256 of its bytes. */
export const named = (key: string, body: string): EvidenceReference & { sha256: string } => ({
  slot: "ModelQuality.Statistics",
  uri: `s3://${CREDIT.artifactBucket}/${key}`,
  sha256: sha256(body),
});

/** The same without a digest. */
export const undigested = (key: string): EvidenceReference => ({
  slot: "ModelQuality.Statistics",
  uri: `s3://${CREDIT.artifactBucket}/${key}`,
});
