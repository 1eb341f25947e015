import Ajv2020 from "ajv/dist/2020";
import { bound, isBounded, isInRange, rangeOf, type ThresholdsSchema, twoSided, upper } from "../../../src/core/check";
import type { Range } from "../../../src/core/evidence";

const unlimited: Range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const share: Range = [0, 1];
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
const described = (range: Range) => ({ default: {}, range, description: "A metric." });

describe("schemas of thresholds", () => {
  it.each<[string, object, unknown, boolean]>([
    ["bound", bound(described(share)), {}, true],
    ["bound", bound(described(share)), { min: 0 }, true],
    ["bound", bound(described(share)), { max: 1 }, true],
    ["bound", bound(described(share)), { min: 1.1 }, false],
    ["bound", bound(described(share)), { max: -0.1 }, false],
    ["bound", bound(described(share)), { min: null }, false],
    ["bound", bound(described(share)), { least: 0 }, false],
    ["bound", bound(described(share)), null, false],
    ["bound", bound(described(unlimited)), { min: -1e300 }, true],
    ["bound", bound(described(unlimited)), { min: Number.NEGATIVE_INFINITY }, false],
    ["bound", bound(described(unlimited)), { max: Number.NaN }, false],
    ["two-sided", twoSided(described([-1, 1])), {}, true],
    ["two-sided", twoSided(described([-1, 1])), { min: -0.1, max: 0.1 }, true],
    ["two-sided", twoSided(described([-1, 1])), { min: -0.1 }, false],
    ["two-sided", twoSided(described([-1, 1])), { max: 0.1 }, false],
    ["two-sided", twoSided(described([-1, 1])), { min: -2, max: 0.1 }, false],
    ["upper", upper(described(share)), {}, true],
    ["upper", upper(described(share)), { max: 0.1 }, true],
    ["upper", upper(described(share)), { min: 0.1 }, false],
    ["upper", upper(described(share)), { min: 0.1, max: 0.2 }, false],
  ])("%s %#: %j", (_, schema, value, valid) => {
    expect(ajv.validate(schema, value)).toBe(valid);
  });
});

describe("ranges", () => {
  const schema: ThresholdsSchema = {
    type: "object",
    additionalProperties: false,
    properties: {
      share: bound(described(share)),
      entropy: upper(described([0, 0.5])),
      ratio: twoSided(described([0, Number.POSITIVE_INFINITY])),
      names: { description: "Names.", type: "array", default: [] },
    },
  };

  it.each([
    ["share", [0, 1]],
    ["entropy", [0, 0.5]],
    ["ratio", [0, Number.POSITIVE_INFINITY]],
    ["names", unlimited],
    ["nothing", unlimited],
    ["__proto__", unlimited],
    ["constructor", unlimited],
  ])("of %s", (metric, range) => {
    expect(rangeOf(schema, metric)).toEqual(range);
  });

  it.each<[number, Range, boolean]>([
    [0, share, true],
    [1, share, true],
    [1 + 1e-12, share, true],
    [1 + 1e-6, share, false],
    [-1e-6, share, false],
    [Number.NaN, share, false],
    [Number.NaN, unlimited, false],
    [Number.POSITIVE_INFINITY, unlimited, false],
    [Number.NEGATIVE_INFINITY, unlimited, false],
    [-1e300, unlimited, true],
  ])("%d in %j: %s", (value, range, expected) => {
    expect(isInRange(value, range)).toBe(expected);
  });
});

it.each([
  [{}, false],
  [{ min: 0 }, true],
  [{ max: 0 }, true],
  [{ min: 0, max: 1 }, true],
])("a bound %j has a side: %s", (of, expected) => {
  expect(isBounded(of)).toBe(expected);
});
