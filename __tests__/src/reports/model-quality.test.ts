import { read, report } from "./documents";

const statistics = (content: unknown) => read(report("ModelQuality.Statistics", content))["model-quality"];
const beside = (constraints: unknown) =>
  read(report("ModelQuality.Statistics", { accuracy: 0.9 }), report("ModelQuality.Constraints", constraints))[
    "model-quality"
  ];

const accuracy = new Map([["accuracy", { value: 0.9 }]]);

describe("statistics of model quality", () => {
  it.each<[string, unknown, unknown]>([
    [
      "Model Monitor's regression",
      {
        version: 0.0,
        dataset: { item_count: 100, evaluation_time: "2026-03-30T21:08:34.729Z" },
        regression_metrics: { mse: { value: 0.5, standard_deviation: "NaN" }, r2: { value: -3.2 } },
      },
      {
        problemType: "regression",
        metrics: new Map([
          ["mse", { value: 0.5 }],
          ["r2", { value: -3.2 }],
        ]),
        rows: { value: 100 },
      },
    ],
    [
      "Model Monitor's binary classification, without its tables and curves",
      {
        dataset: { item_count: "many" },
        binary_classification_metrics: {
          confusion_matrix: { "0": { "0": 1, "1": 2 } },
          au_prc: { value: 1, standard_deviation: 0.1 },
          auc: { value: "NaN", standard_deviation: "NaN" },
          receiver_operating_characteristic_curve: { false_positive_rates: [0], true_positive_rates: [0] },
          precision_recall_curve: { precisions: [1], recalls: [0] },
        },
      },
      {
        problemType: "binary",
        metrics: new Map<string, unknown>([
          ["au_prc", { value: 1 }],
          ["auc", { value: NaN }],
        ]),
        rows: { value: null, problem: 'its value is the text "many", not a number' },
      },
    ],
    [
      "multiclass classification, with what can't be used",
      {
        dataset: {},
        multiclass_classification_metrics: {
          weighted_f1: { value: 0.8 },
          accuracy: { standard_deviation: 0.1 },
          weighted_recall: { value: null, error: "no such class" },
        },
      },
      {
        problemType: "multiclass",
        metrics: new Map<string, unknown>([
          ["weighted_f1", { value: 0.8 }],
          ["accuracy", { value: null, problem: "its value is absent, not a number" }],
          ["weighted_recall", { value: null, problem: "no such class" }],
        ]),
      },
    ],
    [
      "a script's classification_metrics",
      { classification_metrics: { auc_score: { value: 0.77 } } },
      { problemType: "unstated", metrics: new Map([["auc_score", { value: 0.77 }]]) },
    ],
    ["a script's metrics", { metrics: { accuracy: { value: 0.9 } } }, { problemType: "unstated", metrics: accuracy }],
    ["numbers without value", { metrics: { accuracy: 0.9 } }, { problemType: "unstated", metrics: accuracy }],
    ["metrics alone", { version: 1, accuracy: 0.9 }, { problemType: "unstated", metrics: accuracy }],
    [
      "metrics alone beside other things",
      { accuracy: { value: 0.9 }, "validation:auc": 0.8, model: "v7", files: ["a"], extra: { a: 1 } },
      {
        problemType: "unstated",
        metrics: new Map<string, unknown>([
          ["accuracy", { value: 0.9 }],
          ["validation:auc", { value: 0.8 }],
          ["model", { value: null, problem: 'its value is the text "v7", not a number' }],
        ]),
      },
    ],
    [
      "what a step returned",
      { evaluation_result: { regression_metrics: { mse: { value: 2 } } }, experiment_name: "e" },
      { problemType: "regression", metrics: new Map([["mse", { value: 2 }]]) },
    ],
    [
      "a model card's groups",
      {
        metric_groups: [
          {
            name: "binary classification metrics",
            metric_data: [
              { name: "accuracy", type: "number", value: 0.9 },
              { name: "auc", type: "number", value: 0.8 },
              { name: "roc", type: "linear_graph", value: [[0, 0]] },
            ],
          },
          { name: "again", metric_data: [{ name: "auc", type: "number", value: 0.8 }] },
        ],
      },
      {
        problemType: "unstated",
        metrics: new Map<string, unknown>([
          ["accuracy", { value: 0.9 }],
          ["auc", { value: null, problem: "stands twice: the report has several entries of this name" }],
          ["roc", { value: null, problem: "its value is a list of 1, not a number" }],
        ]),
      },
    ],
  ])("reads %s", (_, content, expected) => {
    expect(statistics(content)).toEqual(expected);
  });

  it("takes a prototype's words for names", () => {
    expect(statistics('{"metrics":{"__proto__":{"value":1},"constructor":2}}')).toEqual({
      problemType: "unstated",
      metrics: new Map([
        ["__proto__", { value: 1 }],
        ["constructor", { value: 2 }],
      ]),
    });
  });

  it.each<[string, unknown, string]>([
    ["null", null, "the document is null; expected an object"],
    ["a list", [{ name: "accuracy", value: 1 }], "the document is a list of 1; expected an object"],
    ["an empty object", {}, "the document is empty; expected at least one member"],
    [
      "no metric",
      { report: { accuracy: 0.9 }, "na\u202eme": "x" },
      'has no metrics of model quality: it is an object with the keys "report", "na me"',
    ],
    ["an empty group", { metrics: {} }, "metrics is empty; expected at least one member"],
    ["a group that is a list", { metrics: [0.9] }, "metrics is a list of 1; expected an object"],
    [
      "a table alone",
      { multiclass_classification_metrics: { confusion_matrix: {} } },
      "multiclass_classification_metrics has no metric; expected at least one",
    ],
    [
      "two groups",
      { regression_metrics: { mse: 1 }, metrics: { mse: 2 } },
      "is ambiguous: it has regression_metrics and metrics; expected one of them",
    ],
    [
      "metrics beside a group",
      { binary_classification_metrics: { auc: { value: 0.95 } }, auc: 0.1, version: 1 },
      "is ambiguous: it has binary_classification_metrics and auc; expected one of them",
    ],
    [
      "a group beside a wrapped one",
      { evaluation_result: { metrics: { auc: 0.95 } }, metrics: { auc: 0.1 } },
      "is ambiguous: it has evaluation_result and metrics; expected one of them",
    ],
    ["no group of a model card", { metric_groups: [] }, "metric_groups is an empty list; expected at least one entry"],
    [
      "a model card's metric without a name",
      { metric_groups: [{ metric_data: [{ value: 1 }] }] },
      "metric_groups[0].metric_data[0].name is absent; expected a text that isn't empty",
    ],
  ])("refuses %s", (_, content, problem) => {
    expect(statistics(content)).toBe(`ModelQuality.Statistics: ${problem}`);
  });
});

describe("constraints of model quality", () => {
  it("are the conditions that must hold: the file's operators name the bad direction", () => {
    const regression_constraints = {
      mse: { threshold: 5.5e-1, comparison_operator: "GreaterThanThreshold" },
      r2: { threshold: -3.2, comparison_operator: "LessThanThreshold" },
    };
    expect(beside({ version: 0.0, regression_constraints })).toEqual({
      problemType: "unstated",
      metrics: accuracy,
      constraints: [
        { metric: "mse", bound: { max: 0.55 } },
        { metric: "r2", bound: { min: -3.2 } },
      ],
    });
  });

  it.each<[string, unknown, string]>([
    [
      "an operator it doesn't know",
      { regression_constraints: { mse: { threshold: 1, comparison_operator: "EqualToThreshold" } } },
      'regression_constraints["mse"].comparison_operator is the text "EqualToThreshold"; ' +
        "expected LessThanThreshold or GreaterThanThreshold",
    ],
    [
      "a threshold that isn't finite",
      '{"regression_constraints":{"mse":{"threshold":1e999,"comparison_operator":"LessThanThreshold"}}}',
      'regression_constraints["mse"].threshold is Infinity; expected a finite number',
    ],
    [
      "two groups",
      { regression_constraints: {}, binary_classification_constraints: {} },
      "is ambiguous: it has regression_constraints and binary_classification_constraints; expected one",
    ],
    ["an empty group", { regression_constraints: {} }, "regression_constraints is empty; expected at least one member"],
    [
      "statistics in their place",
      { regression_metrics: { mse: { value: 1 } } },
      "is statistics of model quality; expected constraints or violations of model quality",
    ],
  ])("refuse %s", (_, content, problem) => {
    expect(beside(content)).toBe(`ModelQuality.Constraints: ${problem}`);
  });
});

describe("violations of model quality", () => {
  it("are passed on, camel case and all", () => {
    const violations = [
      {
        constraint_check_type: "LessThanThreshold",
        description: "Metric truePositiveRate with 0.02 +/- 1.1E-4 was LessThanThreshold '0.17'",
        metric_name: "truePositiveRate",
      },
      { description: "own container" },
      {},
    ];
    expect(beside({ violations })).toEqual({
      problemType: "unstated",
      metrics: accuracy,
      violations: [
        "truePositiveRate (LessThanThreshold): Metric truePositiveRate with 0.02 +/- 1.1E-4 was LessThanThreshold '0.17'",
        "own container",
        "a violation without a text",
      ],
    });
  });

  it("may be none", () => {
    expect(beside({ violations: [] })).toEqual({ problemType: "unstated", metrics: accuracy, violations: [] });
  });

  it.each<[string, unknown, string]>([
    [
      "data quality's",
      [{ feature_name: "age" }],
      "is violations of data quality; expected violations of model quality",
    ],
    [
      "a Clarify bias monitor's",
      [{ facet: "Sex", facet_value: "0", metric_name: "TE", constraint_check_type: "bias_drift_check" }],
      "is a Clarify bias monitor's violations; expected violations of model quality",
    ],
    ["an entry that is a text", ["late"], 'violations[0] is the text "late"; expected an object'],
    ["no list", {}, "violations is an object; expected a list"],
  ])("refuse %s", (_, violations, problem) => {
    expect(beside({ violations })).toBe(`ModelQuality.Constraints: ${problem}`);
  });
});
