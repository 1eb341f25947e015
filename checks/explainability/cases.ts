import { type CheckCase, figures } from "../../src/core/check-case";
import type { Explainability, Figure } from "../../src/core/evidence";

const label0 = (features: Record<string, number | Figure>): Explainability => ({
  labels: new Map([["label0", figures(features)]]),
});

const category = "label0";
const share = { max: 0.8 };
const forbidden = { max: 0 };
const required = { min: 1e-6 };

export const cases: readonly CheckCase<"explainability">[] = [
  {
    name: "shares inside the default, a forbidden feature that isn't there, a required one that is",
    shows: "passing",
    evidence: label0({ income: 3, age: 1 }),
    thresholds: { forbiddenFeatures: ["gender"], requiredFeatures: ["Income"] },
    findings: [
      { metric: "share", feature: "income", category, value: 0.75, bound: share, outcome: "pass" },
      { metric: "share", feature: "age", category, value: 0.25, bound: share, outcome: "pass" },
      { metric: "forbidden", feature: "gender", category, value: 0, bound: forbidden, outcome: "pass" },
      { metric: "required", feature: "income", category, value: 0.75, bound: required, outcome: "pass" },
    ],
  },
  {
    name: "one feature holds nearly all, and a forbidden one is used under another spelling",
    shows: "failing",
    evidence: label0({ leak: 9, " Gender": 1 }),
    thresholds: { forbiddenFeatures: ["gender"] },
    findings: [
      {
        metric: "share",
        feature: "leak",
        category,
        value: 0.9,
        bound: share,
        outcome: "fail",
        reason: "0.9 is above its bound",
      },
      { metric: "share", feature: " Gender", category, value: 0.1, bound: share, outcome: "pass" },
      {
        metric: "forbidden",
        feature: " Gender",
        category,
        value: 0.1,
        bound: forbidden,
        outcome: "fail",
        reason: "0.1 is above its bound",
      },
    ],
  },
  {
    name: "a required feature without attribution",
    shows: "failing",
    evidence: label0({ income: 1, age: 1, tenure: 0 }),
    thresholds: { share: {}, requiredFeatures: ["tenure"] },
    findings: [
      {
        metric: "required",
        feature: "tenure",
        category,
        value: 0,
        bound: required,
        outcome: "fail",
        reason: "0 is below its bound",
      },
    ],
  },
  {
    name: "shares at the bound, a forbidden feature without attribution",
    shows: "exactly-at-limit",
    evidence: label0({ income: 4, age: 1, gender: 0 }),
    thresholds: { forbiddenFeatures: ["gender"] },
    findings: [
      { metric: "share", feature: "income", category, value: 0.8, bound: share, outcome: "pass" },
      { metric: "share", feature: "age", category, value: 0.2, bound: share, outcome: "pass" },
      { metric: "share", feature: "gender", category, value: 0, bound: share, outcome: "pass" },
      { metric: "forbidden", feature: "gender", category, value: 0, bound: forbidden, outcome: "pass" },
    ],
  },
  {
    name: "a required feature that isn't there, and each label alone",
    shows: "missing-evidence",
    evidence: { labels: new Map([...label0({ a: 1, b: 1 }).labels, ["no", figures({ a: 1, income: 3 })]]) },
    thresholds: { share: {}, requiredFeatures: ["income"] },
    findings: [
      {
        metric: "required",
        feature: "income",
        category,
        value: null,
        bound: required,
        outcome: "cannot-evaluate",
        reason: "the report has no such feature; its features are: a, b",
      },
      { metric: "required", feature: "income", category: "no", value: 0.75, bound: required, outcome: "pass" },
    ],
  },
  {
    name: "features without names may hide a forbidden one",
    shows: "missing-evidence",
    evidence: label0({ feature_0: 1, feature_1: 1 }),
    thresholds: { share: {}, forbiddenFeatures: ["gender"] },
    findings: [
      {
        metric: "forbidden",
        feature: "gender",
        category,
        value: null,
        bound: forbidden,
        outcome: "cannot-evaluate",
        reason:
          "the report doesn't name its features (feature_0, feature_1), so this one can't be found; give the job headers",
      },
    ],
  },
  ...[
    {
      name: "a negative value shows another aggregate than mean_abs",
      features: { income: 2, age: -1 },
      reason:
        "shares need mean absolute SHAP values, and these are negative: age; run the job with agg_method mean_abs",
    },
    {
      name: "a value that isn't finite leaves no share to any feature",
      features: { income: 2, age: Number.NaN },
      reason: "shares need every feature's value, and these have none that is finite: age",
    },
    {
      name: "a value that is no number leaves no share to any feature",
      features: { income: 2, age: { value: null, problem: 'its value is "1", not a number' } },
      reason: "shares need every feature's value, and these have none that is finite: age",
    },
    {
      name: "a model that nothing explains has no shares",
      features: { income: 0, age: 0 },
      reason: "the values' sum is 0, so there are no shares of it",
    },
    {
      name: "values too large to add up have no shares",
      features: { income: Number.MAX_VALUE, age: Number.MAX_VALUE },
      reason: "the values' sum is Infinity, so there are no shares of it",
    },
  ].map(
    ({ name, features, reason }): CheckCase<"explainability"> => ({
      name,
      shows: "missing-evidence",
      evidence: label0(features),
      thresholds: { forbiddenFeatures: ["age"] },
      findings: [
        { metric: "share", feature: "income", category, value: null, bound: share, outcome: "cannot-evaluate", reason },
        { metric: "share", feature: "age", category, value: null, bound: share, outcome: "cannot-evaluate", reason },
        {
          metric: "forbidden",
          feature: "age",
          category,
          value: null,
          bound: forbidden,
          outcome: "cannot-evaluate",
          reason,
        },
      ],
    }),
  ),
  {
    name: "a report without a label",
    shows: "missing-evidence",
    evidence: { labels: new Map() },
    thresholds: {},
    findings: [
      { metric: "share", value: null, bound: share, outcome: "cannot-evaluate", reason: "the report has no label" },
    ],
  },
  {
    name: "a label without a feature",
    shows: "missing-evidence",
    evidence: label0({}),
    thresholds: {},
    findings: [
      {
        metric: "share",
        category,
        value: null,
        bound: share,
        outcome: "cannot-evaluate",
        reason: "the report has no feature for it",
      },
    ],
  },
];
