import { isObject } from "../core/shape";
import { jsonOf, type PromptLine, PromptSetError, type SourceFile } from "./source-files";

/** Characters of a reference that are kept: more than any completion repeats. */
const REFERENCE = 8_000;

/** Passages of books as HELM's copyright scenario has them: `data` of prefix -> passage that begins with it. */
export const readBookPassages = (files: readonly SourceFile[]): PromptLine[] =>
  files.flatMap(({ path, text }) => {
    const root = jsonOf(text, path);
    const data = isObject(root) ? root.data : undefined;
    if (!isObject(data) || Object.keys(data).length === 0) {
      throw new PromptSetError(path, undefined, "has no data with members; expected prefix and passage");
    }
    return Object.entries(data).map(([prompt, passage], at): PromptLine => {
      if (typeof passage !== "string" || !passage.startsWith(prompt) || passage.length === prompt.length) {
        const shown = prompt.slice(0, 40);
        throw new PromptSetError(
          path,
          undefined,
          `the passage after "${shown}" doesn't go on from it; expected a text that begins with its prefix`,
        );
      }
      const reference = passage.slice(prompt.length, prompt.length + REFERENCE);
      return { id: `book-${path.split("/").at(-1)}-${at}`, prompt, category: "book", reference };
    });
  });
