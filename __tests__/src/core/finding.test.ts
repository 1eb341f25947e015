import {
  type Finding,
  formatBound,
  formatFinding,
  formatNames,
  formatSubject,
  measuredValue,
} from "../../../src/core/finding";

const finding: Finding = {
  check: "bias-post-training",
  metric: "DPPL",
  facet: "gender=F",
  feature: null,
  category: null,
  value: 0.2,
  bound: { min: -0.1, max: 0.1 },
  outcome: "fail",
  reason: "0.2 is above its bound",
  evidence: null,
};

describe("a finding in words", () => {
  it.each([
    [{ min: 0.8, max: 1.25 }, "[0.8, 1.25]"],
    [{ min: 0 }, "at least 0"],
    [{ max: 0 }, "at most 0"],
    [{}, "none"],
  ])("bound %j", (bound, expected) => {
    expect(formatBound(bound)).toBe(expected);
  });

  it.each([
    ["a failure", {}, "bias-post-training DPPL gender=F = 0.2, bound [-0.1, 0.1]"],
    [
      "what can't be evaluated",
      { outcome: "cannot-evaluate", value: "NaN", reason: "its value is NaN" },
      "bias-post-training DPPL gender=F: cannot be evaluated, its value is NaN",
    ],
    [
      "no reason",
      { outcome: "cannot-evaluate", value: null, reason: null },
      "bias-post-training DPPL gender=F: cannot be evaluated, no reason given",
    ],
  ] as const)("%s", (_, of, expected) => {
    expect(formatFinding({ ...finding, ...of })).toBe(expected);
  });

  it("names every part of its subject", () => {
    expect(formatSubject({ ...finding, feature: "age", category: "label0" })).toBe(
      "bias-post-training DPPL gender=F age label0",
    );
  });
});

describe("names of a report", () => {
  it.each([
    [[], "none"],
    [["a", "b"], "a, b"],
    [["x".repeat(41)], `${"x".repeat(40)}…`],
    [[..."abcdefghij"], "a, b, c, d, e, f, g, h and 2 more"],
  ])("%j", (names, expected) => {
    expect(formatNames(names)).toBe(expected);
  });
});

describe("a measured value", () => {
  it.each([
    [{ value: 0.5 }, { value: 0.5 }],
    [
      { value: null, problem: "an error" },
      { value: null, problem: "an error" },
    ],
    [undefined, { value: null, problem: "it isn't there" }],
  ])("%j", (figure, expected) => {
    expect(measuredValue(figure, "it isn't there")).toEqual(expected);
  });
});
