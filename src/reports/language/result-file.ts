import { Buffer, isUtf8 } from "node:buffer";
import { EvidenceError } from "../../core/evidence";
import { isObject } from "../fields";
import { parseJson } from "../json";

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
  const first = firstObject(text);
  const isRecords = first !== undefined && text.slice(first.end).trimStart().startsWith("{");
  const oneRecord = first !== undefined && text.slice(first.end).trim() === "" && isRecord(first.text);
  if (isRecords || oneRecord) return { kind: "records", records: () => recordsIn(text) };
  return { kind: "document", root: parse(text) };
}

/** Whether a file that is one object is a run of one record: fields that only records have. */
function isRecord(text: string): boolean {
  const root = parse(text);
  return isObject(root) && ["completions", "scores", "doc_id"].some((name) => Object.hasOwn(root, name));
}

/** Python writes NaN and infinities as bare words, which aren't JSON; here they become the texts that other reports have. */
const parse = (text: string): unknown => parseJson(Buffer.from(quotedNonNumbers(text)));

const STRING_OR_WORD = /"(?:[^"\\]|\\.)*"|-?Infinity\b|\bNaN\b/g;

const quotedNonNumbers = (text: string): string =>
  text.replace(STRING_OR_WORD, (found) => (found.startsWith('"') ? found : `"${found}"`));

/** Objects one after another: a line each, or `}{` where parts of a file were joined with nothing between. */
function* recordsIn(text: string): Generator<unknown> {
  let at = 0;
  for (let number = 1; ; number++) {
    const rest = text.slice(at).trimStart();
    if (rest === "") return;
    const found = firstObject(rest);
    if (found === undefined) throw new EvidenceError(`record ${number} is no whole JSON object`);
    yield parseRecord(found.text, number);
    at = text.length - rest.length + found.end;
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

/** The object that a text begins with, and where it ends; undefined where there is none. */
function firstObject(text: string): { text: string; end: number } | undefined {
  const begin = text.search(/\S/);
  if (text[begin] !== "{") return undefined;
  let depth = 0;
  const marks = /"(?:[^"\\]|\\.)*"|[{}]/gs;
  marks.lastIndex = begin;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] === "{") depth++;
    else if (mark[0] === "}") depth--;
    if (depth === 0) return { text: text.slice(begin, marks.lastIndex), end: marks.lastIndex };
  }
  return undefined;
}
