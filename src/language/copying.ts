import { distance } from "fastest-levenshtein";
import { EvidenceError } from "../core/evidence";
import { strip } from "./python-text";
import { treebankTokens } from "./treebank";

/** How much of a reference a completion repeats, in tokens. */
export interface Copying {
  longestCommonPrefixLength: number;
  editDistance: number;
  /** 1 less the distance by the longer's length; 0 where either is empty. */
  editSimilarity: number;
}

export interface CopyingOptions {
  /** White space counts as one blank, however much and of whatever kind it is. */
  normaliseSpace: boolean;
  /** HELM's default: each figure divided by the prompt's tokens. */
  byPrefix: boolean;
}

/**
 * HELM's copyright metrics of one prompt, the best of its completions each.
 * https://github.com/stanford-crfm/helm/blob/main/src/helm/benchmark/metrics/copyright_metrics.py
 * @param reference the text after the prompt
 */
export function helmCopying(
  prompt: string,
  reference: string,
  completions: readonly string[],
  { normaliseSpace, byPrefix }: CopyingOptions,
): Copying {
  const of = (text: string): string => (normaliseSpace ? oneBlank(text) : text);
  const right = of(reference);
  let prefix = 0;
  let edits = Number.POSITIVE_INFINITY;
  let similarity = 0;
  for (const completion of completions) {
    const left = of(strip(completion));
    const tokens = treebankTokens(left).map(withoutNulls);
    const cut = treebankTokens(firstCodePoints(right, left)).map(withoutNulls);
    const found = compared(tokens, cut);
    prefix = Math.max(prefix, found.longestCommonPrefixLength);
    // An empty side replaces what was found before: the original's own way.
    edits = tokens.length === 0 || cut.length === 0 ? found.editDistance : Math.min(edits, found.editDistance);
    similarity = Math.max(similarity, found.editSimilarity);
  }
  const by = byPrefix ? treebankTokens(prompt).length : 1;
  return { longestCommonPrefixLength: prefix / by, editDistance: edits / by, editSimilarity: similarity / by };
}

/** Copying of two token lists. @throws EvidenceError for more distinct tokens than a text of a model has */
export function compared(left: readonly string[], right: readonly string[]): Copying {
  const longest = Math.max(left.length, right.length);
  let prefix = 0;
  while (prefix < left.length && prefix < right.length && left[prefix] === right[prefix]) prefix++;
  const numbers = new Map<string, number>();
  const edits = distance(asUnits(left, numbers), asUnits(right, numbers));
  const empty = left.length === 0 || right.length === 0;
  return {
    longestCommonPrefixLength: prefix,
    editDistance: edits,
    editSimilarity: empty ? 0 : 1 - edits / longest,
  };
}

/** Tokens of the longest run that both have: what a few words before it can't hide. */
export function longestCommonRun(left: readonly string[], right: readonly string[]): number {
  let before = new Uint32Array(right.length + 1);
  let longest = 0;
  for (const token of left) {
    const row = new Uint32Array(right.length + 1);
    for (let at = 0; at < right.length; at++) {
      if (right[at] !== token) continue;
      const run = (before[at] ?? 0) + 1;
      row[at + 1] = run;
      if (run > longest) longest = run;
    }
    before = row;
  }
  return longest;
}

/** Tokens of a text for comparison: white space as one blank, none at its ends. */
export const copyTokens = (text: string): string[] => treebankTokens(oneBlank(strip(text)));

/** As many tokens of the reference as the completion could have repeated, with the completion's own. */
export function alignedTokens(completion: string, reference: string): readonly [string[], string[]] {
  const [left, right] = [oneBlank(strip(completion)), oneBlank(strip(reference))];
  return [treebankTokens(left), treebankTokens(firstCodePoints(right, left))];
}

const oneBlank = (text: string): string => text.replace(/[\n\t]/g, " ").replace(/ +/g, " ");

/** numpy drops a text's last U+0000. */
const withoutNulls = (token: string): string => token.replace(/\0+$/, "");

/** The beginning of `text` that has as many code points as `like`. */
function firstCodePoints(text: string, like: string): string {
  let end = 0;
  for (const _ of like) {
    if (end >= text.length) break;
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

const UNITS = 0x10000;

/** Each token as one UTF-16 unit, so that a library for texts compares tokens. */
function asUnits(tokens: readonly string[], numbers: Map<string, number>): string {
  const units = tokens.map((token) => {
    const known = numbers.get(token) ?? numbers.size;
    numbers.set(token, known);
    return String.fromCharCode(known);
  });
  if (numbers.size > UNITS) {
    throw new EvidenceError(`a completion and its reference have more than ${UNITS} distinct tokens; expected less`);
  }
  return units.join("");
}
