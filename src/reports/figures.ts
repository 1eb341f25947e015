import type { Figure } from "../core/evidence";
import { hasOwn, isObject, own, shortText, whatIs } from "./fields";

/** How Clarify and Model Monitor write what JSON has no number for. */
const NOT_FINITE: ReadonlyMap<unknown, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

export const isNumeric = (value: unknown): boolean => typeof value === "number" || NOT_FINITE.has(value);

/** Reads a value as a number: never by JavaScript's conversions, by which `null`, `""` and `[0.1]` are numbers too. */
export function figureOf(value: unknown): Figure {
  if (typeof value === "number") return { value };
  const notFinite = NOT_FINITE.get(value);
  if (notFinite !== undefined) return { value: notFinite };
  return { value: null, problem: `its value is ${whatIs(value)}, not a number` };
}

/** Reads `{"value": …}` or the bare value; `error` beside it says why there is none. */
export function metricFigure(entry: unknown): Figure {
  if (!isObject(entry)) return figureOf(entry);
  const error = own(entry, "error");
  if (error === undefined || error === null) return figureOf(own(entry, "value"));
  const text = typeof error === "string" ? shortText(error) : whatIs(error);
  const value = own(entry, "value");
  if (value === undefined || value === null) return { value: null, problem: text };
  return { value: null, problem: `it has both a value (${whatIs(value)}) and an error: ${text}` };
}

/** What a name stands for that more than one entry has: no value can be told from the other. */
export const twice = (what: string): Figure => ({ value: null, problem: `stands twice: ${what}` });

/** Figures by name; a name that comes again has no value. */
export function figuresByName(entries: Iterable<readonly [name: string, figure: Figure]>): Map<string, Figure> {
  const figures = new Map<string, Figure>();
  for (const [name, figure] of entries) {
    figures.set(name, figures.has(name) ? twice("the report has several entries of this name") : figure);
  }
  return figures;
}

/** Whether an entry claims to be a metric: a number, or an object with a `value`. */
export const isMetric = (entry: unknown): boolean => isNumeric(entry) || hasOwn(entry, "value");
