import { type CheckCase, figures } from "../../src/core/check-case";
import type { Bias, Figure } from "../../src/core/evidence";

const ofGender = (value: string, metrics: Record<string, number | Figure>): Bias => ({
  facets: new Map([["gender", [{ value, metrics: figures(metrics) }]]]),
});

const CI = { min: -0.9, max: 0.9 };
const DPL = { min: -0.1, max: 0.1 };

export const cases: readonly CheckCase<"bias-pre-training">[] = [
  {
    name: "the defaults hold",
    shows: "passing",
    evidence: ofGender("F", { CI: 0.3, DPL: -0.02, KL: 0.4, TVD: 0.02 }),
    thresholds: {},
    findings: [
      { metric: "CI", facet: "gender=F", value: 0.3, bound: CI, outcome: "pass" },
      { metric: "DPL", facet: "gender=F", value: -0.02, bound: DPL, outcome: "pass" },
    ],
  },
  {
    name: "a value favoured too much and one hardly there fail",
    shows: "failing",
    evidence: ofGender("F", { CI: 0.95, DPL: -0.2 }),
    thresholds: {},
    findings: [
      { metric: "CI", facet: "gender=F", value: 0.95, bound: CI, outcome: "fail", reason: "0.95 is above its bound" },
      { metric: "DPL", facet: "gender=F", value: -0.2, bound: DPL, outcome: "fail", reason: "-0.2 is below its bound" },
    ],
  },
  {
    name: "the ends of a bound are inside it",
    shows: "exactly-at-limit",
    evidence: ofGender("1", { CI: 0.9, DPL: -0.1, TVD: 0.1 }),
    thresholds: { TVD: { max: 0.1 } },
    findings: [
      { metric: "CI", facet: "gender=1", value: 0.9, bound: CI, outcome: "pass" },
      { metric: "DPL", facet: "gender=1", value: -0.1, bound: DPL, outcome: "pass" },
      { metric: "TVD", facet: "gender=1", value: 0.1, bound: { max: 0.1 }, outcome: "pass" },
    ],
  },
  {
    name: "a job without a group variable has no CDDL",
    shows: "missing-evidence",
    evidence: ofGender("F", { CI: 0, CDDL: { value: null, problem: "Group variable is empty or not provided" } }),
    thresholds: { CDDL: { min: -0.1, max: 0.1 } },
    findings: [
      {
        metric: "CDDL",
        facet: "gender=F",
        value: null,
        bound: { min: -0.1, max: 0.1 },
        outcome: "cannot-evaluate",
        reason: "Group variable is empty or not provided",
      },
      { metric: "CI", facet: "gender=F", value: 0, bound: CI, outcome: "pass" },
      {
        metric: "DPL",
        facet: "gender=F",
        value: null,
        bound: DPL,
        outcome: "cannot-evaluate",
        reason: "the report has no DPL, only CI, CDDL; a job that names its methods writes those alone",
      },
    ],
  },
  {
    name: "a divergence that dropped a class is negative: no value it can have",
    shows: "missing-evidence",
    evidence: ofGender("F", { KL: -0.35 }),
    thresholds: { CI: {}, DPL: {}, KL: { max: 0.2 } },
    findings: [
      {
        metric: "KL",
        facet: "gender=F",
        value: -0.35,
        bound: { max: 0.2 },
        outcome: "cannot-evaluate",
        reason: "its value -0.35 is outside of what the metric can be, 0 to Infinity",
      },
    ],
  },
];
