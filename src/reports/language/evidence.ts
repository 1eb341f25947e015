import { type Evidence, languageEvidenceOf } from "../../core/evidence";
import { attempt, type ReportDocument, shortProblem, sourcesOfDocument } from "../report-document";
import { isLanguageResult, type NamedFile, type ResultContext, readResults } from "./read-results";

/** Whether a report is the result of a language model's evaluation: a run's manifest, or a file that is one by its content. */
export function isLanguageReport(document: ReportDocument): boolean {
  if (document.slot !== "ModelQuality.Statistics" || "problem" in document) return false;
  return document.run !== undefined || isLanguageResult({ name: document.slot, bytes: document.bytes });
}

/** Evidence that a language model's result is: of each kind it has figures of, or of model quality where it can't be read. */
export function languageEvidence(document: ReportDocument, context: Omit<ResultContext, "expected">): Evidence[] {
  if ("problem" in document) return [];
  const { run, slot, bytes } = document;
  const files: readonly NamedFile[] = run?.files.map(({ path: name, ...file }) => ({ name, ...file })) ?? [
    { name: slot, bytes },
  ];
  const sources = sourcesOfDocument(document);
  const read = attempt(() =>
    readResults(files, { ...context, ...(run?.prompts !== undefined && { expected: run.prompts }) }),
  );
  if ("problem" in read) {
    // A file alone is named by its slot already.
    const problem = run === undefined ? read.problem : `${slot}: ${read.problem}`;
    return [{ kind: "model-quality", sources, problem: shortProblem(problem) }];
  }
  const { language, quality } = read.content;
  return [
    ...[...language].map(([kind, content]) => languageEvidenceOf(kind, sources, { content })),
    ...(quality === undefined ? [] : [{ kind: "model-quality" as const, sources, content: quality }]),
  ];
}
