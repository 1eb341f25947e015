import { type EstimatedFigure, EvidenceError, type LanguageEvaluation, type LanguageKind } from "../../core/evidence";
import { merged } from "../../language/evaluate-records";
import { looksLike } from "../document-shape";
import { shortText } from "../fields";
import { isFmeval, isFmevalRecord, parseFmeval, parseFmevalRecords } from "./fmeval";
import {
  helmFailedRate,
  isHelmPerInstance,
  isHelmRunSpec,
  isHelmScenarioState,
  isHelmStats,
  parseHelmStats,
} from "./helm";
import { isLmEvalResults, isLmEvalSample, parseLmEval } from "./lm-eval";
import { isOwnRecord, kindOfRecord, ownRecords, type Tallies } from "./own-records";
import { type Opened, openResult, type ResultFile } from "./result-file";
import type { Results } from "./results";

/** What is known of a result beside its files. */
export interface ResultContext {
  tallies: Tallies;
  /** Model package ARN whose records these must be. */
  model?: string;
  /** Prompts of the set that records answer. */
  expected?: number;
}

/** A file of a result, of a kind where its manifest says so. */
export type NamedFile = ResultFile & { kind?: LanguageKind };

/** Files that go with another and hold no corpus value. */
const BESIDE: readonly (readonly [is: (root: unknown) => boolean, what: string])[] = [
  [isHelmRunSpec, "HELM's run specification; name its stats.json beside it, in a manifest.json"],
  [isHelmPerInstance, "HELM's statistics of instances; name its stats.json beside it, in a manifest.json"],
  [isHelmScenarioState, "HELM's requests; name its stats.json beside it, in a manifest.json"],
  [isLmEvalSample, "lm-evaluation-harness's samples; name its results file beside it, in a manifest.json"],
];
const DOCUMENTS: readonly (readonly [is: (root: unknown) => boolean, parse: (root: unknown) => Results])[] = [
  [isHelmStats, parseHelmStats],
  [isFmeval, parseFmeval],
  [isLmEvalResults, parseLmEval],
];

/** Whether a file is of a language model's evaluation, by its content. */
export function isLanguageResult(file: ResultFile): boolean {
  try {
    const head = headOf(openResult(file));
    const shapes = [...BESIDE, ...DOCUMENTS].map(([is]) => is);
    return [...shapes, isOwnRecord, isFmevalRecord].some((is) => is(head));
  } catch (error) {
    if (error instanceof EvidenceError) return false;
    throw error;
  }
}

/** The document, or the first record. */
function headOf(opened: Opened): unknown {
  if (opened.kind === "document") return opened.root;
  for (const record of opened.records()) return record;
  return undefined;
}

/**
 * Reads the files of one result together.
 * @throws EvidenceError that names the file, for one that isn't known or is wrong, and for a metric that two files have
 */
export function readResults(files: readonly NamedFile[], context: ResultContext): Results {
  const found: Results[] = [];
  const beside: string[] = [];
  const failedRates: EstimatedFigure[] = [];
  const runs = new Map<LanguageKind, ReturnType<typeof ownRecords>>();
  for (const file of files) {
    within(file, () => {
      const opened = openResult(file);
      const head = headOf(opened);
      const companion = BESIDE.find(([is]) => is(head))?.[1];
      if (companion !== undefined) beside.push(companion);
      if (isHelmScenarioState(head)) failedRates.push(helmFailedRate(head));
      else if (companion === undefined && opened.kind === "document") found.push(parseDocument(opened.root));
      else if (companion === undefined && opened.kind === "records")
        readRecords(opened.records, head, file, runs, found, context);
    });
  }
  for (const [kind, run] of runs) found.push({ language: new Map([[kind, run.evaluation()]]) });
  if (found.length === 0) throw new EvidenceError(`is ${beside.join(" and ") || "empty"}`);
  return withFailedRates(together(found), failedRates);
}

function parseDocument(root: unknown): Results {
  const parse = DOCUMENTS.find(([is]) => is(root))?.[1];
  if (parse === undefined) throw new EvidenceError(`is ${looksLike(root)}; expected the result of an evaluation`);
  return parse(root);
}

function readRecords(
  records: () => Iterable<unknown>,
  head: unknown,
  { name, kind }: NamedFile,
  runs: Map<LanguageKind, ReturnType<typeof ownRecords>>,
  found: Results[],
  { tallies, ...run }: ResultContext,
): void {
  if (isFmevalRecord(head)) {
    found.push(parseFmevalRecords(records(), (name.split("/").at(-1) ?? "").replace(/\.\w+$/, "")));
  } else if (isOwnRecord(head)) {
    const of = kind ?? kindOfRecord(head);
    const before = runs.get(of) ?? ownRecords(of, tallies, run);
    runs.set(of, before);
    before.add(records());
  } else {
    throw new EvidenceError(`its first record is ${looksLike(head)}; expected id, prompt and completions`);
  }
}

function together(all: readonly Results[]): Results {
  const kinds = new Set(all.flatMap(({ language }) => [...language.keys()]));
  const language = new Map(
    [...kinds].map((kind): [LanguageKind, LanguageEvaluation] => [
      kind,
      merged(all.flatMap((one) => one.language.get(kind) ?? [])),
    ]),
  );
  const qualities = all.flatMap(({ quality }) => quality ?? []);
  if (qualities.length === 0) return { language };
  const { metrics } = merged(qualities.map((quality) => ({ metrics: quality.metrics, categories: new Map() })));
  return { language, quality: { problemType: "unstated", metrics } };
}

function withFailedRates(results: Results, rates: readonly EstimatedFigure[]): Results {
  const [rate] = rates;
  if (rate === undefined) return results;
  if (rates.length > 1) throw new EvidenceError("ambiguous: two files are HELM's requests; expected one run");
  const added = { metrics: new Map([["records.failed_rate", rate]]), categories: new Map() };
  const language = [...results.language].map(([kind, of]) => [kind, merged([of, added])] as const);
  return { ...results, language: new Map(language) };
}

/** Puts the file's name before what is wrong with it. */
function within(file: NamedFile, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (error instanceof EvidenceError) throw new EvidenceError(`${shortText(file.name)}: ${error.message}`);
    throw error;
  }
}
