import type { LanguageKind } from "../core/evidence";
import type { PromptFormat, PromptSet, PromptShard } from "../core/prompt-set";
import { sha256 } from "../core/verdict";
import { textHash } from "../language/hash";
import { readBbq } from "./bbq";
import { readBold } from "./bold";
import { readBookPassages } from "./book-passages";
import { readMisinfoReactionFrames } from "./misinfo-reaction-frames";
import { readSourceCode } from "./source-code";
import { type PromptLine, PromptSetError, type SourceFile } from "./source-files";

const FORMATS: Readonly<
  Record<PromptFormat, { kind: LanguageKind; read(files: readonly SourceFile[]): PromptLine[] }>
> = {
  bbq: { kind: "bias-bbq", read: readBbq },
  bold: { kind: "toxicity-bold", read: readBold },
  "misinfo-reaction-frames": { kind: "disinformation", read: readMisinfoReactionFrames },
  "book-passages": { kind: "memorization", read: readBookPassages },
  "source-code": { kind: "memorization", read: readSourceCode },
};

/** What of a data set is asked, and how. */
export interface PromptSetChoice
  extends Pick<PromptSet, "name" | "format" | "licence" | "source" | "samplingSeed" | "completions" | "parameters"> {
  /** How many prompts, divided evenly among the categories; all where it isn't said. */
  prompts?: number;
}

/** Prompts of a file: a host asks one file at a time, and begins a file anew where it broke off. */
const PER_SHARD = 50;

/**
 * Makes a prompt set of a published data set: the same bytes on every machine, whatever the order of the files.
 * @returns its files by name, manifest.json among them
 * @throws PromptSetError for files that aren't in their published format, and for too few prompts
 */
export function makePromptSet(
  files: readonly SourceFile[],
  { prompts, ...choice }: PromptSetChoice,
): Map<string, string> {
  const { kind, read } = FORMATS[choice.format];
  const all = read([...files].sort((one, other) => (one.path < other.path ? -1 : 1)));
  requireDistinct(all);
  const chosen = prompts === undefined ? all : sampled(all, prompts, choice.samplingSeed);
  const written = new Map<string, string>();
  const shards: PromptShard[] = [];
  for (let begin = 0; begin < chosen.length; begin += PER_SHARD) {
    const lines = chosen.slice(begin, begin + PER_SHARD);
    const file = `${String(shards.length + 1).padStart(4, "0")}.jsonl`;
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    written.set(file, text);
    shards.push({ file, sha256: sha256(text), prompts: lines.length });
  }
  const manifest: PromptSet = { schemaVersion: 1, ...choice, kind, shards };
  return written.set("manifest.json", `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function requireDistinct(lines: readonly PromptLine[]): void {
  const seen = new Set<string>();
  for (const { id } of lines) {
    if (seen.has(id))
      throw new PromptSetError("the data set", undefined, `has the prompt ${id} twice; expected each once`);
    seen.add(id);
  }
}

/** As many of each category (of BBQ's also of each context and polarity), those whose ids' hashes under the seed are lowest; shuffled by that hash. */
function sampled(lines: readonly PromptLine[], prompts: number, seed: number): PromptLine[] {
  if (lines.length < prompts) {
    throw new PromptSetError(
      "the data set",
      undefined,
      `has ${lines.length} prompts, ${prompts} are asked for; ask for fewer`,
    );
  }
  const order = [...lines].sort((one, other) => rank(one, seed) - rank(other, seed));
  const byCategory = groups(order);
  const chosen: PromptLine[] = [];
  for (let at = 0; chosen.length < prompts; at++) {
    for (const of of byCategory.values()) {
      const next = of[at];
      if (next !== undefined && chosen.length < prompts) chosen.push(next);
    }
  }
  return chosen;
}

function groups(lines: readonly PromptLine[]): Map<string, PromptLine[]> {
  const found = new Map<string, PromptLine[]>();
  for (const line of lines) {
    // BBQ's contexts and polarities must be as many in each category.
    const group = [line.category, line.condition, line.polarity].join(" ");
    const of = found.get(group) ?? [];
    found.set(group, of);
    of.push(line);
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

const rank = ({ id }: PromptLine, seed: number): number => textHash(id, seed);
