import { PYTHON_SPACE, words } from "./python-text";

const ORDER = 4;
const RIGHT_END = new RegExp(`[${PYTHON_SPACE}]+$`);
const ENTITIES = [
  ["&quot;", '"'],
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
] as const;

/** Tokens of sacrebleu's "13a", that of mteval-v13a. https://github.com/mjpost/sacrebleu/blob/master/sacrebleu/tokenizers/tokenizer_13a.py */
export function mtevalTokens(text: string): string[] {
  const line = text.replace(RIGHT_END, "").replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  const plain = line.includes("&") ? ENTITIES.reduce((so, [entity, sign]) => so.replaceAll(entity, sign), line) : line;
  const spaced = ` ${plain} `
    .replace(/[{-~[-` -&(-+:-@/]/g, " $& ")
    .replace(/([^0-9])([.,])/gu, "$1 $2 ")
    .replace(/([.,])([^0-9])/gu, " $1 $2")
    .replace(/([0-9])(-)/g, "$1 $2 ");
  return words(spaced);
}

/** An n-gram, and how often each of the texts has it. */
interface Gram {
  order: number;
  counts: Uint32Array;
}

/** One of several texts: its tokens, and its distinct n-grams, whose counts are of all the texts. */
interface Text {
  length: number;
  grams: readonly Gram[];
}

/**
 * Mean BLEU of each text against all others, 0 to 100: high where they are alike. With fewer than two texts it is 0.
 * BLEU as sacrebleu's `sentence_bleu` has it: 13a tokens, order 4, effective order, exponential smoothing.
 */
export function selfBleu(texts: readonly string[]): number {
  if (texts.length < 2) return 0;
  const counted = countedGrams(texts.map(mtevalTokens));
  return counted.reduce((sum, _, at) => sum + bleuAgainstOthers(counted, at), 0) / counted.length;
}

/** BLEU of a text against one or more references, 0 to 100. */
export const sentenceBleu = (hypothesis: string, references: readonly string[]): number =>
  bleuAgainstOthers(countedGrams([hypothesis, ...references].map(mtevalTokens)), 0);

/** Far more than the distinct tokens of one prompt's texts. */
const TOKENS = 2 ** 24;

/** Counts the n-grams of texts once for all comparisons between them. */
function countedGrams(texts: readonly (readonly string[])[]): Text[] {
  const tokenNumbers = new Map<string, number>();
  const gramNumbers = new Map<number, number>();
  const known: Gram[] = [];
  return texts.map((tokens, text) => {
    const grams: Gram[] = [];
    const numbers = tokens.map((token) => numberOf(tokenNumbers, token));
    for (let start = 0; start < numbers.length; start++) {
      let before = 0;
      for (let order = 1; order <= ORDER && start + order <= numbers.length; order++) {
        // A gram is the one before it, and its last token.
        before = numberOf(gramNumbers, before * TOKENS + (numbers[start + order - 1] ?? 0));
        const gram = known[before] ?? { order, counts: new Uint32Array(texts.length) };
        known[before] = gram;
        const count = gram.counts[text] ?? 0;
        if (count === 0) grams.push(gram);
        gram.counts[text] = count + 1;
      }
    }
    return { length: tokens.length, grams };
  });
}

/** The same number for the same key, from 1. */
function numberOf<Key>(numbers: Map<Key, number>, key: Key): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size + 1);
  return numbers.size;
}

function bleuAgainstOthers(texts: readonly Text[], at: number): number {
  const { length = 0, grams = [] } = texts[at] ?? {};
  const matches = matchesByOrder(grams, at);
  if (matches.every((count) => count === 0)) return 0;
  let smoothing = 1;
  let logarithms = 0;
  let effective = 0;
  for (const [place, count] of matches.entries()) {
    const total = length - place;
    if (total <= 0) break;
    effective = place + 1;
    if (count === 0) smoothing *= 2;
    logarithms += Math.log(count === 0 ? 100 / (smoothing * total) : (100 * count) / total);
  }
  const lengths = texts.flatMap((other, place) => (place === at ? [] : [other.length]));
  return brevityPenalty(length, lengths) * Math.exp(logarithms / effective);
}

/** By order: grams of the text that another has, each as often as any one other has it at most. */
function matchesByOrder(grams: readonly Gram[], at: number): number[] {
  const matches = new Array<number>(ORDER).fill(0);
  for (const { order, counts } of grams) {
    let most = 0;
    for (let other = 0; other < counts.length; other++) {
      if (other !== at) most = Math.max(most, counts[other] ?? 0);
    }
    matches[order - 1] = (matches[order - 1] ?? 0) + Math.min(counts[at] ?? 0, most);
  }
  return matches;
}

/** By the reference of the closest length, of two that are as close the shorter. */
function brevityPenalty(length: number, references: readonly number[]): number {
  const closest = references.reduce((best, one) => {
    const [far, near] = [Math.abs(one - length), Math.abs(best - length)];
    return far < near || (far === near && one < best) ? one : best;
  });
  return length < closest ? Math.exp(1 - closest / length) : 1;
}
