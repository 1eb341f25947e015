import { EvidenceError, type Explainability, type Figures } from "../core/evidence";
import { looksLike } from "./document-shape";
import { hasOwn, isObject, member, objectAt, own } from "./fields";
import { figureOf, figuresByName } from "./figures";

const PATH = "explanations.kernel_shap";

/** Whether a document has global SHAP values, usable or not. */
export const hasShapValues = (root: unknown): boolean =>
  isObject(root) && hasOwn(own(root, "explanations"), "kernel_shap");

/**
 * Reads the global SHAP values of a Clarify report: label -> feature -> value. Partial dependence plots and the
 * tokens of text features are no bounds' business and left out.
 * @throws EvidenceError where there are none, or not of that shape
 */
export function parseExplainability(root: unknown): Explainability {
  if (!hasShapValues(root)) throw new EvidenceError(`has no ${PATH}: it is ${looksLike(root)}`);
  const explanations = objectAt(own(objectAt(root, "the report"), "explanations"), "explanations");
  const labels = Object.entries(objectAt(own(explanations, "kernel_shap"), PATH));
  return { labels: new Map(labels.map(([label, shap]) => [label, parseLabel(shap, member(PATH, label))])) };
}

function parseLabel(shap: unknown, path: string): Figures {
  const values = objectAt(own(objectAt(shap, path), "global_shap_values"), `${path}.global_shap_values`);
  return figuresByName(Object.entries(values).map(([feature, value]) => [feature, figureOf(value)]));
}
