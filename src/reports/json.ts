import { type ParseErrorCode, printParseErrorCode, visit } from "jsonc-parser";
import { EvidenceError } from "../core/evidence";
import { quoted } from "./fields";

/** Bytes of the largest report that is read. Clarify's reports with many features take a few MiB. */
export const REPORT_SIZE_LIMIT = 64 * 1024 * 1024;

/** Reports nest less than 20 deep; a limit keeps recursion safe from a file of brackets. */
const DEPTH_LIMIT = 200;

const BARE_WORD = /(?:-?Infinity|NaN|nan|None|True|False|undefined)\b/y;

/**
 * Reads a report's bytes: UTF-8 (a byte order mark is skipped), strict JSON, no key twice in one object.
 * @throws EvidenceError for bytes that aren't that; says where
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength > REPORT_SIZE_LIMIT) {
    throw new EvidenceError(`has ${bytes.byteLength} bytes; expected at most ${REPORT_SIZE_LIMIT}`);
  }
  const text = decode(bytes);
  if (text.trim() === "") throw new EvidenceError("is empty; expected JSON");
  refuseRepeatedKeys(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new EvidenceError(whereBroken(text));
    throw error;
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new EvidenceError("isn't UTF-8 text; expected JSON in UTF-8");
    throw error;
  }
}

/** `JSON.parse` says where only in some messages, so a second parser finds the place. */
function whereBroken(text: string): string {
  let message = "isn't valid JSON";
  const stop = new Error("found");
  const onError = (code: ParseErrorCode, offset: number, length: number, line: number, column: number): void => {
    const place = `at line ${line + 1}, column ${column + 1} (offset ${offset})`;
    message = `isn't valid JSON ${place}: ${broken(text, code, offset, length)}`;
    throw stop;
  };
  try {
    visit(text, { onError }, { disallowComments: true });
  } catch (error) {
    if (error !== stop) throw error;
  }
  return message;
}

function broken(text: string, code: ParseErrorCode, offset: number, length: number): string {
  BARE_WORD.lastIndex = offset;
  const [word] = BARE_WORD.exec(text) ?? [];
  if (word !== undefined) return `the bare word ${word} isn't JSON; expected a number, null or the text "${word}"`;
  if (offset >= text.trimEnd().length) return "it ends too early; is it the whole file?";
  return `${printParseErrorCode(code)} at ${quoted(text.slice(offset, offset + Math.max(length, 1)))}`;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** Of a key that stands twice `JSON.parse` keeps the last value silently, other readers the first: no one can tell. */
function refuseRepeatedKeys(text: string): void {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === OPEN_OBJECT || code === OPEN_LIST) {
      open.push(new Set());
      if (open.length > DEPTH_LIMIT) throw new EvidenceError(`is nested more than ${DEPTH_LIMIT} deep at offset ${at}`);
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) open.pop();
    else if (code === QUOTE) {
      const start = at;
      at = endOfText(text, start);
      if (isKey(text, at)) noteKey(text.slice(start, at + 1), open.at(-1), start);
    }
  }
}

/** Offset of the quote that ends the text begun at `start`; of the last character where none does. */
function endOfText(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (text.charCodeAt(at) <= 0x20) at++;
  return text.charCodeAt(at) === COLON;
}

function noteKey(raw: string, keys: Set<string> | undefined, offset: number): void {
  const key = raw.includes("\\") ? unescaped(raw) : raw.slice(1, -1);
  if (keys?.has(key)) {
    throw new EvidenceError(`is ambiguous: the key ${quoted(key)} stands twice in one object (offset ${offset})`);
  }
  keys?.add(key);
}

/** Equal keys may be escaped differently. Broken escapes stay as they are: the parser finds them. */
function unescaped(raw: string): string {
  try {
    return String(JSON.parse(raw));
  } catch {
    return raw;
  }
}
