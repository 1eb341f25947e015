import type { Check } from "./check";
import { EVIDENCE_KINDS } from "./evidence";
import { EVIDENCE_SLOTS } from "./ports";

const ON_OUTCOME = {
  enum: ["reject", "review"],
  default: "reject",
} as const;

/** JSON Schema of a policy file, made of all checks' thresholds. It serves the parser and the admin's editor. */
export function policySchema(checks: readonly Check[]) {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Policy of model governance",
    type: "object",
    additionalProperties: false,
    required: ["schemaVersion"],
    properties: {
      schemaVersion: { const: 1, description: "Version of this file's format." },
      requiredEvidence: {
        description: "Kinds of report that every version must have. Others are judged where they are named.",
        type: "array",
        uniqueItems: true,
        items: { enum: [...EVIDENCE_KINDS] },
        default: ["model-quality", "bias-pre-training", "bias-post-training"],
      },
      acceptUndigestedEvidence: {
        description:
          "Whether a report that the version names without a ContentDigest counts. If so, all versions of its key must be byte-equal.",
        type: "boolean",
        default: false,
      },
      acceptReusedEvidence: {
        description:
          "Slots whose report may be another version's evidence too, such as statistics of data that several versions were trained with.",
        type: "array",
        uniqueItems: true,
        items: { enum: [...EVIDENCE_SLOTS] },
        default: [],
      },
      evidenceDeadlineMinutes: {
        description:
          "Minutes after registration until which a report may still arrive. Organisation only: start waits the same for all groups.",
        type: "integer",
        minimum: 1,
        maximum: 10_080,
        default: 60,
      },
      checks: {
        description: "What is judged otherwise than by the defaults, check by check.",
        type: "object",
        additionalProperties: false,
        properties: Object.fromEntries(checks.map((check) => [check.id, checkSchema(check)])),
      },
    },
  };
}

const checkSchema = ({ title, thresholds }: Check) => ({
  description: title,
  type: "object",
  additionalProperties: false,
  properties: {
    onFail: { ...ON_OUTCOME, description: "What a failed finding does: reject, or leave the version to a person." },
    onCannotEvaluate: {
      ...ON_OUTCOME,
      description: "What evidence that can't be evaluated does: reject, or leave the version to a person.",
    },
    thresholds: { ...thresholds, description: "Bounds, each replaced as a whole; `{}` takes a bound away." },
  },
});

/** The schema as {@link policySchema} makes it. */
export type PolicySchema = ReturnType<typeof policySchema>;
