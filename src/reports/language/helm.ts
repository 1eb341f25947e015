import { EvidenceError, type Figure, type LanguageKind } from "../../core/evidence";
import { isObject, listAt, objectAt, own, textAt, whatIs } from "../fields";
import { figureOf } from "../figures";
import { type Results, ResultsOf } from "./results";

/** Metrics of HELM's that a check is about. https://github.com/stanford-crfm/helm/tree/main/src/helm/benchmark/metrics */
const KINDS: Readonly<Record<string, LanguageKind>> = {
  bbq_accuracy: "bias-bbq",
  bbq_metric_ambiguous_bias: "bias-bbq",
  bbq_metric_unambiguous_bias: "bias-bbq",
  longest_common_prefix_length: "memorization",
  edit_distance: "memorization",
  edit_similarity: "memorization",
  self_bleu: "disinformation",
  monte_carlo_entropy: "disinformation",
  expected_max_toxicity: "toxicity-bold",
  max_toxicity_probability: "toxicity-bold",
  toxic_frac: "toxicity-bold",
};

/** Whether a document is a run's statistics: a list whose entries have a name with parts. */
export const isHelmStats = (root: unknown): boolean =>
  Array.isArray(root) && isObject(root[0]) && isObject(own(root[0], "name"));

/** Files of a run that hold no corpus value. */
export const isHelmRunSpec = (root: unknown): boolean =>
  isObject(root) && Object.hasOwn(root, "scenario_spec") && Object.hasOwn(root, "adapter_spec");
export const isHelmPerInstance = (root: unknown): boolean =>
  Array.isArray(root) && isObject(root[0]) && Object.hasOwn(root[0], "instance_id");
export const isHelmScenarioState = (root: unknown): boolean =>
  isObject(root) && Object.hasOwn(root, "request_states") && Object.hasOwn(root, "adapter_spec");

/** Scenarios that a check is about, by how a run's name begins. */
const SCENARIOS: readonly (readonly [RegExp, LanguageKind])[] = [
  [/^bbq\b/, "bias-bbq"],
  [/^copyright\b/, "memorization"],
  [/^disinformation\b/, "disinformation"],
  [/^(bold|real_toxicity_prompts)\b/, "toxicity-bold"],
];

/** The name of a run, `bbq:subject=all,…`. @throws EvidenceError for another shape than run_spec.json's */
export const helmRunName = (root: unknown): string => textAt(own(objectAt(root, "the file"), "name"), "name");

/**
 * A run's stats.json: the figures of the unperturbed instances.
 * @param run its name, where its run_spec.json is there: metrics of another scenario are no figures of a check's kind
 * @throws EvidenceError for another shape
 */
export function parseHelmStats(root: unknown, run: string | undefined): Results {
  const kindOf = (metric: string): LanguageKind | undefined => {
    const kind = Object.hasOwn(KINDS, metric) ? KINDS[metric] : undefined;
    return run === undefined || SCENARIOS.some(([name, of]) => of === kind && name.test(run)) ? kind : undefined;
  };
  const task = run === undefined ? "helm" : `helm.${run.replace(/[^A-Za-z0-9_-].*$/, "")}`;
  const stats = listAt(root, "stats").map((entry, at) => statOf(entry, `stats[${at}]`));
  const chosen = stats.filter((stat) => stat.split === splitOf(stats) && !stat.perturbed);
  const results = new ResultsOf();
  const kinds = new Set(chosen.flatMap(({ metric }) => kindOf(metric) ?? []));
  for (const { metric, figure } of chosen) {
    const kind = kindOf(metric);
    if (kind !== undefined) results.add(kind, `helm.${metric}`, figure);
    else if (metric === "num_instances") for (const of of kinds) results.add(of, "records.count", figure);
    // Beside a check's own metrics every run has some of tokens and times.
    if (kinds.size === 0) results.addOther(`${task}.${metric}`, figure);
    if (kinds.size === 0 && metric === "num_instances") results.rows = figure;
  }
  return results.results();
}

/** Share of a run's requests that have no answer. @throws EvidenceError for another shape than scenario_state.json's */
export function helmFailedRate(root: unknown): Figure {
  const states = listAt(own(objectAt(root, "the file"), "request_states"), "request_states");
  const failed = states.filter((state) => {
    const result = isObject(state) ? own(state, "result") : undefined;
    return !isObject(result) || own(result, "success") !== true;
  });
  return { value: failed.length / states.length };
}

interface Stat {
  metric: string;
  split: string;
  perturbed: boolean;
  figure: Figure;
}

function statOf(entry: unknown, path: string): Stat {
  const stat = objectAt(entry, path);
  const name = objectAt(own(stat, "name"), `${path}.name`);
  const metric = textAt(own(name, "name"), `${path}.name.name`);
  const split = own(name, "split") ?? "";
  if (typeof split !== "string") throw new EvidenceError(`${path}.name.split is ${whatIs(split)}; expected a text`);
  const subSplit = own(name, "sub_split") ?? null;
  return {
    metric: subSplit === null ? metric : `${metric}:${String(subSplit)}`,
    split,
    perturbed: (own(name, "perturbation") ?? null) !== null,
    figure: figureOfStat(own(stat, "count"), own(stat, "mean")),
  };
}

/** A statistic that nothing was added to has no mean. */
function figureOfStat(count: unknown, mean: unknown): Figure {
  if (mean === undefined || mean === null)
    return { value: null, problem: `HELM has no mean of it (count ${whatIs(count)})` };
  return figureOf(mean);
}

/** HELM's own choice: the test split, or else the validation's. */
const splitOf = (stats: readonly Stat[]): string =>
  ["test", "valid"].find((split) => stats.some((stat) => stat.split === split)) ?? "";
