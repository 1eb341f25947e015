import { EvidenceError } from "../core/evidence";
import type { InferenceRecord } from "../core/tally";

const found = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

/** @throws EvidenceError that names the record and the field */
export function wrongField({ id }: Pick<InferenceRecord, "id">, name: string, value: unknown, expected: string): never {
  throw new EvidenceError(`record ${found(id)}: ${name} is ${found(value)}; expected ${expected}`);
}

const field = ({ fields }: InferenceRecord, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

/** A text of the record; it may be empty. @throws EvidenceError for anything else */
export function textField(record: InferenceRecord, name: string): string {
  const value = field(record, name);
  return typeof value === "string" ? value : wrongField(record, name, value, "a text");
}

/** One of the given texts. @throws EvidenceError for anything else */
export function enumField<const Text extends string>(record: InferenceRecord, name: string, of: readonly Text[]): Text {
  const value = field(record, name);
  return of.find((text) => text === value) ?? wrongField(record, name, value, `one of ${of.join(", ")}`);
}

/**
 * A list with an entry for each completion; undefined where the record has no such field.
 * @throws EvidenceError for another length, or an entry that `isEntry` refuses
 */
export function listField<Entry>(
  record: InferenceRecord,
  name: string,
  isEntry: (value: unknown) => value is Entry,
  expected: string,
): readonly Entry[] | undefined {
  const value = field(record, name);
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every(isEntry) || value.length !== record.completions.length)
    return wrongField(record, name, value, `${expected}, one for each of the ${record.completions.length} completions`);
  return value;
}
