import fc from "fast-check";
import type { Finding } from "../../../src/core/finding";
import { DESCRIPTION_LIMIT, describeVerdict, shorten, singleLine, type Verdict } from "../../../src/core/verdict";

const finding = (of: Partial<Finding>): Finding => ({
  check: "model-quality",
  metric: "binary.auc",
  facet: null,
  feature: null,
  category: null,
  value: 0.6,
  bound: { min: 0.7 },
  outcome: "fail",
  reason: "0.6 is below its bound",
  evidence: null,
  ...of,
});
const pass = finding({ value: 0.9, outcome: "pass", reason: null });
const unknown = finding({ metric: "rows", value: null, outcome: "cannot-evaluate", reason: "it isn't there" });
const verdict = (decision: Verdict["decision"], findings: Finding[]): Verdict => ({
  decision,
  findings,
  policy: { digest: "d".repeat(64) },
});
const URI = "s3://mg-verdicts/governance-pipeline/processor/abc/checks.json";

describe("describeVerdict", () => {
  it.each([
    ["an approval", verdict("Approved", [pass, pass]), `Approved: all 2 findings pass. Full result: ${URI}`],
    [
      "a failure",
      verdict("Rejected", [pass, finding({})]),
      `Rejected: of 2 findings 1 failed, 0 could not be evaluated. model-quality binary.auc = 0.6, bound at least 0.7; Full result: ${URI}`,
    ],
    [
      "failures before what is unknown",
      verdict("Rejected", [unknown, pass, finding({ facet: "gender=F" })]),
      `Rejected: of 3 findings 1 failed, 1 could not be evaluated. model-quality binary.auc gender=F = 0.6, bound at least 0.7; model-quality rows: cannot be evaluated, it isn't there; Full result: ${URI}`,
    ],
    [
      "what is left to a person",
      verdict("PendingManualApproval", [unknown]),
      `PendingManualApproval: of 1 findings 0 failed, 1 could not be evaluated. model-quality rows: cannot be evaluated, it isn't there; Full result: ${URI}`,
    ],
    [
      "a name that would break the line",
      verdict("Rejected", [finding({ facet: "a\n\u2028b\u0000\u0085=\ud800!" })]),
      `Rejected: of 1 findings 1 failed, 0 could not be evaluated. model-quality binary.auc a b =\uFFFD! = 0.6, bound at least 0.7; Full result: ${URI}`,
    ],
  ])("%s", (_, of, expected) => {
    expect(describeVerdict(of, URI)).toBe(expected);
  });

  it("says how many findings it leaves out, and keeps where the full result is", () => {
    const failed = Array.from({ length: 40 }, (_, index) => finding({ facet: `region=${index}` }));
    const text = describeVerdict(verdict("Rejected", failed), URI);
    const shown = text.split("bound at least 0.7;").length - 1;
    expect(text.length).toBeLessThanOrEqual(DESCRIPTION_LIMIT);
    expect(text).toMatch(
      /^Rejected: of 40 findings 40 failed, 0 could not be evaluated\. model-quality binary.auc region=0 /,
    );
    expect(text.endsWith(` and ${40 - shown} more; Full result: ${URI}`)).toBe(true);
    expect(shown).toBeGreaterThan(10);
  });

  it("shortens a finding that would push out the others", () => {
    const text = describeVerdict(verdict("Rejected", [finding({ facet: "x".repeat(5000) }), finding({})]), URI);
    expect(text).toContain("xxx…; model-quality binary.auc = 0.6, bound at least 0.7;");
    expect(text).not.toContain("more;");
  });

  it("is one line of whole characters within the limit, whatever a report's names are", () => {
    const name = fc.option(fc.string({ unit: "binary", maxLength: 400 }), { nil: null });
    const any = fc
      .record({
        facet: name,
        feature: name,
        category: name,
        outcome: fc.constantFrom("pass", "fail", "cannot-evaluate"),
      })
      .map((of) => finding({ ...of, reason: of.facet }));
    fc.assert(
      fc.property(
        fc.array(any, { minLength: 1, maxLength: 30 }),
        fc.string({ unit: "binary", maxLength: 1500 }),
        (findings, uri) => {
          const text = describeVerdict(verdict("Rejected", findings), uri);
          expect(text.length).toBeLessThanOrEqual(DESCRIPTION_LIMIT);
          expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u);
          expect(text).toMatch(/^Rejected: of \d+ findings \d+ failed, \d+ could not be evaluated\./);
        },
      ),
    );
  });
});

describe("shorten", () => {
  it.each([
    ["short", 5, "short"],
    ["longer", 5, "long…"],
    ["abc😀d", 5, "abc…"],
    ["ab😀cd", 5, "ab😀…"],
    ["", 5, ""],
  ])("%j to %i", (text, limit, expected) => {
    expect(shorten(text, limit)).toBe(expected);
  });
});

describe("singleLine", () => {
  it.each([
    ["a\r\n\tb", "a b"],
    ["\u0007 a ", "a"],
    ["a\u2029b", "a b"],
    ["😀", "😀"],
    ["\udc00a\ud83d", "\uFFFDa\uFFFD"],
  ])("%j", (text, expected) => {
    expect(singleLine(text)).toBe(expected);
  });
});
