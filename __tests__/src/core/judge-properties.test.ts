import fc from "fast-check";
import type { Measurement } from "../../../src/core/finding";
import { judge } from "../../../src/core/judge";
import type { OnOutcome } from "../../../src/core/policy";
import { checkThatMeasures, EVIDENCE, policyOf } from "../../support/judged";

const judged = (measurements: readonly Measurement[], outcomes = {}) =>
  judge([EVIDENCE], policyOf(outcomes), [checkThatMeasures(measurements)]);

describe("whatever is measured", () => {
  const value = fc.oneof(
    fc.double(),
    fc.constantFrom(null, undefined, Number.NaN, Number.POSITIVE_INFINITY, 0, -0, 0.5, 1),
  );
  const end = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined });
  const bound = fc.record({ min: end, max: end }).map(({ min, max }) => ({
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  }));
  const metric = fc.constantFrom("share", "difference", "free", "unknown", "__proto__", "constructor");
  const problem = fc.option(fc.string(), { nil: undefined });
  const measurement = fc
    .record({ metric, value, bound, problem })
    .map(({ problem: of, ...rest }): Measurement => (of === undefined ? rest : { ...rest, problem: of }));
  const outcomes = fc.record({
    onFail: fc.constantFrom<OnOutcome>("reject", "review"),
    onCannotEvaluate: fc.constantFrom<OnOutcome>("reject", "review"),
  });

  it("is approved only if there are findings and every one passes", () => {
    fc.assert(
      fc.property(fc.array(measurement, { maxLength: 6 }), outcomes, (measurements, policy) => {
        const { decision, findings } = judged(measurements, policy);
        const all = findings.length > 0 && findings.every(({ outcome }) => outcome === "pass");
        expect(decision === "Approved").toBe(all);
      }),
    );
  });

  it("passes only as a finite number inside of a bound that has a side", () => {
    fc.assert(
      fc.property(measurement, (measured) => {
        const [of] = judged([measured]).findings;
        if (of?.outcome !== "pass") return;
        expect(measured.problem).toBeUndefined();
        expect(Number.isFinite(measured.value)).toBe(true);
        expect(Object.keys(measured.bound)).not.toEqual([]);
        expect(of.value).toBeGreaterThanOrEqual(measured.bound.min ?? Number.NEGATIVE_INFINITY);
        expect(of.value).toBeLessThanOrEqual(measured.bound.max ?? Number.POSITIVE_INFINITY);
      }),
    );
  });

  it("never passes a tighter bound that it doesn't pass a looser one of", () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    const span = fc.tuple(finite, finite, finite, finite).map((ends) => [...ends].sort((one, other) => one - other));
    fc.assert(
      fc.property(value, span, (measured, [a = 0, b = 0, c = 0, d = 0]) => {
        const pass = (min: number, max: number) =>
          judged([{ metric: "free", value: measured, bound: { min, max } }]).decision === "Approved";
        if (pass(b, c)) expect(pass(a, d)).toBe(true);
      }),
    );
  });
});
