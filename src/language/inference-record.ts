import { EvidenceError } from "../core/evidence";
import { isObject } from "../core/shape";
import type { InferenceRecord } from "../core/tally";
import { wrongField } from "./record-fields";

/**
 * Reads one line of an inference run, after JSON. A line with `error` needs no completions.
 * @throws EvidenceError that names the record and the field
 */
export function parseInferenceRecord(line: unknown): InferenceRecord {
  if (!isObject(line))
    throw new EvidenceError("a line is no JSON object; expected one with id, prompt and completions");
  const get = (name: string): unknown => (Object.hasOwn(line, name) ? line[name] : undefined);
  const id = get("id");
  if (typeof id !== "string" || id === "") return wrongField({ id: "" }, "id", id, "a text that isn't empty");
  const text = (name: string): string | null => {
    const value = get(name) ?? null;
    return value === null || typeof value === "string" ? value : wrongField({ id }, name, value, "a text");
  };
  const texts = (name: string): readonly string[] | null => {
    const value = get(name) ?? null;
    if (value === null || (Array.isArray(value) && value.every((one) => typeof one === "string"))) return value;
    return wrongField({ id }, name, value, "a list of texts");
  };
  const error = text("error");
  const completions = texts("completions") ?? [];
  if (error === null && completions.length === 0) {
    return wrongField(
      { id },
      "completions",
      get("completions"),
      "at least one, or an error that says why there is none",
    );
  }
  const finishReasons = reasons(id, get("finishReasons"), completions.length);
  const prompt = text("prompt") ?? wrongField({ id }, "prompt", null, "a text");
  return {
    id,
    prompt,
    completions,
    category: text("category"),
    finishReasons,
    error,
    model: text("model"),
    fields: line,
  };
}

function reasons(id: string, value: unknown, count: number): readonly (string | null)[] | null {
  if (value === undefined || value === null) return null;
  const isReason = (one: unknown): one is string | null => one === null || typeof one === "string";
  if (Array.isArray(value) && value.length === count && value.every(isReason)) return value;
  return wrongField({ id }, "finishReasons", value, `a text or null for each of the ${count} completions`);
}
