import { Buffer, isUtf8 } from "node:buffer";
import { EvidenceError } from "../../core/evidence";
import { isObject } from "../fields";
import { endOfText, parseJson } from "../json";

/** A file of a language model's evaluation. */
export interface ResultFile {
  /** For messages: its name in the manifest, or its slot. */
  name: string;
  bytes: Uint8Array;
}

/** A file after JSON: one value, or one to a line. */
export type Opened = { kind: "document"; root: unknown } | { kind: "records"; records: () => Iterable<unknown> };

/**
 * Opens a file by its content: JSON Lines where an object is followed by another, one document otherwise.
 * @throws EvidenceError for bytes that are neither
 */
export function openResult({ bytes }: ResultFile): Opened {
  if (!isUtf8(bytes)) throw new EvidenceError("isn't UTF-8 text; expected JSON or JSON Lines in UTF-8");
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const begin = notBlankFrom(text, 0);
  const end = objectEnd(text, begin);
  const next = end === undefined ? undefined : text[notBlankFrom(text, end)];
  const isRun = next === "{" || (end !== undefined && next === undefined && isRecord(text));
  return isRun ? { kind: "records", records: () => recordsIn(text) } : { kind: "document", root: parse(text) };
}

/** Whether a file that is one object is a run of one record: fields that only records have. */
function isRecord(text: string): boolean {
  const root = parse(text);
  return isObject(root) && ["completions", "scores", "doc_id"].some((name) => Object.hasOwn(root, name));
}

/** Python writes NaN and infinities as bare words, which aren't JSON; here they become the texts that other reports have. */
const parse = (text: string): unknown => parseJson(Buffer.from(quotedNonNumbers(text)));

/** As a value: before the end of its object or list, or the next entry. */
const BARE = /(?<![\w"])(?:-?Infinity|NaN)(?=\s*(?:[,}\]]|$))/g;

/** What stands in texts stays as it is; they may be of any length. */
function quotedNonNumbers(text: string): string {
  if (!text.includes("NaN") && !text.includes("Infinity")) return text;
  const pieces: string[] = [];
  let at = 0;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? text.length : quote;
    pieces.push(text.slice(at, end).replace(BARE, '"$&"'));
    if (quote === -1) break;
    at = Math.min(endOfText(text, quote) + 1, text.length);
    pieces.push(text.slice(quote, at));
  }
  return pieces.join("");
}

/** Objects one after another: a line each, or `}{` where parts of a file were joined with nothing between. */
function* recordsIn(text: string): Generator<unknown> {
  let at = notBlankFrom(text, 0);
  for (let number = 1; at < text.length; number++) {
    const end = objectEnd(text, at);
    if (end === undefined) throw new EvidenceError(`record ${number} is no whole JSON object`);
    yield parseRecord(text.slice(at, end), number);
    at = notBlankFrom(text, end);
  }
}

function parseRecord(text: string, number: number): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof EvidenceError) throw new EvidenceError(`record ${number}: ${error.message}`);
    throw error;
  }
}

function notBlankFrom(text: string, begin: number): number {
  let at = begin;
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}

const OPEN = 0x7b;
const CLOSE = 0x7d;
const QUOTE = 0x22;

/** Offset after the object that begins there; undefined where none does, or it doesn't end. */
function objectEnd(text: string, begin: number): number | undefined {
  if (text.charCodeAt(begin) !== OPEN) return undefined;
  let depth = 0;
  for (let at = begin; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === OPEN) depth++;
    else if (code === CLOSE && --depth === 0) return at + 1;
  }
  return undefined;
}
