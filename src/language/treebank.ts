import { PYTHON_SPACE, words } from "./python-text";

const WORD = "[\\p{L}\\p{N}_]";
/** Python's `\b`, which knows all letters; JavaScript's knows ASCII. */
const EDGE = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
/** Python's `$`: the end, or before one last line feed. */
const END = "(?=\\n?(?![\\s\\S]))";

/** A replacement, and what a text must hold for it: looking for that is much faster than the pattern. */
type Rule = readonly [pattern: RegExp, replacement: string, needs?: string];

const rule = (pattern: string, replacement: string, needs?: string): Rule => [
  new RegExp(pattern, "gu"),
  replacement,
  ...(needs === undefined ? ([] as const) : ([needs] as const)),
];
const contraction = (pattern: string): Rule => [new RegExp(pattern, "giu"), " $1 $2 "];

const QUOTES_THAT_OPEN = [[/^"/u, "``"] as const, rule("``", " $& ", "``"), rule("([ ([{<])(\"|'')", "$1 `` ")];

const PUNCTUATION = [
  rule("([:,])([^\\p{Nd}])", " $1 $2"),
  rule(`([:,])${END}`, " $1 "),
  rule("\\.\\.\\.", " ... ", "..."),
  rule("[;@#$%&]", " $& "),
  rule(`([^.])(\\.)([\\])}>"']*)[${PYTHON_SPACE}]*${END}`, "$1 $2$3 ", "."),
  rule("[?!]", " $& "),
  rule("([^'])' ", "$1 ' ", "' "),
  rule("[\\][(){}<>]", " $& "),
  rule("--", " -- ", "--"),
];

const QUOTES_THAT_CLOSE = [
  rule("''", " '' ", "''"),
  rule('"', " '' ", '"'),
  rule("([^' ])('[sS]|'[mM]|'[dD]|') ", "$1 $2 ", "'"),
  rule("([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", "$1 $2 ", "'"),
];

/** Any of the contractions, wherever its word ends. */
const SOME_CONTRACTION = /cannot|d'ye|gimme|gonna|gotta|lemme|more'n|wanna| 't(?:is|was)/iu;
const CONTRACTIONS = [
  ...[
    ["can", "not"],
    ["d", "'ye"],
    ["gim", "me"],
    ["gon", "na"],
    ["got", "ta"],
    ["lem", "me"],
    ["more", "'n"],
  ].map(([first, second]) => contraction(`${EDGE}(${first})(${second})${EDGE}`)),
  contraction(`${EDGE}(wan)(na)(?=[${PYTHON_SPACE}])`),
  contraction(` ('t)(is)${EDGE}`),
  contraction(` ('t)(was)${EDGE}`),
];

const apply = (rules: readonly Rule[], text: string): string =>
  rules.reduce(
    (so, [pattern, replacement, needs]) =>
      needs === undefined || so.includes(needs) ? so.replace(pattern, replacement) : so,
    text,
  );

/**
 * Tokens as NLTK's TreebankWordTokenizer makes them, by which HELM compares a continuation with its reference.
 * https://www.nltk.org/_modules/nltk/tokenize/treebank.html
 */
export function treebankTokens(text: string): string[] {
  const spaced = ` ${apply(PUNCTUATION, apply(QUOTES_THAT_OPEN, text))} `;
  const closed = apply(QUOTES_THAT_CLOSE, spaced);
  return words(SOME_CONTRACTION.test(closed) ? apply(CONTRACTIONS, closed) : closed);
}
