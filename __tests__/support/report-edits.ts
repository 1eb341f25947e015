import type { Finding } from "../../src/core/finding";

/** How one value of a report is spoilt. */
export const EDITS = ["across its bound", "NaN", "removed"] as const;
export type Edit = (typeof EDITS)[number];

type Path = readonly (string | { name: string } | { value_or_threshold: string })[];

/** Where a finding's value stands in the report at `uri`; none where it rests on another report. */
export function pathsOf({ check, metric, facet, feature, category }: Finding, uri: string): Path[] {
  const name = metric.split(".").at(-1) ?? "";
  switch (check) {
    case "model-quality": {
      if (!uri.includes("/model-quality/")) return [];
      if (metric === "rows") return [["dataset", "item_count"]];
      return [["binary_classification_metrics", name.replace("_over_best_constant_classifier", ""), "value"]];
    }
    case "bias-pre-training":
    case "bias-post-training": {
      const [facetName = "", ...value] = (facet ?? "").split("=");
      const section = check === "bias-pre-training" ? "pre_training_bias_metrics" : "post_training_bias_metrics";
      return uri.includes("/bias/")
        ? [[section, "facets", facetName, { value_or_threshold: value.join("=") }, "metrics", { name }, "value"]]
        : [];
    }
    case "explainability":
      return uri.includes("/explainability/")
        ? [["explanations", "kernel_shap", category ?? "", "global_shap_values", feature ?? ""]]
        : [];
    case "data-quality": {
      if (!uri.includes("/data-quality/statistics")) return [];
      if (metric === "rows") return [["dataset", "item_count"]];
      const of = (statistics: string): Path => [
        "features",
        { name: feature ?? "" },
        statistics,
        "common",
        metric === "missing" ? "num_missing" : "num_present",
      ];
      return [of("numerical_statistics"), of("string_statistics")];
    }
    default:
      throw new Error(`no place for ${check} ${metric}: add one`);
  }
}

/** The report with the values at those places spoilt. */
export function change(text: string, paths: readonly Path[], finding: Finding, edit: Edit): string {
  const report: unknown = JSON.parse(text);
  const changed = paths.filter((path) => spoil(report, path, finding, edit));
  // A bare NaN is what Python writes; JSON has none, so a text stands for it until the end.
  return changed.length === 0 ? text : JSON.stringify(report).replaceAll('"__NaN__"', "NaN");
}

function spoil(report: unknown, path: Path, finding: Finding, edit: Edit): boolean {
  const parent = path.slice(0, -1).reduce<unknown>(step, report);
  const last = path.at(-1);
  if (
    typeof parent !== "object" ||
    parent === null ||
    typeof last !== "string" ||
    !(last in parent || finding.metric === "forbidden")
  )
    return false;
  const holder = parent as Record<string, unknown>;
  if (edit === "removed") delete holder[last];
  else holder[last] = edit === "NaN" ? "__NaN__" : across(finding, Number(holder[last]));
  return true;
}

const step = (value: unknown, key: Path[number]): unknown => {
  if (typeof value !== "object" || value === null) return undefined;
  if (typeof key === "string") return (value as Record<string, unknown>)[key];
  const [[field = "", wanted] = []] = Object.entries(key);
  return Object.values(value).find((item) => item[field] === wanted);
};

/** A value on the other side of the finding's bound; counts and contributions move so far that their share does too. */
function across({ check, metric, bound }: Finding, before: number): number {
  if (check === "explainability") return metric === "required" ? 0 : 1000;
  if (check === "data-quality" && metric !== "rows") return metric === "missing" ? before + 1_000_000 : 0;
  if (metric.endsWith("_over_best_constant_classifier")) return 0;
  return bound.max !== undefined ? bound.max + 0.01 : (bound.min ?? before) - 0.01;
}
