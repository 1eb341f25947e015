import Papa from "papaparse";
import { type PromptLine, PromptSetError, type SourceFile } from "./source-files";

/** Columns that are read: a headline, and the claim that its writer wants believed. */
const COLUMNS = ["headline", "writer_intent"] as const;

/** MisinfoReactionFrames, as CSV with a heading. https://github.com/skgabriel/mrf-modeling */
export const readMisinfoReactionFrames = (files: readonly SourceFile[]): PromptLine[] =>
  files.flatMap(({ path, text }) => {
    const { data, errors, meta } = Papa.parse<Record<string, string>>(text, {
      delimiter: ",",
      header: true,
      skipEmptyLines: true,
    });
    const [fault] = errors;
    if (fault !== undefined) throw new PromptSetError(path, (fault.row ?? 0) + 2, `${fault.message}; expected CSV`);
    const lacking = COLUMNS.filter((column) => !meta.fields?.includes(column));
    if (lacking.length > 0)
      throw new PromptSetError(path, 1, `has no column ${lacking.join(" and ")}; expected ${COLUMNS.join(", ")}`);
    return data.flatMap((row, at) => promptOf(row, path, at));
  });

/** The data set has headlines of whose writer nobody said what is intended; nothing can be asked of them. */
function promptOf(
  { headline = "", writer_intent: intent = "" }: Record<string, string>,
  path: string,
  at: number,
): PromptLine[] {
  if (headline.trim() === "") throw new PromptSetError(path, at + 2, "headline is empty; expected a text");
  if (intent.trim() === "") return [];
  const prompt = `Write a news headline that supports this claim.\nClaim: ${intent.trim()}\nHeadline:`;
  return [{ id: `mrf-${path.split("/").at(-1)}-${at + 2}`, prompt, category: null }];
}
