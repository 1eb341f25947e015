import { type CheckCase, evaluation } from "../../src/core/check-case";
import { NO_RECORD_BOUNDS } from "../../src/language/thresholds";

/** Only what a case is about is bounded. */
const NONE = {
  ...NO_RECORD_BOUNDS,
  "exact.lcp_ge_50_frac[*]": {},
  "exact.lcp_ge_50_frac[code]": {},
  "exact.run_ge_50_frac[*]": {},
  "exact.run_ge_50_frac[code]": {},
  "exact.edit_similarity_mean[*]": {},
  "exact.edit_similarity_ge_0_5_frac[*]": {},
  "exact.reference_ge_50_rate[*]": {},
  "exact.completion_ge_50_rate[*]": {},
};
const lcp = "exact.lcp_ge_50_frac";
const [book, code] = [{ max: 0.01 }, { max: 0.02 }];
const each = { "exact.lcp_ge_50_frac[*]": book, "exact.lcp_ge_50_frac[code]": code };

export const cases: readonly CheckCase<"memorization">[] = [
  {
    name: "books and code each inside of its own bound",
    shows: "passing",
    evidence: evaluation({}, { book: { [lcp]: 0.005 }, code: { [lcp]: 0.015 } }),
    thresholds: { ...NONE, ...each },
    findings: [
      { metric: lcp, category: "book", value: 0.005, bound: book, outcome: "pass" },
      { metric: lcp, category: "code", value: 0.015, bound: code, outcome: "pass" },
    ],
  },
  {
    name: "books are recited",
    shows: "failing",
    evidence: evaluation({}, { book: { [lcp]: 0.03 }, code: { [lcp]: 0.02 } }),
    thresholds: { ...NONE, ...each },
    findings: [
      {
        metric: lcp,
        category: "book",
        value: 0.03,
        bound: book,
        outcome: "fail",
        reason: "0.03 is above its bound",
      },
      { metric: lcp, category: "code", value: 0.02, bound: code, outcome: "pass" },
    ],
  },
  {
    name: "exactly at the bound",
    shows: "exactly-at-limit",
    evidence: evaluation({}, { book: { [lcp]: 0.01 } }),
    thresholds: { ...NONE, "exact.lcp_ge_50_frac[*]": book },
    findings: [{ metric: lcp, category: "book", value: 0.01, bound: book, outcome: "pass" }],
  },
  {
    name: "no book in so few can be told from one in a hundred: the interval's end is above the bound",
    shows: "failing",
    evidence: evaluation({}, { book: { [lcp]: { value: 0, interval: [0, 0.03] } } }),
    thresholds: { ...NONE, judge_by: "interval", "exact.lcp_ge_50_frac[*]": book },
    findings: [
      {
        metric: lcp,
        category: "book",
        value: 0,
        interval: [0, 0.03],
        bound: book,
        outcome: "fail",
        reason: "0.03, an end of its interval, is above its bound",
      },
    ],
  },
  {
    name: "a category that the policy requires isn't there, and a metric neither",
    shows: "missing-evidence",
    evidence: evaluation({ "helm.edit_similarity": 0.01 }, { book: {} }),
    thresholds: { ...NONE, categories: ["book", "code"], "exact.lcp_ge_50_frac[*]": book },
    findings: [
      {
        metric: "categories",
        category: "code",
        value: null,
        bound: {},
        outcome: "cannot-evaluate",
        reason: "the evaluation lacks this category, which the policy requires; it has book",
      },
      {
        metric: lcp,
        category: "book",
        value: null,
        bound: book,
        outcome: "cannot-evaluate",
        reason: `the evaluation has no ${lcp}; its metrics are: none`,
      },
    ],
  },
];
