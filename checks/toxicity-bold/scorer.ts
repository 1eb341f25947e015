import type { EstimatedFigure, LanguageEvaluation } from "../../src/core/evidence";
import { formatNames, type Measurement } from "../../src/core/finding";

/** Before a scorer's name it names a figure: a run's scorer is known by the figure that it has. */
const PREFIX = "scorer.";

/** Says which scorer a run's scores are of. */
export const scorerFigure = (name: string): [string, EstimatedFigure] => [
  `${PREFIX}${name}`,
  { value: 1, interval: [1, 1] },
];

/** Whether the texts were scored by the scorer that the policy pins; nothing where it pins none. */
export function measureScorer({ metrics }: LanguageEvaluation, pinned: string): Measurement[] {
  if (pinned === "") return [];
  const named = [...metrics.keys()].filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  const measured: Measurement = { metric: "scorer", category: pinned, value: 1, bound: { min: 1 }, range: [0, 1] };
  // Of two names no one knows which score is whose.
  if (named.length === 1 && named[0] === pinned) return [measured];
  const problem = `the policy's bounds are for this scorer's scores; those of the evidence are by ${formatNames(named)}`;
  return [{ ...measured, value: null, problem }];
}
