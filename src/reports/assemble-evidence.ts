import type { Evidence, EvidenceContent, EvidenceKind, PinnedObject } from "../core/evidence";
import type { EvidenceSlot } from "../core/ports";
import { type BiasKind, hasBiasSection, parseBias } from "./clarify-bias";
import { hasShapValues, parseExplainability } from "./clarify-explainability";
import { shortText } from "./fields";
import { isLanguageReport, languageEvidence } from "./language/evidence";
import { readDataQuality, readModelQuality } from "./monitor-evidence";
import {
  type Attempt,
  attempt,
  type OpenedReport,
  openReports,
  type ReportDocument,
  reportName,
} from "./report-document";

export type { ReportDocument } from "./report-document";

/** What evaluates a language model's records, and whose they must be. */
export type LanguageContext = Parameters<typeof languageEvidence>[1];

/**
 * Reads the reports that a version names as evidence: at most one of each kind, content or the problem with it.
 * A kind that no report belongs to is absent. A report that several slots name is read once.
 * @throws what is no fault of the evidence: a bug of ours
 */
export function assembleEvidence(documents: readonly ReportDocument[], language: LanguageContext): Evidence[] {
  const results = documents.filter(isLanguageReport);
  const reports = openReports(documents.filter((document) => !results.includes(document)));
  const inSlots = (...slots: EvidenceSlot[]): OpenedReport[] => reports.filter(({ slot }) => slots.includes(slot));
  const biasReports = inSlots("Bias.Report");
  const anyBias = inSlots("Bias.Report", "Bias.PreTrainingReport", "Bias.PostTrainingReport");
  const bias = (kind: BiasKind, slot: EvidenceSlot): Evidence[] =>
    single(kind, [...biasReports.filter((report) => isFor(report, kind)), ...inSlots(slot)], (root) =>
      parseBias(root, kind),
    );
  return [
    ...results.flatMap((document) => languageEvidence(document, language)),
    ...both("model-quality", inSlots("ModelQuality.Statistics", "ModelQuality.Constraints"), readModelQuality),
    ...bias("bias-pre-training", "Bias.PreTrainingReport"),
    ...bias("bias-post-training", "Bias.PostTrainingReport"),
    ...single(
      "explainability",
      [...anyBias.filter(holdsShapValues), ...inSlots("Explainability.Report")],
      parseExplainability,
    ),
    ...both("data-quality", inSlots("ModelDataQuality.Statistics", "ModelDataQuality.Constraints"), readDataQuality),
  ];
}

const BIAS_KINDS: readonly BiasKind[] = ["bias-pre-training", "bias-post-training"];

/** A bias report is of the kinds whose section it has; one without any, or that can't be read, of both. */
function isFor({ root }: OpenedReport, kind: BiasKind): boolean {
  if ("problem" in root) return true;
  return hasBiasSection(root.content, kind) || !BIAS_KINDS.some((other) => hasBiasSection(root.content, other));
}

/** Clarify writes one file for all that a job was asked: its explanations count wherever its bias sections do. */
const holdsShapValues = ({ root }: OpenedReport): boolean =>
  "content" in root && hasShapValues(root.content) && BIAS_KINDS.some((kind) => hasBiasSection(root.content, kind));

/** Evidence of a kind that one document holds; two documents of it are ambiguous. */
function single<Kind extends EvidenceKind>(
  kind: Kind,
  reports: readonly OpenedReport[],
  parse: (root: unknown) => EvidenceContent[Kind],
): Evidence[] {
  const different = distinct(reports);
  const [report, ...others] = different;
  if (report === undefined) return [];
  if (others.length > 0) return [evidence(kind, sourcesOf(different), { problem: ambiguous(kind, different) })];
  const { root } = report;
  const read = "problem" in root ? root : attempt(() => parse(root.content));
  return [evidence(kind, report.sources, named(report, read))];
}

/** Evidence of a kind that several documents hold together: statistics and what they must meet. */
function both<Kind extends EvidenceKind>(
  kind: Kind,
  reports: readonly OpenedReport[],
  read: (reports: readonly OpenedReport[]) => Attempt<EvidenceContent[Kind]>,
): Evidence[] {
  return reports.length === 0 ? [] : [evidence(kind, sourcesOf(reports), read(reports))];
}

function evidence<Kind extends EvidenceKind>(
  kind: Kind,
  sources: readonly PinnedObject[],
  read: Attempt<EvidenceContent[Kind]>,
): Evidence {
  // Kind and content belong together by this function's type, which the union can't express for a kind unknown here.
  return { kind, sources, ...read } as Evidence;
}

const named = <T>(report: OpenedReport, read: Attempt<T>): Attempt<T> =>
  "problem" in read ? { problem: `${reportName(report)}: ${read.problem}` } : read;

const distinct = (reports: readonly OpenedReport[]): OpenedReport[] =>
  [...new Map(reports.toReversed().map((report) => [report.identity, report])).values()].toReversed();

const sourcesOf = (reports: readonly OpenedReport[]): PinnedObject[] =>
  distinct(reports).flatMap(({ sources }) => sources);

function ambiguous(kind: EvidenceKind, reports: readonly OpenedReport[]): string {
  const names = reports.map(({ slot, uri }) => `${slot} (${shortText(uri)})`).join(" and ");
  return `ambiguous: ${names} are different documents of ${kind}; expected one`;
}
