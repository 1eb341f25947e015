import { bound, type Check, defineCheck, twoSided } from "../../src/core/check";
import type { Evidence, PinnedObject } from "../../src/core/evidence";
import type { Measurement } from "../../src/core/finding";
import type { CheckPolicy, GroupPolicy } from "../../src/core/policy";

export const SOURCE: PinnedObject = {
  uri: "s3://evidence/report.json",
  versionId: "v7",
  sha256: "a".repeat(64),
  size: 9,
};

/** A check of model quality that measures what it is told to. */
export const checkThatMeasures = (measurements: readonly Measurement[], id = "model-quality"): Check =>
  defineCheck({
    id,
    title: "Measures what it is told to",
    requires: "model-quality",
    thresholds: {
      type: "object",
      additionalProperties: false,
      properties: {
        share: bound({ default: {}, range: [0, 1], description: "A share." }),
        difference: twoSided({ default: {}, range: [-1, 1], description: "A difference." }),
        free: bound({
          default: {},
          range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
          description: "Any number.",
        }),
      },
    },
    measure: () => [...measurements],
  });

export const EVIDENCE: Evidence = {
  kind: "model-quality",
  sources: [SOURCE],
  content: { problemType: "binary", metrics: new Map() },
};

export const policyOf = (
  outcomes: Partial<CheckPolicy> = {},
  requiredEvidence: GroupPolicy["requiredEvidence"] = [],
): GroupPolicy => ({
  digest: "d".repeat(64),
  requiredEvidence,
  acceptUndigestedEvidence: false,
  acceptReusedEvidence: [],
  checks: { "model-quality": { onFail: "reject", onCannotEvaluate: "reject", thresholds: {}, ...outcomes } },
});
