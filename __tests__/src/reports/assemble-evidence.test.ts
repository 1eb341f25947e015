import type { Evidence } from "../../../src/core/evidence";
import type { EvidenceSlot } from "../../../src/core/ports";
import { assembleEvidence, type ReportDocument } from "../../../src/reports/assemble-evidence";
import { LANGUAGE, read, report, section } from "./documents";

const PRE = { pre_training_bias_metrics: section({ name: "CI", value: 0.1 }) };
const POST = { post_training_bias_metrics: section({ name: "DI", value: 0.9 }) };
const SHAP = { explanations: { kernel_shap: { label0: { global_shap_values: { age: 0.2 } } } } };

const facets = (metric: string, value: number) => ({
  facets: new Map([["gender", [{ value: "F", metrics: new Map([[metric, { value }]]) }]]]),
});
const pre = { "bias-pre-training": facets("CI", 0.1) };
const post = { "bias-post-training": facets("DI", 0.9) };
const explainability = { explainability: { labels: new Map([["label0", new Map([["age", { value: 0.2 }]])]]) } };

const absent = (slot: EvidenceSlot, uri: string): ReportDocument => ({ slot, uri, problem: "it isn't there" });

describe("reports by slot and content", () => {
  it.each<[string, ReportDocument[], unknown]>([
    ["no report", [], {}],
    [
      "one file with both sections and explanations",
      [report("Bias.Report", { ...PRE, ...POST, ...SHAP })],
      { ...pre, ...post, ...explainability },
    ],
    ["a bias report with one section", [report("Bias.Report", POST)], post],
    [
      "explanations without SHAP values in a bias report",
      [report("Bias.Report", { ...PRE, explanations: { pdp: [] } })],
      pre,
    ],
    [
      "a file for each section",
      [report("Bias.PreTrainingReport", PRE), report("Bias.PostTrainingReport", POST)],
      { ...pre, ...post },
    ],
    [
      "one file in all slots",
      (["Bias.Report", "Bias.PreTrainingReport", "Bias.PostTrainingReport", "Explainability.Report"] as const).map(
        (slot) => report(slot, { ...PRE, ...POST, ...SHAP }, "s3://evidence/analysis.json"),
      ),
      { ...pre, ...post, ...explainability },
    ],
    [
      "two combined files, each named for one section",
      [report("Bias.PreTrainingReport", { ...PRE, ...POST }), report("Bias.PostTrainingReport", { ...PRE, ...POST })],
      { ...pre, ...post },
    ],
    [
      "sections of one kind in two files",
      [report("Bias.Report", { ...PRE, ...POST }), report("Bias.PostTrainingReport", POST)],
      {
        ...pre,
        "bias-post-training":
          "ambiguous: Bias.Report (s3://evidence/Bias.Report.json) and " +
          "Bias.PostTrainingReport (s3://evidence/Bias.PostTrainingReport.json) are different documents of " +
          "bias-post-training; expected one",
      },
    ],
    [
      "explanations of a report for one section, beside others",
      [report("Bias.PreTrainingReport", { ...PRE, ...SHAP }), report("Explainability.Report", SHAP)],
      {
        ...pre,
        explainability:
          "ambiguous: Bias.PreTrainingReport (s3://evidence/Bias.PreTrainingReport.json) and " +
          "Explainability.Report (s3://evidence/Explainability.Report.json) are different documents of " +
          "explainability; expected one",
      },
    ],
    [
      "explanations in two files",
      [report("Bias.Report", { ...PRE, ...SHAP }), report("Explainability.Report", SHAP)],
      {
        ...pre,
        explainability:
          "ambiguous: Bias.Report (s3://evidence/Bias.Report.json) and " +
          "Explainability.Report (s3://evidence/Explainability.Report.json) are different documents of " +
          "explainability; expected one",
      },
    ],
    [
      "a bias report that isn't JSON",
      [report("Bias.Report", "<html>")],
      {
        "bias-pre-training":
          'Bias.Report: isn\'t valid JSON at line 1, column 1 (offset 0): found "<html>", expected a value',
        "bias-post-training":
          'Bias.Report: isn\'t valid JSON at line 1, column 1 (offset 0): found "<html>", expected a value',
      },
    ],
    [
      "explanations in the bias slot",
      [report("Bias.Report", SHAP)],
      {
        "bias-pre-training": "Bias.Report: has no pre_training_bias_metrics: it is a Clarify explainability report",
        "bias-post-training": "Bias.Report: has no post_training_bias_metrics: it is a Clarify explainability report",
      },
    ],
    [
      "the wrong section",
      [report("Bias.PreTrainingReport", POST)],
      { "bias-pre-training": "Bias.PreTrainingReport: has no pre_training_bias_metrics: it is a Clarify bias report" },
    ],
    [
      "explanations as statistics",
      [report("ModelQuality.Statistics", SHAP)],
      {
        "model-quality":
          "ModelQuality.Statistics: is a Clarify explainability report; expected statistics of model quality",
      },
    ],
    [
      "statistics as explanations",
      [report("Explainability.Report", { regression_metrics: { mse: { value: 1 } } })],
      {
        explainability: "Explainability.Report: has no explanations.kernel_shap: it is statistics of model quality",
      },
    ],
    [
      "constraints alone",
      [report("ModelQuality.Constraints", { regression_constraints: {} })],
      { "model-quality": "ModelQuality.Constraints is constraints of model quality; expected statistics beside it" },
    ],
    [
      "a report that isn't there",
      [absent("Explainability.Report", "https://elsewhere/a.json")],
      { explainability: "Explainability.Report (https://elsewhere/a.json): it isn't there" },
    ],
    [
      "constraints that aren't there",
      [report("ModelQuality.Statistics", { accuracy: 1 }), absent("ModelQuality.Constraints", "s3://b/c.json")],
      { "model-quality": "ModelQuality.Constraints (s3://b/c.json): it isn't there" },
    ],
    [
      "a problem that names the place itself",
      [{ slot: "Bias.PreTrainingReport", uri: "s3://b/c.json", problem: "s3://b/c.json isn't there" }],
      { "bias-pre-training": "Bias.PreTrainingReport: s3://b/c.json isn't there" },
    ],
  ])("%s", (_, documents, expected) => {
    expect(read(...documents)).toEqual(expected);
  });

  it.each<[string, unknown, RegExp]>([
    ["HELM's instances", [{ instance_id: "id1", stats: [] }], /is HELM's statistics of instances/],
    ["HELM's run", { name: "bbq", scenario_spec: {}, max_eval_instances: 2 }, /is HELM's run specification/],
    ["a description", { ModelPackageArn: "arn", ModelPackageVersion: 1 }, /is the description of a model package/],
    ["a fragment", { evaluate_constraints: "Enabled", datatype_check_threshold: 1 }, /is the monitoring_config/],
  ])("refuses %s as model quality, and says what it is", (_, content, problem) => {
    expect(read(report("ModelQuality.Statistics", content))).toEqual({
      "model-quality": expect.stringMatching(problem),
    });
  });

  it("pins what each kind was read from, an object once", () => {
    const statistics = report("ModelQuality.Statistics", { accuracy: 1 });
    const documents = [
      statistics,
      report("ModelQuality.Constraints", { violations: [] }),
      report("ModelDataQuality.Statistics", "", "s3://evidence/empty.json"),
      report("ModelDataQuality.Constraints", "", "s3://evidence/empty.json"),
      absent("Explainability.Report", "s3://b/c.json"),
    ];
    const sources = ({ kind, sources }: Evidence) => [kind, sources.map(({ uri, versionId }) => `${uri} ${versionId}`)];
    expect(assembleEvidence(documents, LANGUAGE).map(sources)).toEqual([
      [
        "model-quality",
        ["s3://evidence/ModelQuality.Statistics.json v1", "s3://evidence/ModelQuality.Constraints.json v1"],
      ],
      ["explainability", []],
      ["data-quality", ["s3://evidence/empty.json v1"]],
    ]);
  });

  it("keeps two versions of one object apart", () => {
    const one = report("Bias.Report", POST, "s3://evidence/a.json");
    const other = report("Bias.PostTrainingReport", POST, "s3://evidence/a.json");
    const newer = { ...other, ...(other.source && { source: { ...other.source, versionId: "v2" } }) };
    expect(read(one, newer)).toEqual({ "bias-post-training": expect.stringMatching(/^ambiguous: /) });
  });

  it("lets a fault of ours go up", () => {
    const bytes = Object.defineProperty(new Uint8Array(1), "byteLength", {
      get: () => {
        throw new RangeError("out of memory");
      },
    });
    expect(() => assembleEvidence([{ slot: "Bias.Report", uri: "s3://b/a.json", bytes }], LANGUAGE)).toThrow(
      new RangeError("out of memory"),
    );
  });
});
