import {
  type EstimatedFigure,
  EvidenceError,
  type LanguageEvaluation,
  type LanguageKind,
  type ModelQuality,
} from "../../core/evidence";
import { merged } from "../../language/evaluate-records";
import { looksLike } from "../document-shape";
import { shortText } from "../fields";
import { isFmeval, isFmevalRecord, parseFmeval, parseFmevalRecords } from "./fmeval";
import {
  helmFailedRate,
  helmRunName,
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
  [isFmeval, parseFmeval],
  [isLmEvalResults, parseLmEval],
];

/** Whether a file is of a language model's evaluation, by its content. */
export const isLanguageResult = (file: ResultFile): boolean =>
  begins(file, [...BESIDE, ...DOCUMENTS].map(([is]) => is).concat(isHelmStats, isOwnRecord, isFmevalRecord));

/** Whether a file says what a model was asked and nothing of its answers: the same for each version that is asked so. */
export const isSpecification = (file: ResultFile): boolean => begins(file, [isHelmRunSpec]);

function begins(file: ResultFile, shapes: readonly ((root: unknown) => boolean)[]): boolean {
  try {
    const head = headOf(openResult(file));
    return shapes.some((is) => is(head));
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
  const parts: Parts = {
    found: [],
    beside: [],
    failedRates: [],
    helm: [],
    runNames: [],
    runs: new Map(),
    fmeval: new Set(),
  };
  for (const file of files) within(file, () => readFile(file, parts, context));
  const [runName] = parts.runNames;
  for (const stats of parts.helm) within(stats, () => void parts.found.push(parseHelmStats(stats.root, runName)));
  if (parts.fmeval.size > 1)
    throw new EvidenceError("names both fmeval's output and its records; expected one of them");
  for (const [kind, run] of parts.runs) parts.found.push({ language: new Map([[kind, run.evaluation()]]) });
  if (parts.found.length === 0) throw new EvidenceError(`is ${parts.beside.join(" and ") || "empty"}`);
  return withFailedRates(together(parts.found), parts.failedRates);
}

/** What was read of a result's files so far. */
interface Parts {
  found: Results[];
  /** What files are that hold no corpus value. */
  beside: string[];
  failedRates: EstimatedFigure[];
  /** HELM's statistics, which are read once the run's name is known. */
  helm: (NamedFile & { root: unknown })[];
  runNames: string[];
  runs: Map<LanguageKind, ReturnType<typeof ownRecords>>;
  fmeval: Set<"output" | "records">;
}

function readFile(file: NamedFile, parts: Parts, context: ResultContext): void {
  const opened = openResult(file);
  const head = headOf(opened);
  if (isHelmStats(head)) {
    parts.helm.push({ ...file, root: head });
    return;
  }
  const companion = BESIDE.find(([is]) => is(head))?.[1];
  if (companion !== undefined) parts.beside.push(companion);
  if (isHelmRunSpec(head)) parts.runNames.push(helmRunName(head));
  if (isHelmScenarioState(head)) parts.failedRates.push(helmFailedRate(head));
  if (companion !== undefined) return;
  if (isFmeval(head)) parts.fmeval.add("output");
  if (isFmevalRecord(head)) parts.fmeval.add("records");
  if (opened.kind === "document") parts.found.push(parseDocument(opened.root));
  else readRecords(opened.records, head, file, parts, context);
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
  { runs, found }: Parts,
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
  const rows = qualities.length === 1 ? qualities[0]?.rows : undefined;
  return { language, quality: { problemType: "unstated", metrics, ...(rows && { rows }) } };
}

function withFailedRates(results: Results, rates: readonly EstimatedFigure[]): Results {
  const [rate] = rates;
  if (rate === undefined) return results;
  if (rates.length > 1) throw new EvidenceError("ambiguous: two files are HELM's requests; expected one run");
  const added = { metrics: new Map([["records.failed_rate", rate]]), categories: new Map() };
  const language = [...results.language].map(([kind, of]) => [kind, merged([of, added])] as const);
  return {
    ...results,
    language: new Map(language),
    ...(results.quality && { quality: failing(results.quality, rate) }),
  };
}

/** HELM's means are of the requests that were answered: with any that weren't they have no value. */
function failing(quality: ModelQuality, { value }: EstimatedFigure): ModelQuality {
  if (value === 0) return quality;
  const none = { value: null, problem: `a share of ${value} of HELM's requests failed` };
  return { ...quality, metrics: new Map([...quality.metrics.keys()].map((name) => [name, none])) };
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
