import { type CheckCase, figures } from "../../src/core/check-case";

const auc = { min: 0.7 };

export const cases: readonly CheckCase<"model-quality">[] = [
  {
    name: "the default, a gain, rows, a constraint and no violation hold",
    shows: "passing",
    evidence: {
      problemType: "binary",
      metrics: figures({ auc: 0.85, accuracy: 0.75, accuracy_best_constant_classifier: 0.5 }),
      rows: { value: 2000 },
      constraints: [{ metric: "auc", bound: { min: 0.8 } }],
      violations: [],
    },
    thresholds: { "binary.accuracy_over_best_constant_classifier": { min: 0.1 }, rows: { min: 1000 } },
    findings: [
      { metric: "binary.auc", value: 0.85, bound: auc, outcome: "pass" },
      {
        metric: "binary.accuracy_over_best_constant_classifier",
        value: 0.25,
        bound: { min: 0.1 },
        outcome: "pass",
      },
      { metric: "rows", value: 2000, bound: { min: 1000 }, outcome: "pass" },
      { metric: "constraint", category: "auc", value: 0.85, bound: { min: 0.8 }, outcome: "pass" },
      { metric: "violations", value: 0, bound: { max: 0 }, outcome: "pass" },
    ],
  },
  {
    name: "a model that says the same to everyone gains nothing",
    shows: "failing",
    evidence: {
      problemType: "binary",
      metrics: figures({ accuracy: 0.95, accuracy_best_constant_classifier: 0.95 }),
      constraints: [{ metric: "accuracy", bound: { min: 0.96 } }],
      violations: ["accuracy", "recall"],
    },
    thresholds: { "binary.auc": {}, "binary.accuracy_over_best_constant_classifier": { min: 0.05 } },
    findings: [
      {
        metric: "binary.accuracy_over_best_constant_classifier",
        value: 0,
        bound: { min: 0.05 },
        outcome: "fail",
        reason: "0 is below its bound",
      },
      {
        metric: "constraint",
        category: "accuracy",
        value: 0.95,
        bound: { min: 0.96 },
        outcome: "fail",
        reason: "0.95 is below its bound",
      },
      { metric: "violations", value: 2, bound: { max: 0 }, outcome: "fail", reason: "2 is above its bound" },
    ],
  },
  {
    name: "the ends of a bound are inside it; a metric that only the report knows",
    shows: "exactly-at-limit",
    evidence: { problemType: "unstated", metrics: figures({ "validation:auc": 0.8, rmse: 3 }) },
    thresholds: { "unstated.validation:auc": { min: 0.8, max: 1 }, "unstated.rmse": { max: 3 } },
    findings: [
      { metric: "unstated.rmse", value: 3, bound: { max: 3 }, outcome: "pass" },
      { metric: "unstated.validation:auc", value: 0.8, bound: { min: 0.8, max: 1 }, outcome: "pass" },
    ],
  },
  {
    name: "metrics that are absent, not finite, or out of range",
    shows: "missing-evidence",
    evidence: {
      problemType: "multiclass",
      metrics: figures({ accuracy: Number.NaN, weighted_recall: 1.2 }),
      constraints: [{ metric: "weighted_recall", bound: { min: 0.5 } }],
    },
    thresholds: {
      "multiclass.weighted_f1": { min: 0.5 },
      "multiclass.weighted_recall": { min: 0.5 },
      rows: { min: 10 },
    },
    findings: [
      {
        metric: "multiclass.accuracy",
        value: "NaN",
        bound: { min: 0.7 },
        outcome: "cannot-evaluate",
        reason: "its value is NaN, not a finite number",
      },
      {
        metric: "multiclass.weighted_recall",
        value: 1.2,
        bound: { min: 0.5 },
        outcome: "cannot-evaluate",
        reason: "its value 1.2 is outside of what the metric can be, 0 to 1",
      },
      {
        metric: "multiclass.weighted_f1",
        value: null,
        bound: { min: 0.5 },
        outcome: "cannot-evaluate",
        reason: "the report has no weighted_f1; its metrics are: accuracy, weighted_recall",
      },
      {
        metric: "rows",
        value: null,
        bound: { min: 10 },
        outcome: "cannot-evaluate",
        reason: "the report doesn't count its rows",
      },
      {
        metric: "constraint",
        category: "weighted_recall",
        value: 1.2,
        bound: { min: 0.5 },
        outcome: "cannot-evaluate",
        reason: "its value 1.2 is outside of what the metric can be, 0 to 1",
      },
    ],
  },
  {
    name: "a gain needs both figures, and both as shares",
    shows: "missing-evidence",
    evidence: {
      problemType: "binary",
      metrics: figures({ accuracy: 1.4, accuracy_best_constant_classifier: 0.5, f1: 0.8 }),
    },
    thresholds: {
      "binary.auc": {},
      "binary.accuracy_over_best_constant_classifier": { min: 0.1 },
      "binary.f1_over_best_constant_classifier": { min: 0.1 },
    },
    findings: [
      {
        metric: "binary.accuracy_over_best_constant_classifier",
        value: null,
        bound: { min: 0.1 },
        outcome: "cannot-evaluate",
        reason: "it needs two shares, and accuracy is 1.4, accuracy_best_constant_classifier 0.5",
      },
      {
        metric: "binary.f1_over_best_constant_classifier",
        value: null,
        bound: { min: 0.1 },
        outcome: "cannot-evaluate",
        reason:
          "it needs both figures: the report has no f1_best_constant_classifier; its metrics are: accuracy, accuracy_best_constant_classifier, f1",
      },
    ],
  },
  {
    name: "a report of another kind can't dodge the group's bounds",
    shows: "missing-evidence",
    evidence: { problemType: "multiclass", metrics: figures({ accuracy: 0.99, auc: 0.99 }) },
    thresholds: { problem: "binary" },
    findings: [
      {
        metric: "binary.auc",
        value: null,
        bound: auc,
        outcome: "cannot-evaluate",
        reason: "the policy expects binary metrics, and the report has multiclass metrics (accuracy, auc)",
      },
    ],
  },
  {
    name: "rows and a team's own constraint don't stand in for the policy's bound",
    shows: "missing-evidence",
    evidence: {
      problemType: "regression",
      metrics: figures({ rmse: 1e6 }),
      rows: { value: 2000 },
      constraints: [{ metric: "rmse", bound: { max: 1e9 } }],
    },
    thresholds: { rows: { min: 1000 } },
    findings: [
      {
        metric: "regression.*",
        value: null,
        bound: {},
        outcome: "cannot-evaluate",
        reason:
          "no threshold applies: the policy bounds no regression metric, and the report has regression metrics (rmse)",
      },
      { metric: "rows", value: 2000, bound: { min: 1000 }, outcome: "pass" },
      { metric: "constraint", category: "rmse", value: 1e6, bound: { max: 1e9 }, outcome: "pass" },
    ],
  },
];
