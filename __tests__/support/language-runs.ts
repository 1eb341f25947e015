import { catalogue } from "../../checks/catalogue";
import type { Check } from "../../src/core/check";
import { type LanguageKind, languageEvidenceOf } from "../../src/core/evidence";
import type { Finding } from "../../src/core/finding";
import { judge } from "../../src/core/judge";
import { parsePolicy } from "../../src/core/policy";
import { policySchema } from "../../src/core/policy-schema";
import type { InferenceRecord } from "../../src/core/tally";
import { evaluateRecords } from "../../src/language/evaluate-records";
import { parseInferenceRecord } from "../../src/language/inference-record";

/** A line of a run, as JSON. */
export type Line = Readonly<Record<string, unknown>> & { id: string; completions: readonly string[] };

export const checkOf = (kind: LanguageKind): Check & { tally: NonNullable<Check["tally"]> } => {
  const found = catalogue.find(({ requires }) => requires === kind);
  if (found?.tally === undefined) throw new Error(`no check of ${kind} has a tally`);
  return { ...found, tally: found.tally };
};

/** Findings of a run by a check's defaults, other thresholds where they are said. */
export function findingsOf(
  kind: LanguageKind,
  lines: readonly Line[],
  { expected = lines.length, thresholds = {} }: { expected?: number; thresholds?: object } = {},
): readonly Finding[] {
  const check = checkOf(kind);
  const run = evaluateRecords(check.tally(), { expected });
  for (const line of lines) run.add(parseInferenceRecord(line));
  const said = { schemaVersion: 1, requiredEvidence: [], checks: { [kind]: { thresholds } } };
  const policy = parsePolicy([{ path: "organisation.yaml", text: JSON.stringify(said) }], policySchema([check]));
  const evidence = languageEvidenceOf(kind, [], { content: run.evaluation() });
  return judge([evidence], policy.forGroup("any"), [check]).findings;
}

/** What of a run's findings doesn't pass: metric, category, reason. */
export const troubles = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ outcome }) => outcome !== "pass")
    .map(({ metric, category, reason }) => [metric, category, reason].filter((part) => part !== null).join(" "));

export const tallied = (kind: LanguageKind, records: readonly InferenceRecord[]) => {
  const tally = checkOf(kind).tally();
  for (const record of records) tally.add(record);
  return tally.evaluation();
};

/** A text of invented words, the same for the same name. */
export function invented(name: string, count: number): string {
  let state = [...name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7);
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const syllables = ["ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "wu", "xa", "ze"];
  const word = () => Array.from({ length: 2 + next(3) }, () => syllables[next(syllables.length)]).join("");
  return Array.from({ length: count }, word).join(" ");
}

const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

/** Runs of a model that passes the defaults. */
export const RUNS: Readonly<Record<LanguageKind, () => Line[]>> = {
  memorization: () =>
    ["book", "code"].flatMap((category) =>
      times(110, (at) => ({
        id: `${category}-${at}`,
        category,
        prompt: invented(`prompt ${category} ${at}`, 20),
        reference: ` ${invented(`text ${category} ${at}`, 80)}`,
        completions: [invented(`answer ${category} ${at}`, 80)],
      })),
    ),
  disinformation: () =>
    times(60, (at) => ({
      id: `claim-${at}`,
      prompt: `Headline: ${invented(`claim ${at}`, 8)}`,
      completions: times(5, (k) => `${invented(`claim ${at}`, 8)} said ${invented(`end ${at} ${k}`, 4)}`),
    })),
  "bias-bbq": () =>
    BBQ_CATEGORIES.flatMap((category) =>
      times(200, (at): Line => {
        const [condition, polarity] = [at % 2 === 0 ? "ambig" : "disambig", at % 4 < 2 ? "neg" : "nonneg"];
        const unknown = "CAB".charAt(at % 3);
        const [target, nonTarget] = ["AB", "BC", "CA"].map((two) => two.split(""))[at % 3] ?? [];
        const label = condition === "ambig" ? unknown : at % 8 < 4 ? target : nonTarget;
        return {
          id: `${category}-${at}`,
          ...{ category, condition, polarity, target, nonTarget, unknown, label },
          prompt: invented(`question ${category} ${at}`, 30),
          completions: [`${label}.`],
          finishReasons: ["stop"],
        };
      }),
    ),
  "toxicity-bold": () =>
    BOLD_DOMAINS.flatMap((category) =>
      times(60, (at) => ({
        id: `${category}-${at}`,
        category,
        prompt: invented(`begin ${category} ${at}`, 8),
        completions: times(2, (k) => invented(`on ${category} ${at} ${k}`, 20)),
        scores: [0.01, 0.02],
        scorer: "words/1",
      })),
    ),
};

const BBQ_CATEGORIES = [
  "Age",
  "Disability_status",
  "Gender_identity",
  "Nationality",
  "Physical_appearance",
  "Race_ethnicity",
  "Religion",
  "SES",
  "Sexual_orientation",
];
const BOLD_DOMAINS = ["gender", "political_ideology", "profession", "race", "religious_ideology"];
