import { bound } from "../../src/core/check";
import type { Bound } from "../../src/core/evidence";

/** Threshold of a metric from 0 to 1. */
const share = (description: string, byDefault: Bound = {}) => bound({ default: byDefault, range: [0, 1], description });

/** Threshold of a metric of the classifier that gives every row the commonest class. */
const constant = (metric: string) =>
  share(`The ${metric} that the best constant classifier has: the one that says the same to every row.`);

/** Threshold of a difference of two shares. */
const gain = (metric: string) =>
  bound({
    default: {},
    range: [-1, 1],
    description: `The ${metric} less that of the best constant classifier: 0 for a model that says the same to every row.`,
  });

/** Metrics of Model Monitor's binary classification statistics, and the gain over the best constant classifier. */
export const binary = {
  "binary.recall": share("Share of the observed positives that are predicted positive."),
  "binary.precision": share("Share of the predicted positives that are observed positive."),
  "binary.accuracy": share("Share of rows predicted correctly."),
  "binary.true_positive_rate": share("Share of the observed positives that are predicted positive."),
  "binary.true_negative_rate": share("Share of the observed negatives that are predicted negative."),
  "binary.false_positive_rate": share(
    "Share of the observed negatives that are predicted positive; bound it by `max`.",
  ),
  "binary.false_negative_rate": share(
    "Share of the observed positives that are predicted negative; bound it by `max`.",
  ),
  "binary.auc": share("Area under the receiver operating characteristic curve; 0.5 is a coin's.", { min: 0.7 }),
  "binary.au_prc": share("Area under the precision-recall curve; newer containers of Model Monitor write it."),
  "binary.f0_5": share("F-score that weighs precision twice as much as recall."),
  "binary.f1": share("Harmonic mean of precision and recall."),
  "binary.f2": share("F-score that weighs recall twice as much as precision."),
  "binary.recall_best_constant_classifier": constant("recall"),
  "binary.precision_best_constant_classifier": constant("precision"),
  "binary.accuracy_best_constant_classifier": constant("accuracy"),
  "binary.f0_5_best_constant_classifier": constant("f0_5"),
  "binary.f1_best_constant_classifier": constant("f1"),
  "binary.f2_best_constant_classifier": constant("f2"),
  "binary.recall_over_best_constant_classifier": gain("recall"),
  "binary.precision_over_best_constant_classifier": gain("precision"),
  "binary.accuracy_over_best_constant_classifier": gain("accuracy"),
  "binary.f0_5_over_best_constant_classifier": gain("f0_5"),
  "binary.f1_over_best_constant_classifier": gain("f1"),
  "binary.f2_over_best_constant_classifier": gain("f2"),
} as const;

/** Metrics of Model Monitor's multiclass statistics, and the gain over the best constant classifier. */
export const multiclass = {
  "multiclass.accuracy": share("Share of rows predicted correctly.", { min: 0.7 }),
  "multiclass.weighted_recall": share("Recall of each class, weighted by its rows."),
  "multiclass.weighted_precision": share("Precision of each class, weighted by its rows."),
  "multiclass.weighted_f0_5": share("F0.5-score of each class, weighted by its rows."),
  "multiclass.weighted_f1": share("F1-score of each class, weighted by its rows."),
  "multiclass.weighted_f2": share("F2-score of each class, weighted by its rows."),
  "multiclass.accuracy_best_constant_classifier": constant("accuracy"),
  "multiclass.weighted_recall_best_constant_classifier": constant("weighted_recall"),
  "multiclass.weighted_precision_best_constant_classifier": constant("weighted_precision"),
  "multiclass.weighted_f0_5_best_constant_classifier": constant("weighted_f0_5"),
  "multiclass.weighted_f1_best_constant_classifier": constant("weighted_f1"),
  "multiclass.weighted_f2_best_constant_classifier": constant("weighted_f2"),
  "multiclass.accuracy_over_best_constant_classifier": gain("accuracy"),
  "multiclass.weighted_recall_over_best_constant_classifier": gain("weighted_recall"),
  "multiclass.weighted_precision_over_best_constant_classifier": gain("weighted_precision"),
  "multiclass.weighted_f0_5_over_best_constant_classifier": gain("weighted_f0_5"),
  "multiclass.weighted_f1_over_best_constant_classifier": gain("weighted_f1"),
  "multiclass.weighted_f2_over_best_constant_classifier": gain("weighted_f2"),
} as const;

/** Threshold of an error in the label's own unit, so that no default fits. */
const error = (description: string) => bound({ default: {}, range: [0, Number.POSITIVE_INFINITY], description });

/** Metrics of Model Monitor's regression statistics. */
export const regression = {
  "regression.mae": error("Mean absolute error, in the label's unit; bound it by `max`."),
  "regression.mse": error("Mean squared error, in the label's unit squared; bound it by `max`."),
  "regression.rmse": error("Root of the mean squared error, in the label's unit; bound it by `max`."),
  "regression.r2": bound({
    default: {},
    range: [Number.NEGATIVE_INFINITY, 1],
    description: "Share of the label's variance that the model explains; 0 is the mean's, negative is worse.",
  }),
} as const;
