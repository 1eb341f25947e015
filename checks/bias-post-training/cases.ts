import { type CheckCase, figures } from "../../src/core/check-case";
import type { Bias, Figure } from "../../src/core/evidence";

/** Only DPPL is bounded, so that a case shows what it is about. */
const DPPL_ALONE = { AD: {}, DI: {}, RD: {}, DPPL: { min: -0.1, max: 0.1 } };

const report = (facets: Record<string, Record<string, Record<string, number | Figure>>>): Bias => ({
  facets: new Map(
    Object.entries(facets).map(([facet, values]) => [
      facet,
      Object.entries(values).map(([value, metrics]) => ({ value, metrics: figures(metrics) })),
    ]),
  ),
});

const bound = { min: -0.1, max: 0.1 };

export const cases: readonly CheckCase<"bias-post-training">[] = [
  {
    name: "the defaults hold for every facet and value",
    shows: "passing",
    evidence: report({ gender: { F: { AD: 0.01, DI: 0.95, DPPL: 0.02, RD: -0.03, TE: 7 } } }),
    thresholds: {},
    findings: [
      { metric: "AD", facet: "gender=F", value: 0.01, bound, outcome: "pass" },
      { metric: "DI", facet: "gender=F", value: 0.95, bound: { min: 0.8, max: 1.25 }, outcome: "pass" },
      { metric: "DPPL", facet: "gender=F", value: 0.02, bound, outcome: "pass" },
      { metric: "RD", facet: "gender=F", value: -0.03, bound, outcome: "pass" },
    ],
  },
  {
    name: "one value of one facet fails",
    shows: "failing",
    evidence: report({ gender: { F: { DPPL: 0.02 }, X: { DPPL: -0.2 } }, age: { "(60, 78]": { DPPL: 0.3 } } }),
    thresholds: DPPL_ALONE,
    findings: [
      { metric: "DPPL", facet: "gender=F", value: 0.02, bound, outcome: "pass" },
      { metric: "DPPL", facet: "gender=X", value: -0.2, bound, outcome: "fail", reason: "-0.2 is below its bound" },
      { metric: "DPPL", facet: "age=(60, 78]", value: 0.3, bound, outcome: "fail", reason: "0.3 is above its bound" },
    ],
  },
  {
    name: "a treatment equality of -5 is as bad as one of 5",
    shows: "failing",
    evidence: report({ gender: { F: { TE: -5 } } }),
    thresholds: { AD: {}, DI: {}, RD: {}, DPPL: {}, TE: { min: -0.8, max: 0.8 } },
    findings: [
      {
        metric: "TE",
        facet: "gender=F",
        value: -5,
        bound: { min: -0.8, max: 0.8 },
        outcome: "fail",
        reason: "-5 is below its bound",
      },
    ],
  },
  {
    name: "the ends of a bound are inside it",
    shows: "exactly-at-limit",
    evidence: report({ gender: { F: { DI: 0.8 }, M: { DI: 1.25 } } }),
    thresholds: { AD: {}, DPPL: {}, RD: {} },
    findings: [
      { metric: "DI", facet: "gender=F", value: 0.8, bound: { min: 0.8, max: 1.25 }, outcome: "pass" },
      { metric: "DI", facet: "gender=M", value: 1.25, bound: { min: 0.8, max: 1.25 }, outcome: "pass" },
    ],
  },
  {
    name: "a metric that only newer versions write is absent",
    shows: "missing-evidence",
    evidence: report({ gender: { F: { DPPL: 0.02 } } }),
    thresholds: { ...DPPL_ALONE, GE: { max: 0.2 } },
    findings: [
      { metric: "DPPL", facet: "gender=F", value: 0.02, bound, outcome: "pass" },
      {
        metric: "GE",
        facet: "gender=F",
        value: null,
        bound: { max: 0.2 },
        outcome: "cannot-evaluate",
        reason:
          "the report has no GE, only DPPL; versions of Clarify up to 2022 don't write it, and a job that names its methods writes those alone",
      },
    ],
  },
  {
    name: "an error, an infinite ratio and a value out of range are no values",
    shows: "missing-evidence",
    evidence: report({
      gender: {
        F: { DPPL: { value: null, problem: "Facet is empty" } },
        M: { DPPL: Number.POSITIVE_INFINITY },
        X: { DPPL: 1.5 },
      },
    }),
    thresholds: DPPL_ALONE,
    findings: [
      { metric: "DPPL", facet: "gender=F", value: null, bound, outcome: "cannot-evaluate", reason: "Facet is empty" },
      {
        metric: "DPPL",
        facet: "gender=M",
        value: "Infinity",
        bound,
        outcome: "cannot-evaluate",
        reason: "its value is Infinity, not a finite number",
      },
      {
        metric: "DPPL",
        facet: "gender=X",
        value: 1.5,
        bound,
        outcome: "cannot-evaluate",
        reason: "its value 1.5 is outside of what the metric can be, -1 to 1",
      },
    ],
  },
  {
    name: "named facets alone are judged, an interval by its beginning",
    shows: "passing",
    evidence: report({
      gender: { F: { DPPL: 0.9 } },
      age: { "(60.0, 78.0]": { DPPL: 0.05 }, "(18.0, 60.0]": { DPPL: 0.9 } },
      region: { N: { DPPL: 0.01 }, S: { DPPL: 0.02 } },
    }),
    thresholds: { ...DPPL_ALONE, facets: { age: ["(60"], region: [] } },
    findings: [
      { metric: "DPPL", facet: "age=(60.0, 78.0]", value: 0.05, bound, outcome: "pass" },
      { metric: "DPPL", facet: "region=N", value: 0.01, bound, outcome: "pass" },
      { metric: "DPPL", facet: "region=S", value: 0.02, bound, outcome: "pass" },
    ],
  },
  {
    name: "a named facet, a named value and an interval that aren't one",
    shows: "missing-evidence",
    evidence: report({ gender: { F: { DPPL: 0 } }, age: { "(60, 70]": { DPPL: 0 }, "(60.0, 78.0]": { DPPL: 0 } } }),
    thresholds: { ...DPPL_ALONE, facets: { sex: [], gender: ["M"], age: ["(60"] } },
    findings: [
      {
        metric: "facets",
        facet: "age=(60",
        value: null,
        bound: {},
        outcome: "cannot-evaluate",
        reason: "(60 is ambiguous: it fits several values of facet age; its values are: (60, 70], (60.0, 78.0]",
      },
      {
        metric: "facets",
        facet: "gender=M",
        value: null,
        bound: {},
        outcome: "cannot-evaluate",
        reason: "the report has no value M of facet gender; its values are: F",
      },
      {
        metric: "facets",
        facet: "sex",
        value: null,
        bound: {},
        outcome: "cannot-evaluate",
        reason: "the report has no facet sex; its facets are: gender, age",
      },
    ],
  },
  {
    name: "a report without a facet",
    shows: "missing-evidence",
    evidence: report({}),
    thresholds: {},
    findings: [
      {
        metric: "facets",
        value: null,
        bound: {},
        outcome: "cannot-evaluate",
        reason: "the report has no facet",
      },
    ],
  },
  {
    name: "a facet without a value",
    shows: "missing-evidence",
    evidence: report({ gender: {} }),
    thresholds: {},
    findings: [
      {
        metric: "facets",
        facet: "gender",
        value: null,
        bound: {},
        outcome: "cannot-evaluate",
        reason: "the report has no value of facet gender",
      },
    ],
  },
  {
    name: "a policy that bounds nothing approves nothing",
    shows: "missing-evidence",
    evidence: report({ gender: { F: { DPPL: 0 } } }),
    thresholds: { AD: {}, DI: {}, DPPL: {}, RD: {} },
    findings: [
      {
        metric: "report",
        value: null,
        bound: {},
        outcome: "cannot-evaluate",
        reason:
          "no threshold of bias-post-training applies to this report: bound at least one of its metrics in the policy",
      },
    ],
  },
];
