import { read, report } from "./documents";

const explained = (explanations: unknown) =>
  read(report("Explainability.Report", { version: "1.0", explanations })).explainability;

describe("a Clarify explainability report", () => {
  it("gives each label's features, whatever else it has", () => {
    const pdp = [{ feature_name: "Age", data_type: "numerical", feature_values: [1], model_predictions: [[0.5]] }];
    const kernel_shap = {
      label0: { global_shap_values: { Age: 0.1, review_body: 1.38 }, expected_value: 2.0 },
      label1: {
        global_shap_values: { "[text]": -0.2, Sex: "NaN", Zip: null },
        global_top_shap_text: { "[text]": { good: 0.04 } },
      },
    };
    expect(explained({ kernel_shap, pdp })).toEqual({
      labels: new Map([
        [
          "label0",
          new Map([
            ["Age", { value: 0.1 }],
            ["review_body", { value: 1.38 }],
          ]),
        ],
        [
          "label1",
          new Map<string, unknown>([
            ["[text]", { value: -0.2 }],
            ["Sex", { value: NaN }],
            ["Zip", { value: null, problem: "its value is null, not a number" }],
          ]),
        ],
      ]),
    });
  });

  it.each<[string, unknown, string]>([
    ["partial dependence alone", { pdp: [] }, "has no explanations.kernel_shap: it is a Clarify explainability report"],
    ["no labels", { kernel_shap: {} }, "explanations.kernel_shap is empty; expected at least one member"],
    [
      "a label without global values",
      { kernel_shap: { label0: { expected_value: 1 } } },
      'explanations.kernel_shap["label0"].global_shap_values is absent; expected an object',
    ],
    [
      "no features",
      { kernel_shap: { label0: { global_shap_values: {} } } },
      'explanations.kernel_shap["label0"].global_shap_values is empty; expected at least one member',
    ],
  ])("refuses %s", (_, explanations, problem) => {
    expect(explained(explanations)).toBe(`Explainability.Report: ${problem}`);
  });
});
