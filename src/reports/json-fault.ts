import { shortText } from "./fields";

/** The first place where a text isn't JSON. */
class Fault extends Error {
  constructor(
    readonly offset: number,
    readonly expected: string,
  ) {
    super(`expected ${expected}`);
  }
}

/**
 * Says where a text that `JSON.parse` refused stops being JSON, and what was expected there: the engine's own message
 * names the place in some cases only.
 * @param text nested no deeper than the stack bears
 */
export function jsonFault(text: string): string {
  try {
    const end = blanksEnd(text, valueEnd(text, 0));
    if (end < text.length) throw new Fault(end, "the end of the file");
  } catch (error) {
    if (error instanceof Fault) return `isn't valid JSON at ${placeOf(text, error.offset)}: ${found(text, error)}`;
    throw error;
  }
  return "isn't valid JSON";
}

function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1} (offset ${offset})`;
}

const PYTHON_WORD = /(?:-?Infinity|NaN|nan|None|True|False)\b/y;

function found(text: string, { offset, expected }: Fault): string {
  if (offset >= text.length) return "it ends too early; is it the whole file?";
  const word = match(PYTHON_WORD, text, offset);
  if (word !== "") return `the bare word ${word} isn't JSON; expected a number, null or the text "${word}"`;
  return `found ${shortText(JSON.stringify(text.slice(offset, offset + 12)))}, expected ${expected}`;
}

function match(sticky: RegExp, text: string, at: number): string {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0] ?? "";
}

const BLANKS = /[ \t\r\n]*/y;

const blanksEnd = (text: string, at: number): number => at + match(BLANKS, text, at).length;

/** Offset after the value that begins at `at`, or after blanks there. */
function valueEnd(text: string, at: number): number {
  const start = blanksEnd(text, at);
  if (text[start] === "{") return entriesEnd(text, start + 1, "}", memberEnd);
  if (text[start] === "[") return entriesEnd(text, start + 1, "]", valueEnd);
  return text[start] === '"' ? stringEnd(text, start) : scalarEnd(text, start);
}

function entriesEnd(text: string, at: number, close: string, entryEnd: (text: string, at: number) => number): number {
  let next = blanksEnd(text, at);
  if (text[next] === close) return next + 1;
  for (;;) {
    next = blanksEnd(text, entryEnd(text, next));
    if (text[next] === close) return next + 1;
    if (text[next] !== ",") throw new Fault(next, `a comma or ${close}`);
    next++;
  }
}

function memberEnd(text: string, at: number): number {
  const start = blanksEnd(text, at);
  if (text[start] !== '"') throw new Fault(start, "a key in double quotes");
  const colon = blanksEnd(text, stringEnd(text, start));
  if (text[colon] !== ":") throw new Fault(colon, "a colon");
  return valueEnd(text, colon + 1);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON refuses them inside of texts
const TELLING = /["\\\u0000-\u001f]/g;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    TELLING.lastIndex = at;
    const next = TELLING.exec(text)?.index ?? text.length;
    if (text[next] === '"') return next + 1;
    const escaped = match(ESCAPE, text, next);
    if (escaped === "") throw new Fault(next, "a text that ends in the same line, with JSON's escapes");
    at = next + escaped.length;
  }
}

const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

function scalarEnd(text: string, start: number): number {
  const scalar = match(SCALAR, text, start);
  if (scalar === "") throw new Fault(start, "a value");
  return start + scalar.length;
}
