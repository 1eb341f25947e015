import { type Document, isScalar, LineCounter, parseDocument, visit } from "yaml";
import type { Problem } from "./policy-problem";

/** A policy file's text; `path` is relative to the policy's folder, with `/`. */
export interface PolicyFile {
  path: string;
  text: string;
}

/** One thing that is wrong in a policy file. */
export interface Mistake {
  file: string;
  line?: number;
  /** `checks.model-quality.thresholds.accuracy.min` */
  field?: string;
  problem: string;
}

/**
 * Reads one YAML file and gives each problem its line.
 * @param problemsOf what is wrong with the parsed document; none means that it is a `Said`
 */
export function readPolicyFile<Said>(
  { path, text }: PolicyFile,
  problemsOf: (parsed: unknown) => Problem[],
): { value: Said; mistakes: Mistake[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: false, uniqueKeys: true });
  const malformed = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    file: path,
    line: lines.linePos(pos[0]).line,
    problem: `is no valid YAML: ${message.replace(/ at line \d+, column \d+:[\s\S]*$/, "")}`,
  }));
  const mistakesOfForm =
    malformed.length > 0
      ? malformed
      : aliases(document, lines).map((line) => ({
          file: path,
          line,
          problem: "has an alias (*name); write the value out, so that it stands where a reader looks for it",
        }));
  if (mistakesOfForm.length > 0) return { value: {} as Said, mistakes: mistakesOfForm };
  const parsed: unknown = document.toJS();
  const mistakes = problemsOf(parsed).map((problem) => ({ file: path, ...locate(problem, document, lines) }));
  return { value: parsed as Said, mistakes };
}

function aliases(document: Document, lines: LineCounter): number[] {
  const found: number[] = [];
  visit(document, { Alias: (_, { range }) => void found.push(lines.linePos(range?.[0] ?? 0).line) });
  return found;
}

function locate({ path, atKey, problem }: Problem, document: Document, lines: LineCounter): Omit<Mistake, "file"> {
  const offset = (atKey ? keyOffset(document, path) : undefined) ?? valueOffset(document, path) ?? 0;
  return { line: lines.linePos(offset).line, field: path.join("."), problem };
}

function valueOffset(document: Document, path: readonly string[]): number | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return nodeOffset(node);
}

function keyOffset(document: Document, path: readonly string[]): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (typeof parent !== "object" || parent === null || !("items" in parent) || !Array.isArray(parent.items))
    return undefined;
  const pair = parent.items.find((item) => isScalar(item?.key) && String(item.key.value) === path.at(-1));
  return nodeOffset(pair?.key);
}

function nodeOffset(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range)) return undefined;
  const [start] = node.range;
  return typeof start === "number" ? start : undefined;
}
