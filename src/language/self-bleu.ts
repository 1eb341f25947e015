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

/** A text's n-grams of each order: number of a gram -> how often it is there. */
interface Grams {
  length: number;
  orders: readonly ReadonlyMap<number, number>[];
}

/**
 * Mean BLEU of each text against all others, 0 to 100: high where they are alike. With fewer than two texts it is 0.
 * BLEU as sacrebleu's `sentence_bleu` has it: 13a tokens, order 4, effective order, exponential smoothing.
 */
export function selfBleu(texts: readonly string[]): number {
  if (texts.length < 2) return 0;
  const numbers = new Map<string, number>();
  const grams = texts.map((text) => gramsOf(mtevalTokens(text), numbers));
  const scores = grams.map((hypothesis, at) =>
    bleu(
      hypothesis,
      grams.filter((_, other) => other !== at),
    ),
  );
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Equal grams get equal numbers: a gram is the one before it, and its last token. */
function gramsOf(tokens: readonly string[], numbers: Map<string, number>): Grams {
  const number = (gram: string): number => {
    const known = numbers.get(gram) ?? numbers.size;
    numbers.set(gram, known);
    return known;
  };
  let begins = tokens.map((token) => number(token));
  const single = begins;
  const orders = [counted(begins)];
  for (let order = 2; order <= ORDER; order++) {
    begins = begins.slice(0, -1).map((begin, at) => number(`${begin}\0${single[at + order - 1]}`));
    orders.push(counted(begins));
  }
  return { length: tokens.length, orders };
}

function counted(grams: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const gram of grams) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  return counts;
}

function bleu(hypothesis: Grams, references: readonly Grams[]): number {
  let smoothing = 1;
  let logarithms = 0;
  let effective = 0;
  let matched = 0;
  for (const [at, counts] of hypothesis.orders.entries()) {
    const total = Math.max(0, hypothesis.length - at);
    if (total === 0) break;
    effective = at + 1;
    const matches = matchesOf(counts, references, at);
    matched += matches;
    if (matches === 0) smoothing *= 2;
    logarithms += Math.log(matches === 0 ? 100 / (smoothing * total) : (100 * matches) / total);
  }
  if (matched === 0) return 0;
  return brevityPenalty(hypothesis.length, references) * Math.exp(logarithms / effective);
}

/** Grams of the hypothesis that a reference has, each as often as one reference has it at most. */
function matchesOf(counts: ReadonlyMap<number, number>, references: readonly Grams[], at: number): number {
  let matches = 0;
  for (const [gram, count] of counts) {
    let most = 0;
    for (const { orders } of references) most = Math.max(most, orders[at]?.get(gram) ?? 0);
    matches += Math.min(count, most);
  }
  return matches;
}

/** By the reference of the closest length, of two that are as close the shorter. */
function brevityPenalty(length: number, references: readonly Grams[]): number {
  const closest = references
    .map((reference) => reference.length)
    .reduce((best, one) => {
      const [far, near] = [Math.abs(one - length), Math.abs(best - length)];
      return far < near || (far === near && one < best) ? one : best;
    });
  return length < closest ? Math.exp(1 - closest / length) : 1;
}
