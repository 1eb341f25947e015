import { type Bias, EvidenceError, type FacetEntry, type Figure } from "../core/evidence";
import { looksLike } from "./document-shape";
import { hasOwn, listAt, member, objectAt, own, textAt, whatIs } from "./fields";
import { figuresByName, metricFigure, twice } from "./figures";

/** The two sections of a Clarify bias report, by the kind of evidence they are. */
export const BIAS_SECTIONS = {
  "bias-pre-training": "pre_training_bias_metrics",
  "bias-post-training": "post_training_bias_metrics",
} as const;
export type BiasKind = keyof typeof BIAS_SECTIONS;

/** Whether a document has the section of that kind, usable or not. */
export const hasBiasSection = (root: unknown, kind: BiasKind): boolean => hasOwn(root, BIAS_SECTIONS[kind]);

/**
 * Reads one section of a Clarify bias report: facet -> an entry for each value -> metrics by their short code.
 * A metric's code or a facet's value that stands twice has no value.
 * @throws EvidenceError where the section is absent, empty or not of that shape
 */
export function parseBias(root: unknown, kind: BiasKind): Bias {
  const name = BIAS_SECTIONS[kind];
  if (!hasBiasSection(root, kind)) throw new EvidenceError(`has no ${name}: it is ${looksLike(root)}`);
  const section = objectAt(own(objectAt(root, "the report"), name), name);
  const path = `${name}.facets`;
  const facets = Object.entries(objectAt(own(section, "facets"), path));
  return { facets: new Map(facets.map(([facet, entries]) => [facet, parseFacet(entries, member(path, facet))])) };
}

function parseFacet(entries: unknown, path: string): FacetEntry[] {
  const byValue = new Map<string, FacetEntry>();
  for (const [index, entry] of listAt(entries, path).entries()) {
    const parsed = parseEntry(entry, `${path}[${index}]`);
    const before = byValue.get(parsed.value);
    byValue.set(parsed.value, before === undefined ? parsed : bothEntries(before, parsed));
  }
  return [...byValue.values()];
}

function parseEntry(entry: unknown, path: string): FacetEntry {
  const object = objectAt(entry, path);
  const value = own(object, "value_or_threshold");
  // Clarify writes texts; a person's script may write the number 1 for "1".
  const text = typeof value === "number" ? String(value) : textAt(value, `${path}.value_or_threshold`);
  const metrics = listAt(own(object, "metrics"), `${path}.metrics`);
  return { value: text, metrics: figuresByName(metrics.map((m, i) => parseMetric(m, `${path}.metrics[${i}]`))) };
}

function parseMetric(metric: unknown, path: string): [string, Figure] {
  const object = objectAt(metric, path);
  const name = textAt(own(object, "name"), `${path}.name`);
  if (!Object.hasOwn(object, "value")) {
    throw new EvidenceError(`${path}.value is ${whatIs(undefined)}; expected a number, null or a text`);
  }
  return [name, metricFigure(object)];
}

/** Two entries of one facet value: every metric of either has no value. */
function bothEntries(one: FacetEntry, other: FacetEntry): FacetEntry {
  const names = [...one.metrics.keys(), ...other.metrics.keys()];
  const figure = twice("the facet has several entries of this value");
  return { value: one.value, metrics: new Map(names.map((name) => [name, figure])) };
}
