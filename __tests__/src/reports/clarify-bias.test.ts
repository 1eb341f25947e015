import { read, report, section } from "./documents";

const bias = (entries: Record<string, unknown[]>) =>
  read(report("Bias.PostTrainingReport", { post_training_bias_metrics: { facets: entries } }))["bias-post-training"];

/** What one metric's entry is read as. */
const figure = (metric: string) =>
  read(
    report(
      "Bias.PostTrainingReport",
      `{"post_training_bias_metrics":{"facets":{"gender":[{"value_or_threshold":"F","metrics":[${metric}]}]}}}`,
    ),
  )["bias-post-training"];

const entry = (value: unknown, ...metrics: unknown[]) => ({ value_or_threshold: value, metrics });
const di = (value: unknown) => ({ name: "DI", description: "Disparate Impact (DI)", value });

describe("a Clarify bias report", () => {
  it("is read by facet, value and code, wherever they stand", () => {
    const found = bias({
      gender: [entry("F", { value: 0.1, name: "AD" }, { value: 0.9, description: "", name: "DI" })],
      "Account Length": [entry("(100, 225]", di(1)), entry("(3, 5]", di(2))],
    });
    expect(found).toEqual({
      facets: new Map([
        [
          "gender",
          [
            {
              value: "F",
              metrics: new Map([
                ["AD", { value: 0.1 }],
                ["DI", { value: 0.9 }],
              ]),
            },
          ],
        ],
        [
          "Account Length",
          [
            { value: "(100, 225]", metrics: new Map([["DI", { value: 1 }]]) },
            { value: "(3, 5]", metrics: new Map([["DI", { value: 2 }]]) },
          ],
        ],
      ]),
    });
  });

  it.each<[string, string, unknown]>([
    ["a number", "-36.69387755102041", { value: -36.69387755102041 }],
    ["the integer 0", "0", { value: 0 }],
    ["the text Infinity", '"Infinity"', { value: Infinity }],
    ["the text -Infinity", '"-Infinity"', { value: -Infinity }],
    ["the text NaN", '"NaN"', { value: NaN }],
    ["a number beyond doubles", "1e999", { value: Infinity }],
    ["null without error", "null", { value: null, problem: "its value is null, not a number" }],
    ["a number's text", '"0.1"', { value: null, problem: 'its value is the text "0.1", not a number' }],
    ["an empty text", '""', { value: null, problem: 'its value is the text "", not a number' }],
    ["a list", "[0.1]", { value: null, problem: "its value is a list of 1, not a number" }],
    ["a boolean", "false", { value: null, problem: "its value is false, not a number" }],
    ["an object", "{}", { value: null, problem: "its value is an object, not a number" }],
    [
      "null with an error",
      'null,"error":"Group variable is empty"',
      { value: null, problem: "Group variable is empty" },
    ],
    ["a value beside a null error", '0.5,"error":null', { value: 0.5 }],
    [
      "a value beside an error",
      '0.5,"error":"\\u001b[31mno rows\\n"',
      { value: null, problem: "it has both a value (0.5) and an error: [31mno rows" },
    ],
    ["a long error", `null,"error":"${"x".repeat(300)}"`, { value: null, problem: `${"x".repeat(200)}…` }],
    ["an error that is no text", 'null,"error":{}', { value: null, problem: "an object" }],
  ])("reads %s", (_, value, expected) => {
    const metrics = new Map([["DI", expected]]);
    expect(figure(`{"name":"DI","value":${value}}`)).toEqual({
      facets: new Map([["gender", [{ value: "F", metrics }]]]),
    });
  });

  it("has no value for a code that stands twice", () => {
    const problem = "stands twice: the report has several entries of this name";
    expect(bias({ gender: [entry("F", di(1), di(1), { name: "AD", value: 0 })] })).toEqual({
      facets: new Map([
        [
          "gender",
          [
            {
              value: "F",
              metrics: new Map<string, unknown>([
                ["DI", { value: null, problem }],
                ["AD", { value: 0 }],
              ]),
            },
          ],
        ],
      ]),
    });
  });

  it("has no value for a facet's value that stands twice, as text or number", () => {
    const twice = { value: null, problem: "stands twice: the facet has several entries of this value" };
    expect(bias({ gender: [entry("1", di(1)), entry(1, { name: "AD", value: 0 }), entry("0", di(2))] })).toEqual({
      facets: new Map([
        [
          "gender",
          [
            {
              value: "1",
              metrics: new Map([
                ["DI", twice],
                ["AD", twice],
              ]),
            },
            { value: "0", metrics: new Map([["DI", { value: 2 }]]) },
          ],
        ],
      ]),
    });
  });

  it("takes a prototype's words for names", () => {
    const facet = '{"__proto__":[{"value_or_threshold":"constructor","metrics":[{"name":"__proto__","value":1}]}]}';
    const text = `{"pre_training_bias_metrics":{"facets":${facet}}}`;
    expect(read(report("Bias.PreTrainingReport", text))).toEqual({
      "bias-pre-training": {
        facets: new Map([["__proto__", [{ value: "constructor", metrics: new Map([["__proto__", { value: 1 }]]) }]]]),
      },
    });
  });

  it.each<[string, unknown, string]>([
    ["a section that is null", null, "post_training_bias_metrics is null; expected an object"],
    ["an empty section", {}, "post_training_bias_metrics is empty; expected at least one member"],
    ["no facets", { label: "y" }, "post_training_bias_metrics.facets is absent; expected an object"],
    ["empty facets", { facets: {} }, "post_training_bias_metrics.facets is empty; expected at least one member"],
    [
      "facets in a list",
      { facets: [{ name: "gender" }] },
      "post_training_bias_metrics.facets is a list of 1; expected an object",
    ],
    [
      "a facet without an entry",
      { facets: { gender: [] } },
      'post_training_bias_metrics.facets["gender"] is an empty list; expected at least one entry',
    ],
    [
      "an entry without metrics",
      { facets: { gender: [entry("F")] } },
      'post_training_bias_metrics.facets["gender"][0].metrics is an empty list; expected at least one entry',
    ],
    [
      "an entry without its value",
      { facets: { gender: [{ metrics: [di(1)] }] } },
      'post_training_bias_metrics.facets["gender"][0].value_or_threshold is absent; expected a text that isn\'t empty',
    ],
    [
      "a metric without a name",
      { facets: { gender: [entry("F", { value: 1 })] } },
      'post_training_bias_metrics.facets["gender"][0].metrics[0].name is absent; expected a text that isn\'t empty',
    ],
    [
      "a metric without a value",
      { facets: { gender: [entry("F", { name: "DI" })] } },
      'post_training_bias_metrics.facets["gender"][0].metrics[0].value is absent; expected a number, null or a text',
    ],
  ])("refuses %s", (_, post, problem) => {
    const documents = report("Bias.Report", {
      pre_training_bias_metrics: section(di(1)),
      post_training_bias_metrics: post,
    });
    expect(read(documents)).toEqual({
      "bias-pre-training": {
        facets: new Map([["gender", [{ value: "F", metrics: new Map([["DI", { value: 1 }]]) }]]]),
      },
      "bias-post-training": `Bias.Report: ${problem}`,
    });
  });
});
