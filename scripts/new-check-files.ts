import { MARKERS } from "./generated-text";

/** The files of a new check: they compile, and hold one case for each kind, of which the failing one is still wrong. */
export const newCheckFiles = (id: string): Record<string, string> => ({
  "thresholds.ts": `import { bound, type ThresholdsSchema } from "../../src/core/check";

export const thresholds = {
  type: "object",
  additionalProperties: false,
  properties: {
    rows: bound({
      default: { min: 1 },
      range: [0, Number.POSITIVE_INFINITY],
      description: "Rows behind the figures; replace it by what ${id} measures, with its unit.",
    }),
  },
} as const satisfies ThresholdsSchema;
`,
  "check.ts": `import { defineCheck } from "../../src/core/check";
import { measuredValue } from "../../src/core/finding";
import { thresholds } from "./thresholds";

export default defineCheck({
  id: "${id}",
  title: "${id[0]?.toUpperCase()}${id.slice(1).replaceAll("-", " ")}",
  // The kind of evidence that it measures; a new kind stands in src/core/evidence.ts and has a parser in src/reports.
  requires: "model-quality",
  thresholds,
  measure: (content, { rows }) => [
    { metric: "rows", bound: rows, ...measuredValue(content.rows, "the report doesn't count its rows") },
  ],
});
`,
  "cases.ts": `import { type CheckCase, figures } from "../../src/core/check-case";

const evidence = { problemType: "binary", metrics: figures({ auc: 0.9 }) } as const;
const bound = { min: 10 };

export const cases: readonly CheckCase<"model-quality">[] = [
  {
    name: "enough rows",
    shows: "passing",
    evidence: { ...evidence, rows: { value: 20 } },
    thresholds: { rows: bound },
    findings: [{ metric: "rows", value: 20, bound, outcome: "pass" }],
  },
  {
    name: "exactly enough rows",
    shows: "exactly-at-limit",
    evidence: { ...evidence, rows: { value: 10 } },
    thresholds: { rows: bound },
    findings: [{ metric: "rows", value: 10, bound, outcome: "pass" }],
  },
  {
    name: "rows that aren't counted",
    shows: "missing-evidence",
    evidence,
    thresholds: { rows: bound },
    findings: [
      {
        metric: "rows",
        value: null,
        bound,
        outcome: "cannot-evaluate",
        reason: "the report doesn't count its rows",
      },
    ],
  },
  {
    name: "${id} that is outside of its bound",
    shows: "failing",
    evidence: { ...evidence, rows: { value: 5 } },
    thresholds: { rows: bound },
    // Replace this by what ${id} measures: until then the finding is of rows, and this case fails.
    findings: [{ metric: "${id}", value: 5, bound, outcome: "fail", reason: "5 is below its bound" }],
  },
];
`,
  "README.md": `# ${id[0]?.toUpperCase()}${id.slice(1).replaceAll("-", " ")}

Why it is checked, and where its figures come from.

## When to leave it to a person

When \`onFail: review\` or \`onCannotEvaluate: review\` is right, and when it isn't.

## Thresholds

${MARKERS}
`,
});
