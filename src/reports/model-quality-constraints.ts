import { type Bound, type Constraint, EvidenceError } from "../core/evidence";
import { looksLike } from "./document-shape";
import { isObject, type JsonObject, member, objectAt, own, whatIs } from "./fields";

const GROUPS = ["regression_constraints", "binary_classification_constraints", "multiclass_classification_constraints"];

export const isModelQualityConstraints = (root: unknown): boolean =>
  isObject(root) && GROUPS.some((group) => Object.hasOwn(root, group));

/**
 * Reads Model Monitor's `constraints.json` of model quality, as the conditions that must hold.
 * @throws EvidenceError where it has no group or several, or a constraint can't be read
 */
export function parseModelQualityConstraints(root: unknown): Constraint[] {
  const document = objectAt(root, "the document");
  const groups = GROUPS.filter((group) => Object.hasOwn(document, group));
  const [group] = groups;
  if (group === undefined) throw new EvidenceError(`has no constraints of model quality: it is ${looksLike(root)}`);
  if (groups.length > 1) throw new EvidenceError(`is ambiguous: it has ${groups.join(" and ")}; expected one`);
  return Object.entries(objectAt(own(document, group), group)).map(([metric, constraint]) => {
    const path = member(group, metric);
    return { metric, bound: boundOf(objectAt(constraint, path), path) };
  });
}

/** The file's operator names the bad direction: `LessThanThreshold` is violated below, so it asks for a least value. */
function boundOf(constraint: JsonObject, path: string): Bound {
  const threshold = own(constraint, "threshold");
  if (typeof threshold !== "number" || !Number.isFinite(threshold)) {
    throw new EvidenceError(`${path}.threshold is ${whatIs(threshold)}; expected a finite number`);
  }
  const operator = own(constraint, "comparison_operator");
  if (operator === "LessThanThreshold") return { min: threshold };
  if (operator === "GreaterThanThreshold") return { max: threshold };
  throw new EvidenceError(
    `${path}.comparison_operator is ${whatIs(operator)}; expected LessThanThreshold or GreaterThanThreshold`,
  );
}
