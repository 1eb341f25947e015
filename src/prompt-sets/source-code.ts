import { type PromptLine, PromptSetError, type Reading, referenceOf, type SourceFile } from "./source-files";

/** As HELM's code prompts have it: so many lines are the prompt, and so many must follow at least. */
const PROMPT_LINES = 10;
const LEAST_LINES = 20;

/** Whether a file of a source tree is one of C code. */
export const isCode = (path: string): boolean => /\.[ch]$/.test(path);

/** Files of a source tree, such as the Linux kernel's: each gives one prompt, its first lines, where it is long enough. */
export function readSourceCode(files: readonly SourceFile[], reading: Reading): PromptLine[] {
  const code = files.filter(({ path }) => isCode(path));
  if (code.length === 0)
    throw new PromptSetError("the folder", undefined, "has no .c or .h file; expected a source tree");
  return code.flatMap((file) => {
    const lines = file.text.split("\n");
    const prompt = `${lines.slice(0, PROMPT_LINES).join("\n")}\n`;
    if (lines.length < PROMPT_LINES + LEAST_LINES || prompt.trim() === "") {
      reading.leaveOut(`the file is shorter than ${PROMPT_LINES + LEAST_LINES} lines, or begins with blank ones`);
      return [];
    }
    const reference = referenceOf(lines.slice(PROMPT_LINES).join("\n"), reading);
    return [{ id: `code-${file.path}`, prompt, category: "code", reference }];
  });
}
