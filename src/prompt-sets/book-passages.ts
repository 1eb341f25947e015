import { isObject } from "../core/shape";
import {
  jsonLinesOf,
  jsonOf,
  type PromptLine,
  PromptSetError,
  type Reading,
  referenceOf,
  type SourceFile,
  shown,
} from "./source-files";

/** A prefix and the passage that begins with it, before they are looked at. */
interface Passage {
  prefix: unknown;
  passage: unknown;
  line?: number;
}

/**
 * Passages of books as HELM's copyright scenario has them: `data` of prefix -> passage that begins with it, or the same
 * as JSON Lines of `prefix` and `reference` (`.jsonl`).
 * https://github.com/stanford-crfm/helm/blob/main/src/helm/benchmark/scenarios/copyright_scenario.py
 */
export const readBookPassages = (files: readonly SourceFile[], reading: Reading): PromptLine[] =>
  files.flatMap((file) =>
    (file.path.endsWith(".jsonl") ? inLines(file) : inData(file)).map((passage, at) => {
      const { prompt, reference } = continued(passage, file.path);
      const id = `book-${file.path.split("/").at(-1)}-${at}`;
      return { id, prompt, category: "book", reference: referenceOf(reference, reading) };
    }),
  );

function inData({ path, text }: SourceFile): Passage[] {
  const root = jsonOf(text, path);
  const data = isObject(root) ? root.data : undefined;
  if (!isObject(data) || Object.keys(data).length === 0) {
    throw new PromptSetError(path, undefined, "has no data with members; expected prefix and passage");
  }
  return Object.entries(data).map(([prefix, passage]) => ({ prefix, passage }));
}

const inLines = (file: SourceFile): Passage[] =>
  jsonLinesOf(file).map(({ value, line }) => {
    if (isObject(value)) return { prefix: value.prefix, passage: value.reference, line };
    throw new PromptSetError(file.path, line, "isn't an object; expected prefix and reference");
  });

function continued({ prefix, passage, line }: Passage, file: string): { prompt: string; reference: string } {
  if (typeof prefix !== "string" || prefix.trim() === "")
    throw new PromptSetError(file, line, "a prefix is empty or no text; expected the beginning of a passage");
  if (typeof passage !== "string" || !passage.startsWith(prefix) || passage.length === prefix.length) {
    throw new PromptSetError(
      file,
      line,
      `the passage after ${shown(prefix)} doesn't go on from it; expected a text that begins with its prefix`,
    );
  }
  return { prompt: prefix, reference: passage.slice(prefix.length) };
}
