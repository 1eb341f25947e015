import { bound } from "../../../src/core/check";
import { evaluation } from "../../../src/core/check-case";
import { languageMeasure } from "../../../src/language/measure";

const share = bound({ default: {}, range: [0, 1], description: "A share." });
const measure = languageMeasure({
  type: "object",
  additionalProperties: false,
  properties: { "exact.share": share, "exact.share[*]": share },
});

const content = evaluation({ "exact.share": 0.1 }, { book: { "exact.share": 0.2 }, "*": { "exact.share": 0.9 } });
const [low, high] = [{ max: 0.01 }, { max: 0.02 }];

/** What is measured against which bound: metric, category, value, bound. */
const measured = (thresholds: Readonly<Record<string, unknown>>, of = content) =>
  measure(of, thresholds).map(({ metric, category, value, bound: held }) => [metric, category, value, held]);

describe("an evaluation is measured against", () => {
  it.each([
    ["a bound of all records", { "exact.share": low }, [["exact.share", undefined, 0.1, low]]],
    ["no bound that has no side", { "exact.share": {} }, []],
    [
      "a bound for each category, one called * too",
      { "exact.share[*]": low },
      [
        ["exact.share", "book", 0.2, low],
        ["exact.share", "*", 0.9, low],
      ],
    ],
    [
      "a category's own bound in place of that for each",
      { "exact.share[*]": low, "exact.share[book]": high },
      [
        ["exact.share", "*", 0.9, low],
        ["exact.share", "book", 0.2, high],
      ],
    ],
    ["a category that isn't there: no value", { "exact.share[code]": low }, [["exact.share", "code", null, low]]],
    ["a metric that isn't there: no value", { "exact.other": low }, [["exact.other", undefined, null, low]]],
    ["categories that must be there", { categories: ["book", "code"] }, [["categories", "code", null, {}]]],
  ])("%s", (_, thresholds, expected) => {
    expect(measured(thresholds)).toEqual(expected);
  });

  it("a bound for each category where there is none: no value, and why", () => {
    expect(measure(evaluation({ "exact.share": 0.1 }), { "exact.share[*]": low })).toEqual([
      expect.objectContaining({
        value: null,
        problem: "the evaluation has no categories, and the policy bounds each",
      }),
    ]);
  });

  it("a metric's range, also in one category that the schema doesn't list", () => {
    expect(measure(content, { "exact.share[book]": low })[0]?.range).toEqual([0, 1]);
  });

  it("both ends of the interval where the policy says so", () => {
    const estimated = evaluation({ "exact.share": { value: 0.1, interval: [0.05, 0.2] } });
    expect(measure(estimated, { judge_by: "interval", "exact.share": low })[0]).toMatchObject({
      byInterval: true,
      interval: [0.05, 0.2],
    });
    expect(measure(estimated, { judge_by: "value", "exact.share": low })[0]?.byInterval).toBe(false);
  });
});
