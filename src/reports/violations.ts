import { EvidenceError } from "../core/evidence";
import { looksLike } from "./document-shape";
import { hasOwn, isObject, type JsonObject, own, shortText, whatIs } from "./fields";

/** Keys that the entries of other monitors' violations have. */
const FOREIGN = {
  "model quality": ["feature_name", "facet", "facet_value", "label"],
  "data quality": ["metric_name", "facet", "facet_value", "label"],
} as const;

export const isViolations = (root: unknown): boolean => hasOwn(root, "violations");

/**
 * Reads Model Monitor's `constraint_violations.json`: a text for each entry, none for an empty list. The texts are
 * passed on, never read: they name directions wrongly.
 * @throws EvidenceError for another monitor's violations, or entries that aren't objects
 */
export function parseViolations(root: unknown, of: keyof typeof FOREIGN): string[] {
  const entries = isObject(root) ? own(root, "violations") : undefined;
  if (!Array.isArray(entries)) throw new EvidenceError(`violations is ${whatIs(entries)}; expected a list`);
  return entries.map((entry: unknown, index) => {
    if (!isObject(entry)) throw new EvidenceError(`violations[${index}] is ${whatIs(entry)}; expected an object`);
    if (FOREIGN[of].some((key) => Object.hasOwn(entry, key))) {
      throw new EvidenceError(`is ${looksLike(root)}; expected violations of ${of}`);
    }
    return violationText(entry);
  });
}

function violationText(entry: JsonObject): string {
  const text = (key: string): string | undefined => {
    const value = own(entry, key);
    return typeof value === "string" && value.trim() !== "" ? value : undefined;
  };
  const subject = text("feature_name") ?? text("metric_name");
  const type = text("constraint_check_type");
  const head = [subject, type && `(${type})`].filter((part) => part !== undefined).join(" ");
  return shortText([head, text("description")].filter(Boolean).join(": ") || "a violation without a text");
}
