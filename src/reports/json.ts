import { Buffer, isUtf8 } from "node:buffer";
import { EvidenceError } from "../core/evidence";
import { quoted } from "./fields";
import { jsonFault } from "./json-fault";

/** Bytes of the largest report that is read. Clarify's reports with many features take a few MiB. */
export const REPORT_SIZE_LIMIT = 64 * 1024 * 1024;

/** Reports nest less than 20 deep; a limit keeps recursion safe from a file of brackets. */
const DEPTH_LIMIT = 200;

/** Objects and lists of a report; a large one has its bytes in numbers. A file of brackets would take gigabytes. */
const CONTAINER_LIMIT = 1_000_000;

/**
 * Reads a report's bytes: UTF-8 (a byte order mark is skipped), strict JSON, no key twice in one object.
 * @throws EvidenceError for bytes that aren't that; says where
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength > REPORT_SIZE_LIMIT) {
    throw new EvidenceError(`has ${bytes.byteLength} bytes; expected at most ${REPORT_SIZE_LIMIT}`);
  }
  const text = decode(bytes);
  if (!/\S/.test(text)) throw new EvidenceError("is empty; expected JSON");
  refuseRepeatedKeys(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new EvidenceError(jsonFault(text));
    throw error;
  }
}

function decode(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new EvidenceError("isn't UTF-8 text; expected JSON in UTF-8");
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/**
 * Of a key that stands twice `JSON.parse` keeps the last value silently, other readers the first: no one can tell.
 * One pass over the characters: a parser with callbacks takes ten times as long on a large report.
 */
function refuseRepeatedKeys(text: string): void {
  /** Keys of each open object; a list has none. */
  const open: (Set<string> | undefined)[] = [];
  let containers = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === OPEN_OBJECT || code === OPEN_LIST) {
      open.push(undefined);
      containers++;
      if (open.length > DEPTH_LIMIT) throw new EvidenceError(`is nested more than ${DEPTH_LIMIT} deep (offset ${at})`);
      if (containers > CONTAINER_LIMIT) throw new EvidenceError(`has more than ${CONTAINER_LIMIT} objects and lists`);
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) open.pop();
    else if (code === QUOTE) {
      const start = at;
      at = endOfText(text, start);
      if (isKey(text, at)) noteKey(text.slice(start, at + 1), open, start);
    }
  }
}

/** Offset of the quote that ends the text begun at `start`; of the last character where none does. */
export function endOfText(text: string, start: number): number {
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

function noteKey(raw: string, open: (Set<string> | undefined)[], offset: number): void {
  const key = raw.includes("\\") ? unescaped(raw) : raw.slice(1, -1);
  const keys = open.at(-1);
  if (keys?.has(key)) {
    throw new EvidenceError(`is ambiguous: the key ${quoted(key)} stands twice in one object (offset ${offset})`);
  }
  if (keys !== undefined) keys.add(key);
  else if (open.length > 0) open[open.length - 1] = new Set([key]);
}

/** Equal keys may be escaped differently. Broken escapes stay as they are: the parser finds them. */
function unescaped(raw: string): string {
  try {
    return String(JSON.parse(raw));
  } catch {
    return raw;
  }
}
