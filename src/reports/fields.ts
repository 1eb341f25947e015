import { EvidenceError } from "../core/evidence";
import { isObject } from "../core/shape";

export { isObject } from "../core/shape";

/** A JSON object as `JSON.parse` makes it: keys come from data, `__proto__` among them. Read it through `own`. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Characters of a report's text that are quoted in a message: messages end in a registry's short description. */
const QUOTED = 200;

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** A report's text for a message: no control characters, at most `limit` characters. */
export function shortText(text: string, limit = QUOTED): string {
  const head = text.slice(0, limit).replace(UNPRINTABLE, " ").trim();
  return text.length > limit ? `${head}…` : head;
}

/** The same in double quotes, for names. */
export const quoted = (text: string): string => `"${shortText(text, 80)}"`;

export const hasOwn = (value: unknown, key: string): boolean => isObject(value) && Object.hasOwn(value, key);

/** The object's own value; what it inherits isn't data. */
export const own = (object: JsonObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

/** Says in a message what a value is. */
export function whatIs(value: unknown): string {
  if (value === undefined) return "absent";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? `the text ${quoted(value)}` : String(value);
}

/** Path of a member whose name comes from data. */
export const member = (path: string, name: string): string => `${path}[${quoted(name)}]`;

/** @throws EvidenceError unless it is an object with at least one member */
export function objectAt(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw new EvidenceError(`${path} is ${whatIs(value)}; expected an object`);
  if (Object.keys(value).length === 0) throw new EvidenceError(`${path} is empty; expected at least one member`);
  return value;
}

/** @throws EvidenceError unless it is a list with at least one entry */
export function listAt(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new EvidenceError(`${path} is ${whatIs(value)}; expected a list`);
  if (value.length === 0) throw new EvidenceError(`${path} is an empty list; expected at least one entry`);
  return value;
}

/** @throws EvidenceError unless it is a text that isn't empty */
export function textAt(value: unknown, path: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new EvidenceError(`${path} is ${whatIs(value)}; expected a text that isn't empty`);
}
