import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { EvidenceError } from "../../../../src/core/evidence";
import { isLanguageResult, readResults } from "../../../../src/reports/language/read-results";
import { RUNS } from "../../../support/language-runs";
import { LANGUAGE } from "../documents";

const FIXTURES = path.join(__dirname, "..", "..", "..", "fixtures", "language");

const file = (name: string) => ({ name, bytes: readFileSync(path.join(FIXTURES, name)) });
const text = (content: string, name = "run.json") => ({ name, bytes: Buffer.from(content) });
const json = (content: unknown, name = "run.json") => text(JSON.stringify(content), name);

/** Values by `<kind or model-quality> <metric>[ in <category>]`; a figure's problem where it has none. */
function values(...files: Parameters<typeof readResults>[0]): Record<string, unknown> {
  const { language, quality } = readResults(files, LANGUAGE);
  const shown = ({ value, problem }: { value: number | null; problem?: string }) => problem ?? value;
  return Object.fromEntries([
    ...[...language].flatMap(([kind, { metrics, categories }]) => [
      ...[...metrics].map(([metric, figure]) => [`${kind} ${metric}`, shown(figure)]),
      ...[...categories].flatMap(([category, of]) =>
        [...of].map(([metric, figure]) => [`${kind} ${metric} in ${category}`, shown(figure)]),
      ),
    ]),
    ...[...(quality?.metrics ?? [])].map(([metric, figure]) => [`model-quality ${metric}`, shown(figure)]),
  ]);
}

describe("runs of the evaluators", () => {
  it.each<[string, string[], Record<string, unknown>]>([
    [
      "lm-evaluation-harness's results",
      ["lmeval_run/results_2026-01-01T00-00-00.json", "lmeval_run/samples_bbq_generate_2026-01-01T00-00-00.jsonl"],
      {
        "bias-bbq lmeval.acc": 1 / 3,
        "bias-bbq lmeval.amb_bias_score": expect.closeTo(2 / 3, 12),
        "bias-bbq lmeval.amb_bias_score in Religion": Number.NaN,
      },
    ],
    [
      "fmeval's list",
      ["fmeval_run/eval_outputs.json"],
      { "model-quality fmeval.factual_knowledge.acme_facts.factual_knowledge": 0.75 },
    ],
    [
      "Clarify's output",
      ["fmeval_run/output.json"],
      { "model-quality fmeval.factual_knowledge.acme_facts.factual_knowledge": 0.75 },
    ],
    [
      "fmeval's records",
      ["fmeval_run/factual_knowledge_acme_facts.jsonl"],
      { "model-quality fmeval.factual_knowledge_acme_facts.factual_knowledge": 0.75 },
    ],
    [
      "fmeval's records in parts that were joined by nothing, one failed",
      ["fmeval_run/s3_two_parts.jsonl"],
      { "model-quality fmeval.s3_two_parts.f1_score": "1 of 4 records have no value of it" },
    ],
    ["HELM's statistics", ["helm_run/stats.json"], { "model-quality helm.num_references": 1 }],
  ])("%s", (_, names, expected) => {
    expect(values(...names.map(file))).toMatchObject(expected);
    expect(names.every((name) => isLanguageResult(file(name)))).toBe(true);
  });

  const stat = (name: object, mean: unknown = 0.5) => ({ name, count: 1, ...(mean === null ? {} : { mean }) });

  it.each<[string, unknown, Record<string, unknown>]>([
    [
      "HELM: the unperturbed test split alone, by its number of instances",
      [
        stat({ name: "bbq_accuracy", split: "test" }, 0.7),
        stat({ name: "bbq_accuracy", split: "valid" }, 0.1),
        stat({ name: "bbq_accuracy", split: "test", perturbation: { name: "typos" } }, 0.2),
        stat({ name: "num_instances", split: "test" }, 400),
      ],
      { "bias-bbq helm.bbq_accuracy": 0.7, "bias-bbq records.count": 400 },
    ],
    [
      "HELM: two of one name have no value",
      [stat({ name: "self_bleu", split: "test" }, 20), stat({ name: "self_bleu", split: "test" }, 30)],
      { "disinformation helm.self_bleu": "stands twice: the result has several of this name" },
    ],
    [
      "HELM: a statistic without a mean",
      [stat({ name: "toxic_frac", split: "test" }, null)],
      { "toxicity-bold helm.toxic_frac": "HELM has no mean of it (count 1)" },
    ],
    [
      "lm-eval before 0.4",
      { results: { gsm8k: { acc: 0.01, acc_stderr: 0.003 } }, versions: { gsm8k: 0 }, config: { limit: null } },
      { "model-quality lmeval.gsm8k.acc": 0.01 },
    ],
    [
      "lm-eval of a part of the data",
      { results: { bbq: { "acc,none": 0.9 } }, versions: {}, "n-samples": { bbq: { original: 100, effective: 10 } } },
      { "bias-bbq lmeval.acc": "a partial run: 10 of 100 samples", "bias-bbq records.count": 10 },
    ],
    [
      "lm-eval with a limit",
      { results: { piqa: { "acc,none": 0.9 } }, config: { limit: 5 } },
      { "model-quality lmeval.piqa.acc": "a partial run: config.limit is 5" },
    ],
    [
      "lm-eval's figures in a wrapper that says nothing of the run",
      { model: "m", tasks: ["piqa"], results: { piqa: { "acc,none": 0.9 } } },
      {
        "model-quality lmeval.piqa.acc": expect.stringMatching(
          /^nothing says that the run is whole: it has neither config\.limit/,
        ),
      },
    ],
    [
      "lm-eval with a metric that is a text",
      { results: { piqa: { "acc,none": "N/A", alias: "piqa" } }, configs: {}, config: { limit: null } },
      { "model-quality lmeval.piqa.acc": 'its value is the text "N/A", not a number' },
    ],
    [
      "fmeval's toxicity on BOLD, by domain",
      [
        {
          eval_name: "toxicity",
          dataset_name: "bold",
          dataset_scores: [{ name: "toxicity", value: 0.02, error: null }],
          category_scores: [{ name: "race", scores: [{ name: "toxicity", value: 0.03 }] }],
          error: null,
        },
      ],
      { "toxicity-bold fmeval.toxicity": 0.02, "toxicity-bold fmeval.toxicity in race": 0.03 },
    ],
    [
      "fmeval's score with an error",
      [{ eval_name: "qa", dataset_name: "d", dataset_scores: [{ name: "f1", error: "no answer" }] }],
      { "model-quality fmeval.qa.d.f1": "no answer" },
    ],
  ])("%s", (_, content, expected) => {
    expect(values(json(content))).toEqual(expected);
  });

  it("takes figures of a run of another scenario, as its run_spec.json says, for no check's", () => {
    const spec = json({ name: "mmlu:subject=law", scenario_spec: {}, adapter_spec: {} }, "run_spec.json");
    const stats = json([
      stat({ name: "toxic_frac", split: "test" }, 0),
      stat({ name: "num_instances", split: "test" }, 5),
    ]);
    expect(values(spec, stats)).toEqual({
      "model-quality helm.mmlu.toxic_frac": 0,
      "model-quality helm.mmlu.num_instances": 5,
    });
    const bold = json({ name: "bold:subject=all", scenario_spec: {}, adapter_spec: {} }, "run_spec.json");
    expect(values(bold, stats)).toEqual({ "toxicity-bold helm.toxic_frac": 0, "toxicity-bold records.count": 5 });
  });

  it("has no value of other tasks where requests of HELM's failed", () => {
    const states = json({ adapter_spec: {}, request_states: [{ result: { success: false } }] }, "scenario_state.json");
    expect(values(json([stat({ name: "exact_match", split: "test" }, 0.9)]), states)).toEqual({
      "model-quality helm.exact_match": "a share of 1 of HELM's requests failed",
    });
  });

  it("takes a group of tasks for partial where one of them is", () => {
    const content = {
      results: { mmlu: { "acc,none": 0.9 }, law: { "exact_match,strict-match": 0.8 } },
      ...{ group_subtasks: { mmlu: ["law"], law: [] }, config: { limit: null } },
      "n-samples": { law: { original: 100, effective: 5 } },
    };
    expect(values(json(content))).toEqual({
      "model-quality lmeval.mmlu.acc": "a partial run: 5 of 100 samples",
      "model-quality lmeval.law.exact_match:strict-match": "a partial run: 5 of 100 samples",
    });
  });

  it("reads texts of any length", () => {
    const long = 'x\\"'.repeat(3_000_000);
    const content = `{"results": {"t": {"acc,none": NaN, "alias": "${long}"}}, "config": {"limit": null}}`;
    expect(values(text(content))).toEqual({ "model-quality lmeval.t.acc": Number.NaN });
  });

  it("reads bare NaN and infinities, and not those in texts", () => {
    const content =
      '{"results": {"t NaN": {"a,none": NaN, "b,none": -Infinity, "c,none": 1}}, "config": {"limit": null}}';
    expect(values(text(content))).toEqual({
      "model-quality lmeval.t NaN.a": Number.NaN,
      "model-quality lmeval.t NaN.b": Number.NEGATIVE_INFINITY,
      "model-quality lmeval.t NaN.c": 1,
    });
  });

  it("takes HELM's failed requests into account", () => {
    const states = json(
      { adapter_spec: {}, request_states: [{ result: { success: true } }, { result: { success: false } }, {}] },
      "scenario_state.json",
    );
    expect(values(json([stat({ name: "self_bleu", split: "test" }, 20)]), states)).toEqual({
      "disinformation helm.self_bleu": 20,
      "disinformation records.failed_rate": expect.closeTo(2 / 3, 12),
    });
  });
});

describe("the gate's own records", () => {
  const lines = (kind: keyof typeof RUNS) =>
    RUNS[kind]()
      .map((line) => JSON.stringify(line))
      .join("\n");

  it.each<[keyof typeof RUNS, string]>([
    ["memorization", "exact.edit_similarity_mean in book"],
    ["bias-bbq", "paper.amb_abs in Religion"],
    ["toxicity-bold", "exact.scored_rate"],
  ])("%s, told by its fields", (kind, metric) => {
    expect(values(text(lines(kind)))).toHaveProperty([`${kind} ${metric}`], expect.any(Number));
  });

  it("takes a kind that the manifest says", () => {
    const found = values({ ...text(lines("disinformation")), kind: "disinformation" });
    expect(found).toHaveProperty(["disinformation records.count"], 60);
  });

  it("reads several files of a kind as one run", () => {
    const all = RUNS["toxicity-bold"]().map((line) => JSON.stringify(line));
    const found = values(text(all.slice(0, 100).join("\n"), "a.jsonl"), text(all.slice(100).join("\n"), "b.jsonl"));
    expect(found).toHaveProperty(["toxicity-bold records.count"], 300);
  });

  it("counts what the set has more of", () => {
    const { language } = readResults([text(lines("toxicity-bold"))], { ...LANGUAGE, expected: 600 });
    expect(language.get("toxicity-bold")?.metrics.get("records.missing")?.value).toBe(300);
  });
});

describe("refused", () => {
  const record = { id: "a", prompt: "p", completions: ["c"] };
  it.each<[string, Parameters<typeof readResults>[0], RegExp]>([
    [
      "records whose kind nobody can tell",
      [json(record)],
      /run\.json: the fields of its records tell of none; name its kind in a manifest\.json/,
    ],
    [
      "records of two kinds",
      [json({ ...record, reference: "r", scores: [1], scorer: "s" })],
      /tell of memorization and toxicity-bold/,
    ],
    [
      "a record that is wrong",
      [json({ ...record, reference: 7, category: "book" })],
      /line 1: record "a": reference is 7/,
    ],
    [
      "another model's records",
      [json({ ...record, reference: "r", model: "arn:other" })],
      /is of the model arn:other; expected arn:this/,
    ],
    [
      "samples without results",
      [file("lmeval_run/samples_bbq_generate_2026-01-01T00-00-00.jsonl")],
      /samples; name its results file beside it/,
    ],
    [
      "HELM's requests without statistics",
      [file("helm_run/scenario_state.json")],
      /requests; name its stats\.json beside it/,
    ],
    [
      "a failed evaluation",
      [json([{ eval_name: "qa", dataset_name: "d", error: "timed out" }])],
      /the evaluation qa failed: timed out/,
    ],
    [
      "an evaluation without scores",
      [json([{ eval_name: "qa", dataset_name: "d" }])],
      /dataset_scores is absent; expected a list/,
    ],
    [
      "the same metric in two files",
      [
        json([{ name: { name: "self_bleu", split: "test" }, count: 1, mean: 2 }]),
        json([{ name: { name: "self_bleu", split: "test" }, count: 1, mean: 3 }]),
      ],
      /ambiguous: two results have helm\.self_bleu/,
    ],
    [
      "a half record",
      [text('{"id": "a", "prompt": "p", "reference": "r", "category": "book", "completions": ["x"]}\n{"id": "b"')],
      /record 2 is no whole JSON object/,
    ],
    [
      "fmeval's output beside its records",
      [file("fmeval_run/output.json"), file("fmeval_run/qa_accuracy_acme_qa.jsonl")],
      /names both fmeval's output and its records; expected one of them/,
    ],
    ["something else", [json({ accuracy: 1 })], /run\.json: is .*; expected the result of an evaluation/],
  ])("%s", (_, files, message) => {
    expect(() => readResults(files, { ...LANGUAGE, model: "arn:this" })).toThrow(message);
  });
});

describe("any bytes", () => {
  const read = (content: string) => {
    try {
      return readResults([text(content)], LANGUAGE);
    } catch (error) {
      return error;
    }
  };

  it("give results or a fault of the evidence", () => {
    const results = fc.oneof(
      fc.constant({ eval_name: "a" }),
      fc.constant({ results: {} }),
      fc.constant([{ name: {} }]),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          results.map((some) => JSON.stringify(some)),
          fc.jsonValue().map((value) => JSON.stringify([{ name: { name: "self_bleu" }, mean: value }])),
        ),
        (content) => {
          const found = read(content);
          if (found instanceof Error) expect(found).toBeInstanceOf(EvidenceError);
          else expect(found).toHaveProperty("language");
          isLanguageResult(text(content));
        },
      ),
    );
  });
});
