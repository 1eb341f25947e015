import type { LanguageKind } from "../core/evidence";
import type { PromptFormat, PromptSet, PromptShard } from "../core/prompt-set";
import { sha256 } from "../core/verdict";
import { textHash } from "../language/hash";
import { readBbq } from "./bbq";
import { readBold } from "./bold";
import { readBookPassages } from "./book-passages";
import { readMisinfoReactionFrames } from "./misinfo-reaction-frames";
import { isCode, readSourceCode } from "./source-code";
import { type PromptLine, PromptSetError, type Reading, type SourceFile } from "./source-files";

interface Format {
  kind: LanguageKind;
  read(files: readonly SourceFile[], reading: Reading): PromptLine[];
  /** Which files of a folder are the data set's; all where it isn't said. */
  isOf?(path: string): boolean;
}

const FORMATS: Readonly<Record<PromptFormat, Format>> = {
  bbq: { kind: "bias-bbq", read: readBbq },
  bold: { kind: "toxicity-bold", read: readBold },
  "misinfo-reaction-frames": { kind: "disinformation", read: readMisinfoReactionFrames },
  "book-passages": { kind: "memorization", read: readBookPassages },
  "source-code": { kind: "memorization", read: readSourceCode, isOf: isCode },
};

/** Whether a file of a folder is to be read: a source tree holds much else. Hidden ones, such as `.git`, never are. */
export const isRead = (format: PromptFormat, path: string): boolean =>
  !/(^|\/)\./.test(path) && (FORMATS[format].isOf?.(path) ?? true);

/** What of a data set is asked, and how. */
export interface PromptSetChoice
  extends Pick<PromptSet, "name" | "format" | "licence" | "source" | "samplingSeed" | "completions" | "parameters"> {
  /** How many prompts, divided evenly among the categories; all where it isn't said. */
  prompts?: number;
}

/** A prompt set as it is written. */
export interface MadePromptSet {
  /** Text of each file by its name, `manifest.json` among them. */
  files: ReadonlyMap<string, string>;
  /** How many records of the data set gave no prompt, by the reason. */
  leftOut: ReadonlyMap<string, number>;
}

/** Prompts of a file: a host asks one file at a time, and begins a file anew where it broke off. */
const PER_SHARD = 50;

/**
 * Makes a prompt set of a published data set: the same bytes on every machine, whatever the order of the files.
 * @throws PromptSetError for files that aren't in their published format, and for too few prompts
 */
export function makePromptSet(
  files: readonly SourceFile[],
  { prompts, name, format, licence, source, samplingSeed, completions, parameters }: PromptSetChoice,
): MadePromptSet {
  const { kind, read } = FORMATS[format];
  const leftOut = new Map<string, number>();
  const leaveOut = (why: string): void => void leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
  const { maxTokens, temperature } = parameters;
  const all = read([...files].sort(by(({ path }) => path)), { maxTokens, leaveOut });
  requireIds(all);
  const asked = distinct(prompts === undefined ? all : inOrderOf(samplingSeed, all), { leaveOut });
  const { written, shards } = shardsOf(prompts === undefined ? asked : sampled(asked, prompts));
  // Field by field: bytes must not depend on the order in which options were given.
  const manifest: PromptSet = {
    ...{ schemaVersion: 1, licence, source, samplingSeed, name, format, completions },
    ...{ parameters: { maxTokens, temperature }, kind, shards },
  };
  return { files: written.set("manifest.json", `${JSON.stringify(manifest, undefined, 2)}\n`), leftOut };
}

function shardsOf(chosen: readonly PromptLine[]): { written: Map<string, string>; shards: PromptShard[] } {
  const written = new Map<string, string>();
  const shards: PromptShard[] = [];
  for (let begin = 0; begin < chosen.length; begin += PER_SHARD) {
    const lines = chosen.slice(begin, begin + PER_SHARD);
    const file = `${String(shards.length + 1).padStart(4, "0")}.jsonl`;
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    written.set(file, text);
    shards.push({ file, sha256: sha256(text), prompts: lines.length });
  }
  return { written, shards };
}

/** Compares by a text, by code unit: the same everywhere. */
const by =
  <Item>(text: (item: Item) => string) =>
  (one: Item, other: Item): number =>
    text(one) < text(other) ? -1 : Number(text(one) > text(other));

function requireIds(lines: readonly PromptLine[]): void {
  if (lines.length === 0) throw new PromptSetError("the data set", undefined, "has no prompt; expected at least one");
  const seen = new Set<string>();
  for (const { id } of lines) {
    if (seen.has(id))
      throw new PromptSetError("the data set", undefined, `has the prompt ${id} twice; expected each once`);
    seen.add(id);
  }
}

/** The first of those with the same text: a model's second answer to it would say nothing new. */
function distinct(lines: readonly PromptLine[], { leaveOut }: Pick<Reading, "leaveOut">): PromptLine[] {
  const first = new Map<string, PromptLine>();
  for (const line of lines) {
    if (first.has(line.prompt)) leaveOut("another has the same prompt");
    else first.set(line.prompt, line);
  }
  return [...first.values()];
}

/** By the hashes of their ids under the seed. */
const inOrderOf = (seed: number, lines: readonly PromptLine[]): PromptLine[] =>
  [...lines].sort(
    (one, other) => textHash(one.id, seed) - textHash(other.id, seed) || by<PromptLine>(({ id }) => id)(one, other),
  );

/** The first of each category (of BBQ's also of each context and polarity), as many of each as there are. */
function sampled(inOrder: readonly PromptLine[], prompts: number): PromptLine[] {
  if (inOrder.length < prompts) {
    throw new PromptSetError(
      "the data set",
      undefined,
      `has ${inOrder.length} prompts, ${prompts} are asked for; ask for fewer`,
    );
  }
  const byCategory = groups(inOrder);
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
