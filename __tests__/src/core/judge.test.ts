import type { Evidence } from "../../../src/core/evidence";
import type { Finding, Measurement } from "../../../src/core/finding";
import { judge } from "../../../src/core/judge";
import type { OnOutcome } from "../../../src/core/policy";
import { checkThatMeasures, EVIDENCE, policyOf, SOURCE } from "../../support/judged";

const judged = (measurements: readonly Measurement[], outcomes = {}) =>
  judge([EVIDENCE], policyOf(outcomes), [checkThatMeasures(measurements)]);

const finding = (of: Partial<Finding>): Finding => ({
  check: "model-quality",
  metric: "share",
  facet: null,
  feature: null,
  category: null,
  value: null,
  bound: {},
  outcome: "pass",
  reason: null,
  evidence: { uri: SOURCE.uri, versionId: SOURCE.versionId, sha256: SOURCE.sha256 },
  ...of,
});

describe("a value meets its bound", () => {
  const both = { min: 0.2, max: 0.8 };
  it.each<[string, Partial<Measurement> & Pick<Measurement, "value">, Partial<Finding>]>([
    ["inside", { value: 0.5, bound: both }, { value: 0.5, outcome: "pass" }],
    ["at the lower end", { value: 0.2, bound: both }, { value: 0.2, outcome: "pass" }],
    ["at the upper end", { value: 0.8, bound: both }, { value: 0.8, outcome: "pass" }],
    [
      "below by the least there is",
      { value: 0.2 - Number.EPSILON, bound: both },
      { value: 0.2 - Number.EPSILON, outcome: "fail", reason: `${0.2 - Number.EPSILON} is below its bound` },
    ],
    [
      "above by the least there is",
      { value: 0.8 + Number.EPSILON, bound: both },
      { value: 0.8 + Number.EPSILON, outcome: "fail", reason: `${0.8 + Number.EPSILON} is above its bound` },
    ],
    ["0 at 0", { value: 0, bound: { max: 0 } }, { value: 0, outcome: "pass" }],
    ["at a bound of one side", { value: 0.7, bound: { min: 0.7 } }, { value: 0.7, outcome: "pass" }],
    ["under a max alone", { value: 0.1, bound: { max: 0.7 } }, { value: 0.1, outcome: "pass" }],
    [
      "negative, two-sided",
      { metric: "difference", value: -0.5, bound: { min: -0.1, max: 0.1 } },
      { metric: "difference", value: -0.5, outcome: "fail", reason: "-0.5 is below its bound" },
    ],
    ["rounded out of its range", { value: 1 + 1e-12, bound: { min: 0 } }, { value: 1 + 1e-12, outcome: "pass" }],
    [
      "in a range of its own",
      { metric: "unknown", value: 2, range: [0, 1], bound: { min: 0 } },
      {
        metric: "unknown",
        value: 2,
        outcome: "cannot-evaluate",
        reason: "its value 2 is outside of what the metric can be, 0 to 1",
      },
    ],
    [
      "of a metric without a range",
      { metric: "unknown", value: -5, bound: { max: 0 } },
      { metric: "unknown", value: -5 },
    ],
    [
      "with a facet, a feature and a category",
      { value: 0.5, facet: "gender=F", feature: "age", category: "label0", bound: both },
      { value: 0.5, facet: "gender=F", feature: "age", category: "label0" },
    ],
  ])("%s", (_, measured, expected) => {
    const measurement: Measurement = { metric: "share", bound: {}, ...measured };
    const findings = [finding({ bound: measurement.bound, ...expected })];
    expect(judged([measurement])).toEqual({
      decision: findings[0]?.outcome === "pass" ? "Approved" : "Rejected",
      findings,
      policy: { digest: "d".repeat(64) },
    });
  });
});

describe("what can't be evaluated never passes", () => {
  const bound = { min: -10, max: 10 };
  it.each<[string, Partial<Measurement>, Partial<Finding>]>([
    ["null", { value: null }, { value: null, reason: "the report has no value for it" }],
    ["undefined", { value: undefined }, { value: null, reason: "the report has no value for it" }],
    ["NaN", { value: Number.NaN }, { value: "NaN", reason: "its value is NaN, not a finite number" }],
    [
      "Infinity",
      { value: Number.POSITIVE_INFINITY },
      { value: "Infinity", reason: "its value is Infinity, not a finite number" },
    ],
    [
      "-Infinity",
      { value: Number.NEGATIVE_INFINITY },
      { value: "-Infinity", reason: "its value is -Infinity, not a finite number" },
    ],
    [
      "Infinity on the open side",
      { value: Number.POSITIVE_INFINITY, bound: { min: 0 } },
      { value: "Infinity", bound: { min: 0 }, reason: "its value is Infinity, not a finite number" },
    ],
    [
      "a text that a wrong parser let through",
      { value: "0.5" as unknown as number },
      { value: "0.5" as unknown as number, reason: "the report has no value for it" },
    ],
    [
      "above its range",
      { metric: "share", value: 1.5 },
      { metric: "share", value: 1.5, reason: "its value 1.5 is outside of what the metric can be, 0 to 1" },
    ],
    [
      "below its range",
      { metric: "difference", value: -1.1 },
      { metric: "difference", value: -1.1, reason: "its value -1.1 is outside of what the metric can be, -1 to 1" },
    ],
    ["no bound", { value: 0.5, bound: {} }, { value: 0.5, bound: {}, reason: "it was measured against no bound" }],
    ["a problem beside a value", { value: 0.5, problem: "stands twice" }, { value: 0.5, reason: "stands twice" }],
    ["an empty problem", { value: 0.5, problem: "" }, { value: 0.5, reason: "" }],
  ])("%s", (_, measured, expected) => {
    const measurement: Measurement = { metric: "free", bound, value: null, ...measured };
    const findings = [finding({ metric: "free", bound, outcome: "cannot-evaluate", ...expected })];
    expect(judged([measurement])).toEqual({ decision: "Rejected", findings, policy: { digest: "d".repeat(64) } });
  });
});

describe("evidence that isn't there, or can't be read", () => {
  const check = checkThatMeasures([{ metric: "share", value: 0.5, bound: { min: 0 } }]);
  const unreadable: Evidence = { kind: "model-quality", sources: [SOURCE], problem: "is cut off at byte 12" };
  const nothing = finding({
    check: "evidence",
    metric: "report",
    outcome: "cannot-evaluate",
    reason: "the version names no report that a check judges; name one in its ModelMetrics",
    evidence: null,
  });
  const report = (of: Partial<Finding>) => finding({ metric: "report", outcome: "cannot-evaluate", ...of });

  it.each([
    [
      "required and absent",
      [],
      policyOf({}, ["model-quality"]),
      [check],
      "Rejected",
      [report({ reason: "the version names no model-quality report, and the policy requires one", evidence: null })],
    ],
    ["not required and absent, and nothing else", [], policyOf(), [check], "Rejected", [nothing]],
    ["no check at all", [EVIDENCE], policyOf(), [], "Rejected", [nothing]],
    ["unreadable", [unreadable], policyOf(), [check], "Rejected", [report({ reason: "is cut off at byte 12" })]],
    [
      "unreadable and without a source",
      [{ ...unreadable, sources: [] }],
      policyOf(),
      [check],
      "Rejected",
      [report({ reason: "is cut off at byte 12", evidence: null })],
    ],
    [
      "one good and one unreadable",
      [EVIDENCE, unreadable],
      policyOf(),
      [check],
      "Rejected",
      [finding({ value: 0.5, bound: { min: 0 } }), report({ reason: "is cut off at byte 12" })],
    ],
    [
      "a check that measures nothing",
      [EVIDENCE],
      policyOf(),
      [checkThatMeasures([])],
      "Rejected",
      [
        report({
          reason:
            "no threshold of model-quality applies to this report: bound at least one of its metrics in the policy",
        }),
      ],
    ],
    [
      "of a check that the policy doesn't have",
      [EVIDENCE],
      { ...policyOf(), checks: {} },
      [checkThatMeasures([{ metric: "share", value: 2, bound: { min: 0 } }])],
      "Rejected",
      [
        finding({
          value: 2,
          bound: { min: 0 },
          outcome: "cannot-evaluate",
          reason: "its value 2 is outside of what the metric can be, 0 to 1",
        }),
      ],
    ],
  ] as const)("%s", (_, evidence, policy, checks, decision, findings) => {
    expect(judge(evidence, policy, checks)).toEqual({ decision, findings, policy: { digest: "d".repeat(64) } });
  });

  it("lets a check's exception through: a bug of ours is no finding", () => {
    const broken = {
      ...check,
      measure: () => {
        throw new TypeError("undefined is not a function");
      },
    };
    expect(() => judge([EVIDENCE], policyOf(), [broken])).toThrow(TypeError);
  });

  it("hands a check only the evidence that it requires", () => {
    const other: Evidence = { kind: "explainability", sources: [], content: { labels: new Map() } };
    expect(() => check.measure(other, {})).toThrow("check model-quality was handed explainability evidence");
    expect(judge([other], policyOf(), [check]).findings).toEqual([nothing]);
  });
});

describe("what is left to a person", () => {
  const pass: Measurement = { metric: "share", value: 0.5, bound: { min: 0 } };
  const fail: Measurement = { metric: "share", value: 0.5, bound: { min: 0.6 } };
  const unknown: Measurement = { metric: "share", value: null, bound: { min: 0.6 } };

  it.each<[string, Measurement[], OnOutcome, OnOutcome, string]>([
    ["all pass", [pass, pass], "reject", "reject", "Approved"],
    ["all pass, review", [pass, pass], "review", "review", "Approved"],
    ["one fails", [pass, fail], "reject", "review", "Rejected"],
    ["one fails, left to a person", [pass, fail], "review", "reject", "PendingManualApproval"],
    ["one unknown", [pass, unknown], "review", "reject", "Rejected"],
    ["one unknown, left to a person", [pass, unknown], "reject", "review", "PendingManualApproval"],
    ["one fails for a person, one unknown rejects", [fail, unknown], "review", "reject", "Rejected"],
    ["both for a person", [fail, unknown, pass], "review", "review", "PendingManualApproval"],
  ])("%s", (_, measurements, onFail, onCannotEvaluate, decision) => {
    expect(judged(measurements, { onFail, onCannotEvaluate }).decision).toBe(decision);
  });

  it("takes each check's own word", () => {
    const policy = policyOf({ onFail: "review" });
    const checks = {
      ...policy.checks,
      other: { onFail: "reject", onCannotEvaluate: "review", thresholds: {} },
    } as const;
    const both = [checkThatMeasures([fail]), checkThatMeasures([fail], "other")];
    expect(judge([EVIDENCE], { ...policy, checks }, both).decision).toBe("Rejected");
    expect(judge([EVIDENCE], policy, both.slice(0, 1)).decision).toBe("PendingManualApproval");
  });
});
