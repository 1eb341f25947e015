import { catalogue } from "../../../checks/catalogue";
import { talliesOf } from "../../../src/core/check";
import type { Evidence, EvidenceKind } from "../../../src/core/evidence";
import type { EvidenceSlot } from "../../../src/core/ports";
import { assembleEvidence, type LanguageContext, type ReportDocument } from "../../../src/reports/assemble-evidence";

/** Evaluates records by the checks that there are. */
export const LANGUAGE: LanguageContext = { tallies: talliesOf(catalogue) };

const encoder = new TextEncoder();

/** A report of that slot, pinned at its own URI; a text stands as it is, anything else becomes JSON. */
export function report(slot: EvidenceSlot, content: unknown, uri = `s3://evidence/${slot}.json`): ReportDocument {
  const bytes = encoder.encode(typeof content === "string" ? content : JSON.stringify(content));
  return { slot, uri, source: { uri, versionId: "v1", sha256: "ab".repeat(32), size: bytes.length }, bytes };
}

/** What the reports give, by kind: content, or the problem's text. */
export function read(...documents: ReportDocument[]): Partial<Record<EvidenceKind, unknown>> {
  const entry = (evidence: Evidence): [string, unknown] => [
    evidence.kind,
    "problem" in evidence ? evidence.problem : evidence.content,
  ];
  return Object.fromEntries(assembleEvidence(documents, LANGUAGE).map(entry));
}

/** A section of a Clarify bias report with one facet. */
export const section = (...metrics: unknown[]) => ({
  label: "approved",
  facets: { gender: [{ value_or_threshold: "F", metrics }] },
  label_value_or_threshold: "1",
});
