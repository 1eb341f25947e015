import Ajv2020 from "ajv/dist/2020";
import { EVIDENCE_SLOTS } from "./ports";
import { DECISIONS, type VerdictRecord } from "./verdict";
import { digest, finding, listOf, named, object, pinned, positive, time } from "./verdict-shapes";

const schema = object({
  schemaVersion: { const: 2 },
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
});

const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile<VerdictRecord>(schema);

/**
 * Reads checks.json.
 * @throws Error for another shape, and for an approval that its own findings contradict
 */
export function parseVerdictRecord(bytes: Uint8Array): VerdictRecord {
  const record: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  if (!validate(record)) {
    const wrong = (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || "the file"} ${message}`,
    );
    throw new Error(`checks.json isn't what the validate step writes: ${wrong.join("; ")}`);
  }
  const contradicting = record.findings.find(({ outcome }) => outcome !== "pass");
  if (record.decision === "Approved" && contradicting) {
    throw new Error(
      `checks.json says Approved, but its finding of ${contradicting.check} ${contradicting.metric} is ${contradicting.outcome}`,
    );
  }
  return record;
}
