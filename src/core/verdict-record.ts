import Ajv2020 from "ajv/dist/2020";
import { OUTCOMES } from "./finding";
import { DECISIONS, type VerdictRecord } from "./verdict";

const nullableText = { type: ["string", "null"] };
const digest = { type: "string", pattern: "^[0-9a-f]{64}$" };
const object = (properties: Record<string, unknown>, optional: readonly string[] = []) => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const number = { type: "number" };

const finding = object(
  {
    check: { type: "string", minLength: 1 },
    metric: { type: "string", minLength: 1 },
    facet: nullableText,
    feature: nullableText,
    category: nullableText,
    value: { anyOf: [number, { enum: ["NaN", "Infinity", "-Infinity", null] }] },
    interval: { type: "array", items: number, minItems: 2, maxItems: 2 },
    bound: object({ min: number, max: number }, ["min", "max"]),
    outcome: { enum: [...OUTCOMES] },
    reason: nullableText,
    evidence: {
      anyOf: [{ type: "null" }, object({ uri: { type: "string" }, versionId: nullableText, sha256: digest })],
    },
  },
  ["interval"],
);

const schema = object({
  schemaVersion: { const: 1 },
  modelPackageArn: { type: "string" },
  executionId: { type: "string" },
  decision: { enum: [...DECISIONS] },
  findings: { type: "array", minItems: 1, items: finding },
  policy: object({ digest }),
  checks: object({ imageDigest: { type: "string" } }),
  evidence: {
    type: "array",
    items: object({
      uri: { type: "string" },
      versionId: nullableText,
      sha256: digest,
      size: { type: "integer", minimum: 0 },
    }),
  },
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
