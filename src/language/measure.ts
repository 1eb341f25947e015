import { isBounded, rangeOf, type ThresholdsSchema } from "../core/check";
import type { EstimatedFigure, Estimates, LanguageEvaluation, Range } from "../core/evidence";
import { formatNames, type Measurement, measuredValue } from "../core/finding";
import { isObject } from "../core/shape";

const IN_CATEGORY = /^(.+)\[([^[\]]+)\]$/;
const EACH = "*";

/**
 * Makes a check's `measure`: an evaluation against every bound of the policy: `<implementation>.<metric>` of all records,
 * `<implementation>.<metric>[<category>]` of one category's, `[*]` of each category that has no bound of its own.
 * A metric or category that the evaluation lacks has no value, so that it can't pass.
 */
export const languageMeasure =
  (schema: ThresholdsSchema) =>
  (content: LanguageEvaluation, thresholds: Readonly<Record<string, unknown>>): Measurement[] => {
    const { judge_by: judgeBy, categories, ...bounds } = thresholds;
    const byInterval = judgeBy === "interval";
    const named = new Set(Object.keys(bounds));
    return [
      ...missingCategories(content, Array.isArray(categories) ? categories.map(String) : []),
      ...Object.entries(bounds).flatMap(([name, bound]): Measurement[] =>
        isObject(bound) && isBounded(bound)
          ? measured(name, content, named).map((found) => ({
              ...found,
              bound,
              byInterval,
              range: rangeFor(schema, name),
            }))
          : [],
      ),
    ];
  };

/** Of a metric in one category it is that of the metric in each, or of the metric itself. */
function rangeFor(schema: ThresholdsSchema, name: string): Range {
  const [, metric = name] = IN_CATEGORY.exec(name) ?? [];
  const declared = [name, `${metric}[${EACH}]`, metric].find((one) => schema.properties[one] !== undefined);
  return rangeOf(schema, declared ?? name);
}

type Found = Omit<Measurement, "bound" | "byInterval" | "range">;

function measured(name: string, content: LanguageEvaluation, named: ReadonlySet<string>): Found[] {
  const [, metric, category] = IN_CATEGORY.exec(name) ?? [];
  if (metric === undefined || category === undefined) return [{ metric: name, ...figure(content.metrics, name) }];
  if (category !== EACH) {
    const of = content.categories.get(category);
    const absent = `the evaluation has no category ${category}; it has ${formatNames(content.categories.keys())}`;
    return [{ metric, category, ...(of === undefined ? { value: null, problem: absent } : figure(of, metric)) }];
  }
  // A category may be called `*`; the bound for each isn't one of its own.
  const others = [...content.categories].filter(([one]) => one === EACH || !named.has(`${metric}[${one}]`));
  if (content.categories.size === 0) {
    return [{ metric, category, value: null, problem: "the evaluation has no categories, and the policy bounds each" }];
  }
  return others.map(([one, of]) => ({ metric, category: one, ...figure(of, metric) }));
}

function figure(estimates: Estimates, metric: string): Pick<Measurement, "value" | "problem" | "interval"> {
  const found: EstimatedFigure | undefined = estimates.get(metric);
  const absent = `the evaluation has no ${metric}; its metrics are: ${formatNames(estimates.keys())}`;
  return { ...measuredValue(found, absent), ...(found?.interval && { interval: found.interval }) };
}

const missingCategories = (content: LanguageEvaluation, required: readonly string[]): Measurement[] =>
  required
    .filter((category) => !content.categories.has(category))
    .map((category) => ({
      metric: "categories",
      category,
      value: null,
      bound: {},
      problem: `the evaluation lacks this category, which the policy requires; it has ${formatNames(content.categories.keys())}`,
    }));
