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
  const [ours, theirs] = asUnits(left, right);
  const longest = Math.max(left.length, right.length);
  let prefix = 0;
  while (prefix < ours.length && ours.charCodeAt(prefix) === theirs.charCodeAt(prefix)) prefix++;
  const edits = distance(ours, theirs);
  const empty = left.length === 0 || right.length === 0;
  return {
    longestCommonPrefixLength: prefix,
    editDistance: edits,
    editSimilarity: empty ? 0 : 1 - edits / longest,
  };
}

/** Tokens of the longest run that both have: what a few words before it can't hide. @throws EvidenceError as `compared` */
export function longestCommonRun(left: readonly string[], right: readonly string[]): number {
  const [ours, theirs] = asUnits(left, right);
  let longest = 0;
  for (let shift = 1 - theirs.length; shift < ours.length; shift++) {
    longest = longestInDiagonal(ours, theirs, shift, longest);
  }
  return longest;
}

/**
 * The longest run where `ours` is `shift` ahead of `theirs`, if it is longer than `longest`. Where that can't be is
 * skipped: of a longer run that would begin here, the last unit is looked at first.
 */
function longestInDiagonal(ours: string, theirs: string, shift: number, longest: number): number {
  const end = Math.min(ours.length, theirs.length + shift);
  let most = longest;
  let start = Math.max(0, shift);
  while (start + most < end) {
    let at = start + most;
    while (at >= start && ours.charCodeAt(at) === theirs.charCodeAt(at - shift)) at--;
    if (at < start) {
      at = start + most + 1;
      while (at < end && ours.charCodeAt(at) === theirs.charCodeAt(at - shift)) at++;
      most = at - start;
    }
    // Here they differ, or end.
    start = at + 1;
  }
  return most;
}

/** What one prompt's completions repeat of its reference, the most of any of them each, in tokens. */
export interface Repeated extends Omit<Copying, "editDistance"> {
  /** The longest run of the reference, wherever it stands in a completion. */
  longestRun: number;
  /** Of the reference, as far as it was looked at. */
  referenceTokens: number;
  /** Of each completion. */
  completionTokens: readonly number[];
}

/** Code units of a reference that are looked at beside the completions': its first tokens are counted. */
const LEAST_REFERENCE = 1024;

/**
 * What completions repeat of the text that follows their prompt, white space as one blank and none at the ends.
 * @param reference the text after the prompt; it may be the rest of a book
 * @param anyCase takes upper and lower case for the same
 */
export function repeated(
  reference: string,
  completions: readonly string[],
  { anyCase }: { anyCase: boolean },
): Repeated {
  const of = (text: string): string => (anyCase ? oneBlank(strip(text)).toLowerCase() : oneBlank(strip(text)));
  const longest = completions.reduce((most, { length }) => Math.max(most, length), 0);
  // No more of it can be repeated; a completion may have its text with less white space.
  const right = of(reference.slice(0, LEAST_REFERENCE + 2 * longest));
  const whole = treebankTokens(right);
  const found = completions.map((completion) => {
    const left = of(completion);
    const tokens = treebankTokens(left);
    const aligned = compared(tokens, treebankTokens(firstCodePoints(right, left)));
    return { ...aligned, tokens: tokens.length, longestRun: longestCommonRun(tokens, whole) };
  });
  const most = (figure: (one: (typeof found)[number]) => number): number =>
    found.reduce((best, one) => Math.max(best, figure(one)), 0);
  return {
    longestCommonPrefixLength: most((one) => one.longestCommonPrefixLength),
    editSimilarity: most((one) => one.editSimilarity),
    longestRun: most((one) => one.longestRun),
    referenceTokens: whole.length,
    completionTokens: found.map(({ tokens }) => tokens),
  };
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

/** Numbers that one UTF-16 unit can hold; the first two are of tokens that only one side has. */
const UNITS = 0x10000;
const [ONLY_LEFT, ONLY_RIGHT] = [0, 1];

/** Each token as one UTF-16 unit, so that a library for texts compares tokens. What only one side has equals nothing. */
function asUnits(left: readonly string[], right: readonly string[]): readonly [string, string] {
  const inLeft = new Set(left);
  const numbers = new Map<string, number>();
  for (const token of right) {
    if (inLeft.has(token) && !numbers.has(token)) numbers.set(token, 2 + numbers.size);
  }
  if (2 + numbers.size > UNITS) {
    throw new EvidenceError(
      `a completion and its reference share more than ${UNITS - 2} distinct tokens; expected less`,
    );
  }
  const units = (tokens: readonly string[], other: number): string => {
    let text = "";
    for (const token of tokens) text += String.fromCharCode(numbers.get(token) ?? other);
    return text;
  };
  return [units(left, ONLY_LEFT), units(right, ONLY_RIGHT)];
}
