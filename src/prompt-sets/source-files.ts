import { shorten } from "../core/verdict";

/** A file of a published data set. */
export interface SourceFile {
  /** Path below the folder that was given. */
  path: string;
  /** May be read only when it is asked for: a source tree doesn't fit into memory. */
  readonly text: string;
}

/** A prompt before it is asked: `id`, `prompt`, `category`, and what its kind's check reads. */
export interface PromptLine {
  id: string;
  prompt: string;
  category: string | null;
  readonly [field: string]: unknown;
}

/** What a reader of a format is told, and where it says what it doesn't take. */
export interface Reading {
  /** Most tokens that a completion may have. */
  maxTokens: number;
  /** Counts a record of the data set that gives no prompt, by the reason. */
  leaveOut(why: string): void;
}

/** A data set isn't in its published format. The message says file, line, what was found and expected. */
export class PromptSetError extends Error {
  override readonly name = "PromptSetError";

  constructor(file: string, line: number | undefined, problem: string) {
    super(`${file}${line === undefined ? "" : `:${line}`}: ${problem}`);
  }
}

/** A text of the data in a message: on one line, and not the whole of a book. */
export const shown = (text: string): string => JSON.stringify(shorten(text, 40));

/** Parses a JSON text. @throws PromptSetError */
export function jsonOf(text: string, file: string, line?: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PromptSetError(file, line, `is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** The JSON values of a file with one a line. Blank lines are none. @throws PromptSetError */
export const jsonLinesOf = ({ path, text }: SourceFile): { value: unknown; line: number }[] =>
  text.split("\n").flatMap((line, at) => {
    return line.trim() === "" ? [] : [{ value: jsonOf(line, path, at + 1), line: at + 1 }];
  });

/** More than tokens of any text have on average, so that no completion is longer than its reference was cut to. */
const CHARACTERS_PER_TOKEN = 16;

/** The text after a prompt, as much of it as a completion could repeat; never cut inside a character. */
export function referenceOf(text: string, { maxTokens }: Reading): string {
  const kept = text.slice(0, maxTokens * CHARACTERS_PER_TOKEN);
  return kept.length < text.length ? kept.replace(/[\uD800-\uDBFF]$/, "") : kept;
}
