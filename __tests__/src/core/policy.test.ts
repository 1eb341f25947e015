import { catalogue } from "../../../checks/catalogue";
import { PolicyError, parsePolicy } from "../../../src/core/policy";
import type { PolicyFile } from "../../../src/core/policy-file";
import { policySchema } from "../../../src/core/policy-schema";

const schema = policySchema(catalogue);
const organisation = (text: string): PolicyFile => ({ path: "organisation.yaml", text });
const group = (name: string, text: string): PolicyFile => ({ path: `groups/${name}.yaml`, text });

function mistakesOf(files: readonly PolicyFile[]): string[] {
  try {
    parsePolicy(files, schema);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyError);
    return String(error instanceof Error ? error.message : error).split("\n");
  }
}

/** One threshold, on line 5. */
const threshold = (check: string, line: string) =>
  `schemaVersion: 1\nchecks:\n  ${check}:\n    thresholds:\n      ${line}\n`;

const TOP_KEYS =
  "schemaVersion, requiredEvidence, acceptUndigestedEvidence, acceptReusedEvidence, evidenceDeadlineMinutes, checks";
const CHECKS =
  "bias-bbq, bias-post-training, bias-pre-training, data-quality, disinformation, explainability, memorization, model-quality, toxicity-bold";
const PATTERN = "^(binary|multiclass|regression|unstated)\\.[A-Za-z0-9_:.@-]+$";

describe("a wrong file says line, field, found and allowed", () => {
  it.each([
    [
      "an unknown check",
      "schemaVersion: 1\nchecks:\n  model-qualty: {}\n",
      [`3: checks.model-qualty isn't known here; expected one of: ${CHECKS}`],
    ],
    [
      "an unknown key",
      "schemaVersion: 1\nrequired: []\n",
      [`2: required isn't known here; expected one of: ${TOP_KEYS}`],
    ],
    ["a key that isn't a text", "1: x\nschemaVersion: 1\n", [`1: 1 isn't known here; expected one of: ${TOP_KEYS}`]],
    [
      "a key that pollutes prototypes",
      "schemaVersion: 1\n__proto__: { checks: {} }\n",
      [`2: __proto__ isn't known here; expected one of: ${TOP_KEYS}`],
    ],
    [
      "a check that pollutes prototypes",
      "schemaVersion: 1\nchecks:\n  __proto__: { x: 1 }\n",
      [`3: checks.__proto__ isn't known here; expected one of: ${CHECKS}`],
    ],
    ["no schemaVersion", "checks: {}\n", ["1: lacks schemaVersion; add it, for example: schemaVersion: 1"]],
    ["another schemaVersion", "schemaVersion: 2\n", ["1: schemaVersion found 2, expected 1"]],
    ["a schemaVersion that is a text", 'schemaVersion: "1"\n', ['1: schemaVersion found "1", expected 1']],
    ["an empty file", "", ["1: found null, expected a map; begin it with schemaVersion: 1"]],
    ["comments alone", "# none\n", ["1: found null, expected a map; begin it with schemaVersion: 1"]],
    ["a list", "- schemaVersion\n", ['1: found ["schemaVersion"], expected a map; begin it with schemaVersion: 1']],
    [
      "a kind that isn't one",
      "schemaVersion: 1\nrequiredEvidence:\n  - explainability\n  - bias\n",
      [
        '4: requiredEvidence.1 found "bias", expected one of: model-quality, bias-pre-training, bias-post-training, explainability, data-quality, memorization, disinformation, bias-bbq, toxicity-bold',
      ],
    ],
    [
      "yes, which is a text",
      "schemaVersion: 1\nacceptUndigestedEvidence: yes\n",
      ['2: acceptUndigestedEvidence found "yes", expected true or false; for example false'],
    ],
    [
      "too long a deadline",
      "schemaVersion: 1\nevidenceDeadlineMinutes: 20000\n",
      ["2: evidenceDeadlineMinutes found 20000, but it must be <= 10080; for example 60"],
    ],
    [
      "half a minute",
      "schemaVersion: 1\nevidenceDeadlineMinutes: 1.5\n",
      ["2: evidenceDeadlineMinutes found 1.5, expected a whole number; for example 60"],
    ],
    [
      "an outcome's word",
      "schemaVersion: 1\nchecks:\n  model-quality:\n    onFail: approve\n",
      ['4: checks.model-quality.onFail found "approve", expected one of: reject, review'],
    ],
    [
      "Windows line ends",
      "schemaVersion: 1\r\nchecks:\r\n  model-quality:\r\n    onFail: no\r\n",
      ['4: checks.model-quality.onFail found "no", expected one of: reject, review'],
    ],
    ["a key twice", "schemaVersion: 1\nchecks: {}\nchecks: {}\n", ["3: is no valid YAML: Map keys must be unique"]],
    [
      "a tab",
      "schemaVersion: 1\nchecks:\n\tmodel-quality: {}\n",
      ["3: is no valid YAML: Tabs are not allowed as indentation"],
    ],
    [
      "a wrong indent",
      "schemaVersion: 1\nchecks:\n  model-quality:\n    onFail: review\n   onCannotEvaluate: review\n",
      ["5: is no valid YAML: All mapping items must start at the same column"],
    ],
    [
      "two documents",
      "schemaVersion: 1\n---\nschemaVersion: 1\n",
      ["2: is no valid YAML: Source contains multiple documents; please use YAML.parseAllDocuments()"],
    ],
    ["a tag", "schemaVersion: !one 1\n", ["1: is no valid YAML: Unresolved tag: !one"]],
    [
      "an alias",
      "schemaVersion: 1\nchecks:\n  bias-pre-training: &same\n    onFail: review\n  bias-post-training: *same\n",
      ["5: has an alias (*name); write the value out, so that it stands where a reader looks for it"],
    ],
    [
      "a merge of an alias",
      "schemaVersion: 1\nchecks:\n  bias-pre-training: &same\n    onFail: review\n  bias-post-training:\n    <<: *same\n",
      ["6: has an alias (*name); write the value out, so that it stands where a reader looks for it"],
    ],
    [
      "a merge",
      "schemaVersion: 1\nchecks:\n  bias-post-training:\n    <<: { onFail: review }\n",
      ["4: checks.bias-post-training.<< isn't known here; expected one of: onFail, onCannotEvaluate, thresholds"],
    ],
  ])("%s", (_, text, expected) => {
    expect(mistakesOf([organisation(text)])).toEqual(expected.map((mistake) => `organisation.yaml:${mistake}`));
  });
});

describe("a wrong threshold says line, field, found and allowed", () => {
  const quality = "checks.model-quality.thresholds";
  const bias = "checks.bias-post-training.thresholds";

  it.each([
    [
      "a threshold that isn't one",
      "bias-post-training",
      "DPL: { min: -0.1, max: 0.1 }",
      [
        `${bias}.DPL isn't known here; expected one of: facets, AD, CDDPL, DAR, DCA, DCR, DI, DPPL, DRR, FT, GE, RD, SD, TE`,
      ],
    ],
    [
      "one of many",
      "model-quality",
      "accuracy: { min: 0.1 }",
      [
        `${quality}.accuracy isn't known here; expected one of 49 names, nearest: binary.accuracy, multiclass.accuracy, binary.accuracy_best_constant_classifier, multiclass.accuracy_best_constant_classifier, binary.accuracy_over_best_constant_classifier, multiclass.accuracy_over_best_constant_classifier, binary.true_negative_rate, or a name that matches ${PATTERN}`,
      ],
    ],
    [
      "min above max",
      "bias-post-training",
      "DI: { min: 1.25, max: 0.8 }",
      [`${bias}.DI has min 1.25 above max 0.8; nothing could pass`],
    ],
    [
      "one end of a two-sided bound",
      "bias-post-training",
      "DI: { min: 0.8 }",
      [
        `${bias}.DI has min alone: this metric is bad on both sides, so give both, for example {min: 0.8, max: 1.25}, or {} for no bound`,
      ],
    ],
    [
      "the other end",
      "bias-post-training",
      "TE: { max: 0.8 }",
      [
        `${bias}.TE has max alone: this metric is bad on both sides, so give both, for example {min: -0.1, max: 0.1}, or {} for no bound`,
      ],
    ],
    [
      "a min of what is bad above",
      "bias-post-training",
      "GE: { min: 0.1 }",
      [`${bias}.GE.min isn't known here; expected one of: max`],
    ],
    [
      "per cent",
      "model-quality",
      "binary.auc: { min: 80 }",
      [`${quality}.binary.auc.min found 80, but it must be <= 1; allowed are numbers from 0 to 1`],
    ],
    [
      "below the range",
      "model-quality",
      "rows: { min: -1 }",
      [`${quality}.rows.min found -1, but it must be >= 0; allowed are numbers from 0`],
    ],
    [
      "above a range without a start",
      "model-quality",
      "regression.r2: { min: 2 }",
      [`${quality}.regression.r2.min found 2, but it must be <= 1; allowed are numbers up to 1`],
    ],
    [
      "NaN",
      "model-quality",
      "binary.auc: { min: .nan }",
      [`${quality}.binary.auc.min found NaN, expected a finite number; allowed are numbers from 0 to 1`],
    ],
    [
      "infinity",
      "model-quality",
      "rows: { min: .inf }",
      [`${quality}.rows.min found Infinity, expected a finite number; allowed are numbers from 0`],
    ],
    [
      "a number that overflows, of a name that only reports know",
      "model-quality",
      "unstated.x: { max: 1e999 }",
      [`${quality}.unstated.x.max found Infinity, expected a finite number`],
    ],
    [
      "a text",
      "model-quality",
      'binary.auc: { min: "0.8" }',
      [`${quality}.binary.auc.min found "0.8", expected a finite number; allowed are numbers from 0 to 1`],
    ],
    [
      "an open side that is null",
      "model-quality",
      "binary.auc: { min: 0.8, max: }",
      [`${quality}.binary.auc.max found null, expected a finite number; allowed are numbers from 0 to 1`],
    ],
    [
      "nothing",
      "model-quality",
      "binary.auc:",
      [`${quality}.binary.auc found null, expected a map; for example {min: 0.7}`],
    ],
    [
      "a bare number",
      "model-quality",
      "binary.auc: 0.8",
      [`${quality}.binary.auc found 0.8, expected a map; for example {min: 0.7}`],
    ],
    [
      "a comma for a point",
      "model-quality",
      "rows: { min: 0,5 }",
      [`${quality}.rows.5 isn't known here; expected one of: min, max`],
    ],
    [
      "a problem that isn't one",
      "model-quality",
      "problem: binry",
      [`${quality}.problem found "binry", expected one of: any, binary, multiclass, regression, unstated`],
    ],
    [
      "a facet's value that isn't a text",
      "bias-post-training",
      "facets: { age: [60] }",
      [`${bias}.facets.age.0 found 60, expected a text in quotes`],
    ],
    [
      "two ends, both wrong",
      "model-quality",
      "binary.auc: { min: -1, max: 2 }",
      [
        `${quality}.binary.auc.min found -1, but it must be >= 0; allowed are numbers from 0 to 1`,
        `${quality}.binary.auc.max found 2, but it must be <= 1; allowed are numbers from 0 to 1`,
      ],
    ],
  ])("%s", (_, check, line, expected) => {
    const mistakes = mistakesOf([organisation(threshold(check, line))]);
    expect(mistakes.sort()).toEqual(expected.map((mistake) => `organisation.yaml:5: ${mistake}`).sort());
  });
});

describe("files", () => {
  it("tells the mistakes of all at once", () => {
    const wrong = [
      organisation(threshold("bias-post-training", "DI: { min: 2, max: 1 }")),
      group("credit-risk", "schemaVersion: 1\nchecks:\n  nothing: {}\n"),
      group("payment-fraud", "schemaVersion: 1\nevidenceDeadlineMinutes: 5\n"),
    ];
    expect(mistakesOf(wrong)).toEqual([
      "organisation.yaml:5: checks.bias-post-training.thresholds.DI has min 2 above max 1; nothing could pass",
      `groups/credit-risk.yaml:3: checks.nothing isn't known here; expected one of: ${CHECKS}`,
      "groups/payment-fraud.yaml:2: evidenceDeadlineMinutes is for organisation.yaml alone; take it out of this file",
    ]);
  });

  it.each(["organization.yaml", "groups/under_score.yaml", "groups/a.yml", "groups/a/b.yaml", "groups/-a.yaml"])(
    "%s is none of the policy's",
    (path) => {
      expect(mistakesOf([{ path, text: "schemaVersion: 1\n" }])).toEqual([
        `${path}: is no policy file; expected organisation.yaml or groups/<model package group>.yaml`,
      ]);
    },
  );
});
