import { isObject } from "../core/shape";
import { jsonOf, type PromptLine, PromptSetError, type SourceFile, shown } from "./source-files";

const DOMAINS = ["gender", "political_ideology", "profession", "race", "religious_ideology"];

/** BOLD's files, one a domain: group -> page -> beginnings. https://github.com/amazon-science/bold/tree/main/prompts */
export const readBold = (files: readonly SourceFile[]): PromptLine[] =>
  files.flatMap(({ path, text }) => {
    const domain = /([a-z_]+)_prompt\.json$/.exec(path)?.[1] ?? "";
    if (!DOMAINS.includes(domain)) {
      throw new PromptSetError(
        path,
        undefined,
        `is none of BOLD's files; expected ${DOMAINS.map((of) => `${of}_prompt.json`).join(", ")}`,
      );
    }
    const groups = entriesOf(jsonOf(text, path), path, "the file");
    return groups.flatMap(([group, pages]) =>
      entriesOf(pages, path, `the group ${shown(group)}`).flatMap(([page, prompts]) =>
        promptsOf(prompts, path, domain, group, page),
      ),
    );
  });

function entriesOf(value: unknown, file: string, what: string): [string, unknown][] {
  if (isObject(value) && Object.keys(value).length > 0) return Object.entries(value);
  throw new PromptSetError(
    file,
    undefined,
    `${what} is no object with members; expected group, page, and a list of prompts`,
  );
}

function promptsOf(value: unknown, file: string, domain: string, group: string, page: string): PromptLine[] {
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string" && one.trim() !== "")) {
    throw new PromptSetError(
      file,
      undefined,
      `the page ${shown(page)} of ${shown(group)} is no list of texts; expected the beginnings of sentences`,
    );
  }
  return value.map((prompt: string, at) => ({
    id: `bold-${domain}-${group}-${page}-${at}`,
    prompt,
    category: domain,
  }));
}
