import { EvidenceError, type LanguageKind, type PinnedObject } from "../core/evidence";
import type { EvidenceSlot } from "../core/ports";
import { shortText } from "./fields";
import { parseJson } from "./json";

/** A report that a version names: its bytes, or why they couldn't be had (absent, another digest, too large). */
export type ReportDocument = {
  slot: EvidenceSlot;
  /** The object version that was read; absent where none could be. */
  source?: PinnedObject;
  /** As registered. */
  uri: string;
} & ({ bytes: Uint8Array; run?: ReportedRun } | { problem: string; run?: ReportedRun });

/** Files of a run whose manifest a report is. */
export interface ReportedRun {
  files: readonly { path: string; kind?: LanguageKind; source: PinnedObject; bytes: Uint8Array }[];
  /** Prompts of the set that its records answer, where the manifest says. */
  prompts?: number;
}

/** Every object version that a report was read from. */
export const sourcesOfDocument = (document: ReportDocument): PinnedObject[] => [
  ...(document.source === undefined ? [] : [document.source]),
  ...("run" in document && document.run !== undefined ? document.run.files.map(({ source }) => source) : []),
];

/** A report after JSON: its root value, or why it has none. */
export interface OpenedReport {
  slot: EvidenceSlot;
  /** The same for two slots that name one object. */
  identity: string;
  uri: string;
  sources: readonly PinnedObject[];
  root: Attempt<unknown>;
}

/** What a parser gave, or what the evidence lacks for it. */
export type Attempt<T> = { content: T } | { problem: string };

/** Runs a parser. What isn't the evidence's fault is a bug of ours and goes on up. */
export function attempt<T>(parse: () => T): Attempt<T> {
  try {
    return { content: parse() };
  } catch (error) {
    if (error instanceof EvidenceError) return { problem: error.message };
    throw error;
  }
}

/** Opens each report, an object that several slots name once. */
export function openReports(documents: readonly ReportDocument[]): OpenedReport[] {
  const roots = new Map<string, Attempt<unknown>>();
  return documents.map((document) => {
    const { slot, uri, source } = document;
    const identity = source === undefined ? uri : `${source.uri} ${source.versionId ?? ""} ${source.sha256}`;
    const root = roots.get(identity) ?? rootOf(document);
    roots.set(identity, root);
    return { slot, identity, uri, sources: source === undefined ? [] : [source], root };
  });
}

/** Characters of a problem that was found before reading; it may quote a URI of 1024. */
const PROBLEM = 500;

/** A problem's text as a finding can hold it. */
export const shortProblem = (text: string): string => shortText(text, PROBLEM);

const rootOf = (document: ReportDocument): Attempt<unknown> =>
  "problem" in document ? { problem: shortProblem(document.problem) } : attempt(() => parseJson(document.bytes));

/** A report's name in a message; the URI too, unless the finding or the problem itself has it. */
export function reportName({ slot, uri, sources, root }: OpenedReport): string {
  const known = sources.length > 0 || ("problem" in root && root.problem.includes(uri));
  return known ? slot : `${slot} (${shortText(uri)})`;
}
