/** A file of a published data set. */
export interface SourceFile {
  /** Path below the folder that was given. */
  path: string;
  text: string;
}

/** A prompt before it is asked: `id`, `prompt`, `category`, and what its kind's check reads. */
export interface PromptLine {
  id: string;
  prompt: string;
  category: string | null;
  readonly [field: string]: unknown;
}

/** A data set isn't in its published format. The message says file, line, what was found and expected. */
export class PromptSetError extends Error {
  override readonly name = "PromptSetError";

  constructor(file: string, line: number | undefined, problem: string) {
    super(`${file}${line === undefined ? "" : `:${line}`}: ${problem}`);
  }
}

/** Parses a JSON text. @throws PromptSetError */
export function jsonOf(text: string, file: string, line?: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PromptSetError(file, line, `is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}
