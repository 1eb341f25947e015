import fc from "fast-check";
import { EvidenceError } from "../../../src/core/evidence";
import { EVIDENCE_SLOTS } from "../../../src/core/ports";
import { assembleEvidence } from "../../../src/reports/assemble-evidence";
import { parseJson } from "../../../src/reports/json";
import { LANGUAGE, read, report } from "./documents";

const slot = fc.constantFrom(...EVIDENCE_SLOTS);

/** Words that parsers look for, so that arbitrary documents get past the first look. */
const key = fc.oneof(
  fc.constantFrom(
    ...["pre_training_bias_metrics", "post_training_bias_metrics", "facets", "metrics", "name", "value", "error"],
    ...["value_or_threshold", "explanations", "kernel_shap", "global_shap_values", "label0", "dataset", "item_count"],
    ...["regression_metrics", "metric_groups", "metric_data", "evaluation_result", "regression_constraints"],
    ...["threshold", "comparison_operator", "features", "completeness", "numerical_statistics", "common"],
    ...["violations", "feature_name", "monitoring_config", "results", "versions", "__proto__", "constructor"],
  ),
  fc.string(),
);

const document = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.oneof(fc.double(), fc.boolean(), fc.constant(null), fc.string(), fc.constantFrom("NaN", "Infinity")),
    fc.array(tie("node"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("node")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).node;

const metrics = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Z]{2,5}$/), fc.double({ noNaN: true })), {
  minLength: 1,
  selector: ([name]) => name,
});

const biasReport = (entries: readonly (readonly [string, number])[]): string =>
  JSON.stringify({
    post_training_bias_metrics: {
      facets: { gender: [{ value_or_threshold: "F", metrics: entries.map(([name, value]) => ({ name, value })) }] },
    },
  });

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("whatever a report holds", () => {
  it("bytes are JSON or the evidence's fault", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string().map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          try {
            parseJson(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(EvidenceError);
          }
        },
      ),
    );
  });

  it("JSON is read as JSON.parse reads it", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(new TextEncoder().encode(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it("broken JSON is refused with its place", () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom("", '"', ",", "}", "]", "x", "\\", "\n", "0", "-"))
      .map(([text, at, more]) => text.slice(0, at % text.length) + more + text.slice((at % text.length) + 1))
      .filter((text) => text.trim() !== "" && !isJson(text));
    fc.assert(
      fc.property(broken, (text) => {
        expect(() => parseJson(new TextEncoder().encode(text))).toThrow(/ at line \d+, column \d+ |stands twice/);
      }),
      { numRuns: 500 },
    );
  });

  it("a slot's document is evidence or a short problem, never an exception", () => {
    fc.assert(
      fc.property(slot, fc.array(document, { minLength: 1, maxLength: 2 }), (at, roots) => {
        const documents = roots.map((root, index) => report(at, root, `s3://evidence/${index}.json`));
        for (const evidence of assembleEvidence(documents, LANGUAGE)) {
          if ("problem" in evidence) expect(evidence.problem).toMatch(/^[^\p{Cc}]{1,1000}$/u);
          else expect(evidence.sources).toHaveLength(roots.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("figures don't depend on the order of metrics", () => {
    const shuffled = metrics.chain((entries) =>
      fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
    );
    fc.assert(
      fc.property(shuffled, ([entries, others]) => {
        const figures = (of: typeof entries) => read(report("Bias.Report", biasReport(of)));
        expect(figures(others)).toEqual(figures(entries));
      }),
    );
  });

  it("a truncated report is refused", () => {
    fc.assert(
      fc.property(metrics, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (entries, share) => {
        const text = biasReport(entries);
        const cut = text.slice(0, Math.floor(text.length * share));
        expect(() => parseJson(new TextEncoder().encode(cut))).toThrow(EvidenceError);
      }),
    );
  });

  it("a key that is written twice is refused", () => {
    fc.assert(
      fc.property(fc.string(), fc.json(), fc.json(), (name, one, other) => {
        const twice = `{${JSON.stringify(name)}:${one},${JSON.stringify(name)}:${other}}`;
        expect(() => parseJson(new TextEncoder().encode(twice))).toThrow(/stands twice in one object/);
      }),
    );
  });
});
