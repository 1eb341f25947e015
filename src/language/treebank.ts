import { PYTHON_SPACE, words } from "./python-text";

const WORD = "[\\p{L}\\p{N}_]";
/** Python's `\b`, which knows all letters; JavaScript's knows ASCII. */
const EDGE = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
/** Python's `$`: the end, or before one last line feed. */
const END = "(?=\\n?(?![\\s\\S]))";

const rule = (pattern: string, replacement: string, flags = "gu"): readonly [RegExp, string] => [
  new RegExp(pattern, flags),
  replacement,
];
const contraction = (pattern: string) => rule(pattern, " $1 $2 ", "giu");

const QUOTES_THAT_OPEN = [rule('^"', "``", "u"), rule("``", " $& "), rule("([ ([{<])(\"|'')", "$1 `` ")];

const PUNCTUATION = [
  rule("([:,])([^\\p{Nd}])", " $1 $2"),
  rule(`([:,])${END}`, " $1 "),
  rule("\\.\\.\\.", " ... "),
  rule("[;@#$%&]", " $& "),
  rule(`([^.])(\\.)([\\])}>"']*)[${PYTHON_SPACE}]*${END}`, "$1 $2$3 "),
  rule("[?!]", " $& "),
  rule("([^'])' ", "$1 ' "),
  rule("[\\][(){}<>]", " $& "),
  rule("--", " -- "),
];

const QUOTES_THAT_CLOSE = [
  rule("''", " '' "),
  rule('"', " '' "),
  rule("([^' ])('[sS]|'[mM]|'[dD]|') ", "$1 $2 "),
  rule("([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", "$1 $2 "),
];

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

const apply = (rules: readonly (readonly [RegExp, string])[], text: string): string =>
  rules.reduce((so, [pattern, replacement]) => so.replace(pattern, replacement), text);

/**
 * Tokens as NLTK's TreebankWordTokenizer makes them, by which HELM compares a continuation with its reference.
 * https://www.nltk.org/_modules/nltk/tokenize/treebank.html
 */
export function treebankTokens(text: string): string[] {
  const spaced = ` ${apply(PUNCTUATION, apply(QUOTES_THAT_OPEN, text))} `;
  return words(apply(CONTRACTIONS, apply(QUOTES_THAT_CLOSE, spaced)));
}
