import { type CheckCase, figures } from "../../src/core/check-case";
import type { DataQuality, Figure } from "../../src/core/evidence";

type Counts = readonly [present: number | Figure, missing: number | Figure];

const figure = (value: number | Figure): Figure => (typeof value === "number" ? { value } : value);

const features = (counts: Readonly<Record<string, Counts>>): Pick<DataQuality, "features"> => ({
  features: new Map(
    Object.entries(counts).map(([name, [present, missing]]) => [
      name,
      { present: figure(present), missing: figure(missing) },
    ]),
  ),
});

const completeness = { min: 0.9 };

export const cases: readonly CheckCase<"data-quality">[] = [
  {
    name: "the default and the constraints hold",
    shows: "passing",
    evidence: {
      ...features({ age: [1000, 0], income: [950, 50] }),
      rows: { value: 1000 },
      completeness: figures({ age: 1, income: 0.5 }),
      violations: [],
    },
    thresholds: { rows: { min: 500 }, missing: { max: 100 } },
    findings: [
      { metric: "completeness", feature: "age", value: 1, bound: { min: 1 }, outcome: "pass" },
      { metric: "missing", feature: "age", value: 0, bound: { max: 100 }, outcome: "pass" },
      { metric: "completeness", feature: "income", value: 0.95, bound: completeness, outcome: "pass" },
      { metric: "missing", feature: "income", value: 50, bound: { max: 100 }, outcome: "pass" },
      { metric: "rows", value: 1000, bound: { min: 500 }, outcome: "pass" },
      { metric: "violations", value: 0, bound: { max: 0 }, outcome: "pass" },
    ],
  },
  {
    name: "a gap, fewer rows than asked, and a violation fail",
    shows: "failing",
    evidence: { ...features({ age: [4, 1] }), rows: { value: 5 }, violations: ["completeness_check age"] },
    thresholds: { rows: { min: 500 } },
    findings: [
      {
        metric: "completeness",
        feature: "age",
        value: 0.8,
        bound: completeness,
        outcome: "fail",
        reason: "0.8 is below its bound",
      },
      { metric: "rows", value: 5, bound: { min: 500 }, outcome: "fail", reason: "5 is below its bound" },
      { metric: "violations", value: 1, bound: { max: 0 }, outcome: "fail", reason: "1 is above its bound" },
    ],
  },
  {
    name: "the constraints ask for more than the policy",
    shows: "failing",
    evidence: { ...features({ age: [95, 5] }), completeness: figures({ age: 0.96 }) },
    thresholds: {},
    findings: [
      {
        metric: "completeness",
        feature: "age",
        value: 0.95,
        bound: { min: 0.96 },
        outcome: "fail",
        reason: "0.95 is below its bound",
      },
    ],
  },
  {
    name: "completeness and rows at the bound",
    shows: "exactly-at-limit",
    evidence: { ...features({ age: [9, 1] }), rows: { value: 10 } },
    thresholds: { rows: { min: 10 } },
    findings: [
      { metric: "completeness", feature: "age", value: 0.9, bound: completeness, outcome: "pass" },
      { metric: "rows", value: 10, bound: { min: 10 }, outcome: "pass" },
    ],
  },
  {
    name: "a feature that the constraints alone name, and rows that aren't counted",
    shows: "missing-evidence",
    evidence: { ...features({ age: [9, 0] }), completeness: figures({ income: 1 }) },
    thresholds: { rows: { min: 10 }, missing: { max: 5 } },
    findings: [
      { metric: "completeness", feature: "age", value: 1, bound: completeness, outcome: "pass" },
      { metric: "missing", feature: "age", value: 0, bound: { max: 5 }, outcome: "pass" },
      {
        metric: "completeness",
        feature: "income",
        value: null,
        bound: { min: 1 },
        outcome: "cannot-evaluate",
        reason: "the statistics have no such feature; theirs are: age",
      },
      {
        metric: "missing",
        feature: "income",
        value: null,
        bound: { max: 5 },
        outcome: "cannot-evaluate",
        reason: "the statistics have no such feature; theirs are: age",
      },
      {
        metric: "rows",
        value: null,
        bound: { min: 10 },
        outcome: "cannot-evaluate",
        reason: "the report doesn't count its rows",
      },
    ],
  },
  {
    name: "a feature of other rows than the report counts",
    shows: "missing-evidence",
    evidence: { ...features({ age: [1, 0] }), rows: { value: 1000 } },
    thresholds: {},
    findings: [
      {
        metric: "completeness",
        feature: "age",
        value: null,
        bound: completeness,
        outcome: "cannot-evaluate",
        reason: "it has 1 rows, and the report counts 1000",
      },
    ],
  },
  ...(
    [
      { name: "no rows are no completeness", counts: [0, 0], reason: "it has 0 rows" },
      {
        name: "negative counts are none",
        counts: [-9, -1],
        reason: "its rows aren't counted: present -9, missing -1",
      },
      {
        name: "counts that aren't finite are none",
        counts: [9, Number.NaN],
        reason: "its rows aren't counted: present 9, missing NaN",
      },
      {
        name: "a text is no count",
        counts: [{ value: null, problem: "its value is a text, not a number" }, 0],
        reason: "its rows aren't counted: present its value is a text, not a number, missing 0",
      },
    ] satisfies { name: string; counts: Counts; reason: string }[]
  ).map(
    ({ name, counts: [present, missing], reason }): CheckCase<"data-quality"> => ({
      name,
      shows: "missing-evidence",
      evidence: features({ age: [present, missing] }),
      thresholds: {},
      findings: [
        {
          metric: "completeness",
          feature: "age",
          value: null,
          bound: completeness,
          outcome: "cannot-evaluate",
          reason,
        },
      ],
    }),
  ),
  {
    name: "a constraint that is no share",
    shows: "missing-evidence",
    evidence: { ...features({ age: [9, 0] }), completeness: figures({ age: -1 }) },
    thresholds: { completeness: {} },
    findings: [
      {
        metric: "completeness",
        feature: "age",
        value: null,
        bound: { min: -1 },
        outcome: "cannot-evaluate",
        reason: "the constraints' completeness isn't a share: -1",
      },
    ],
  },
  {
    name: "a report without a feature",
    shows: "missing-evidence",
    evidence: features({}),
    thresholds: {},
    findings: [
      {
        metric: "completeness",
        value: null,
        bound: completeness,
        outcome: "cannot-evaluate",
        reason: "the report has no feature",
      },
    ],
  },
];
