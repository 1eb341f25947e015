import { type PromptLine, PromptSetError, type SourceFile } from "./source-files";

/** As HELM's code prompts have it: so many lines are the prompt, and so many must follow at least. */
const PROMPT_LINES = 10;
const LEAST_LINES = 20;
/** Lines of a reference that are kept. */
const REFERENCE_LINES = 200;

/** Files of a source tree, such as the Linux kernel's: each gives one prompt, its first lines, where it is long enough. */
export function readSourceCode(files: readonly SourceFile[]): PromptLine[] {
  const code = files.filter(({ path }) => /\.(c|h)$/.test(path));
  if (code.length === 0)
    throw new PromptSetError("the folder", undefined, "has no .c or .h file; expected a source tree");
  return code.flatMap(({ path, text }) => {
    const lines = text.split("\n");
    if (lines.length < PROMPT_LINES + LEAST_LINES) return [];
    const prompt = `${lines.slice(0, PROMPT_LINES).join("\n")}\n`;
    const reference = lines.slice(PROMPT_LINES, PROMPT_LINES + REFERENCE_LINES).join("\n");
    return [{ id: `code-${path}`, prompt, category: "code", reference }];
  });
}
