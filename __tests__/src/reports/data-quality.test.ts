import { read, report } from "./documents";

const common = { num_present: 24.0, num_missing: 1 };
const statistics = {
  version: 0.0,
  dataset: { item_count: 25 },
  features: [
    {
      name: "_c0",
      inferred_type: "Fractional",
      numerical_statistics: { common, mean: 2.3, approximate_num_distinct_values: 3, completeness: 0.96 },
    },
    { name: "review body", inferred_type: "String", string_statistics: { common, distinct_count: 20.0 } },
    { name: "empty", inferred_type: "Unknown" },
  ],
};
const constraints = {
  version: 0.0,
  features: [
    { name: "_c0", inferred_type: "Fractional", completeness: 1.0, num_constraints: { is_non_negative: true } },
    { name: "review body", inferred_type: "String", completeness: 0.9 },
    {
      name: "message",
      string_constraints: { domains: ["a"], monitoring_config_overrides: { evaluate_constraints: "Enabled" } },
    },
  ],
  monitoring_config: { evaluate_constraints: "Enabled", distribution_constraints: { min_domain_mass: 1.0 } },
};
const violations = {
  violations: [{ feature_name: "extra", constraint_check_type: "data_type_check", description: "Value: 0.98! " }],
};

const parsed = {
  rows: { value: 25 },
  features: new Map<string, unknown>([
    ["_c0", { present: { value: 24 }, missing: { value: 1 } }],
    ["review body", { present: { value: 24 }, missing: { value: 1 } }],
    [
      "empty",
      {
        present: { value: null, problem: "the feature has neither of numerical_statistics and string_statistics" },
        missing: { value: null, problem: "the feature has neither of numerical_statistics and string_statistics" },
      },
    ],
  ]),
};
const completeness = new Map([
  ["_c0", { value: 1 }],
  ["review body", { value: 0.9 }],
]);
const texts = ["extra (data_type_check): Value: 0.98!"];

const STATISTICS = "ModelDataQuality.Statistics";
const CONSTRAINTS = "ModelDataQuality.Constraints";

const quality = (...contents: unknown[]) =>
  read(...contents.map((content, index) => report(index === 0 ? STATISTICS : CONSTRAINTS, content)))["data-quality"];

describe("documents of data quality", () => {
  it.each<[string, unknown[], unknown]>([
    ["statistics", [statistics], parsed],
    ["statistics and constraints", [statistics, constraints], { ...parsed, completeness }],
    ["them in each other's slot", [constraints, statistics], { ...parsed, completeness }],
    ["statistics and violations", [statistics, violations], { ...parsed, violations: texts }],
    ["violations and statistics", [violations, statistics], { ...parsed, violations: texts }],
    ["no violations", [statistics, { violations: [] }], { ...parsed, violations: [] }],
  ])("are read: %s", (_, contents, expected) => {
    expect(quality(...contents)).toEqual(expected);
  });

  it("have no value for a feature that stands twice", () => {
    const [feature] = statistics.features;
    const [constraint] = constraints.features;
    const twice = (what: string) => ({
      value: null,
      problem: `stands twice: the report has several ${what} of this name`,
    });
    expect(
      quality({ features: [feature, feature] }, { features: [constraint, { ...constraint, completeness: undefined }] }),
    ).toEqual({
      features: new Map([["_c0", { present: twice("features"), missing: twice("features") }]]),
      completeness: new Map([["_c0", twice("entries")]]),
    });
  });

  it.each<[string, unknown, unknown]>([
    [
      "both summaries",
      { numerical_statistics: { common }, string_statistics: { common } },
      "the feature has both of numerical_statistics and string_statistics",
    ],
    ["no counts", { numerical_statistics: { mean: 1 } }, "the feature has no numerical_statistics.common"],
    ["a summary that is null", { string_statistics: null }, "the feature has no string_statistics.common"],
    ["counts that are absent", { string_statistics: { common: {} } }, "its value is absent, not a number"],
  ])("have no counts for a feature with %s", (_, feature, problem) => {
    const figure = { value: null, problem };
    expect(quality({ features: [{ name: "a", ...Object(feature) }] })).toEqual({
      features: new Map([["a", { present: figure, missing: figure }]]),
    });
  });

  it.each<[string, unknown[], string]>([
    [
      "two statistics",
      [statistics, { ...statistics, dataset: {} }],
      `ambiguous: ${STATISTICS} and ${CONSTRAINTS} are different documents, and both are statistics; expected one`,
    ],
    [
      "two constraints",
      [constraints, { ...constraints, version: 1 }],
      `ambiguous: ${STATISTICS} and ${CONSTRAINTS} are different documents, and both are constraints; expected one`,
    ],
    ["constraints alone", [constraints], `${STATISTICS} is constraints of data quality; expected statistics beside it`],
    [
      "constraints and violations",
      [violations, constraints],
      `${STATISTICS} is violations of data quality, ${CONSTRAINTS} is constraints of data quality; expected statistics beside it`,
    ],
    [
      "no features",
      [{ dataset: { item_count: 1 }, features: [] }],
      `${STATISTICS}: features is an empty list; expected at least one entry`,
    ],
    [
      "features of neither",
      [{ features: [{ name: "a" }] }],
      `${STATISTICS}: has features with neither statistics nor constraints of data quality; expected one of them`,
    ],
    [
      "features of both",
      [{ dataset: {}, features: [{ name: "a", completeness: 1 }] }],
      `${STATISTICS}: has features with both statistics and constraints of data quality; expected one of them`,
    ],
    [
      "a feature without a name",
      [{ dataset: {}, features: [{ inferred_type: "String" }] }],
      `${STATISTICS}: features[0].name is absent; expected a text that isn't empty`,
    ],
    [
      "part of constraints",
      [statistics, { evaluate_constraints: "Enabled", datatype_check_threshold: 1.0 }],
      `${CONSTRAINTS}: is the monitoring_config of data quality constraints; ` +
        "expected statistics, constraints or violations of data quality",
    ],
    [
      "violations of model quality",
      [statistics, { violations: [{ metric_name: "f1", description: "low" }] }],
      `${CONSTRAINTS}: is violations of model quality; expected violations of data quality`,
    ],
  ])("are refused: %s", (_, contents, problem) => {
    expect(quality(...contents)).toBe(problem);
  });
});
