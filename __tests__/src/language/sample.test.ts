import fc from "fast-check";
import { census, mean, Sample, share } from "../../../src/language/sample";

const NAMES = ["events", "records"] as const;
const estimators = { rate: share<(typeof NAMES)[number]>("events", "records") };

/** The share of ids for which it happened. */
function rateOf(records: readonly { id: string; happened: boolean }[], category: string | null = null) {
  const sample = new Sample(NAMES);
  for (const { id, happened } of records) sample.add(id, category, { events: happened ? 1 : 0, records: 1 });
  return sample.evaluation(estimators);
}
const records = (count: number, events: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `r${at}`, happened: at < events }));

describe("a share", () => {
  it("has an interval around it that narrows with the sample as theory says", () => {
    for (const [count, events] of [
      [100, 20],
      [400, 80],
      [1600, 320],
    ] as const) {
      const { value, interval: [low, high] = [0, 0] } = rateOf(records(count, events)).metrics.get("rate") ?? {
        value: null,
      };
      expect(value).toBe(0.2);
      const half = 1.96 * Math.sqrt((0.2 * 0.8) / count);
      expect(high - low).toBeGreaterThan(half);
      expect(high - low).toBeLessThan(3 * half);
      expect(low < 0.2 && high > 0.2).toBe(true);
    }
  });

  it.each([
    ["none", 300, 0, [0, 0.01]],
    ["all", 300, 300, [0.99, 1]],
    ["none of two", 2, 0, [0, 1]],
  ] as const)("of %s has the rule of three's end", (_, count, events, interval) => {
    expect(rateOf(records(count, events)).metrics.get("rate")?.interval).toEqual(interval);
  });

  it("has no value without records, and says so", () => {
    expect(rateOf([]).metrics.get("rate")).toEqual({ value: null, problem: "there are no records" });
  });

  it("is the same whatever the order of the records", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ id: fc.string(), happened: fc.boolean() }), { selector: ({ id }) => id }),
        (some) => {
          expect(rateOf([...some].reverse())).toEqual(rateOf(some));
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is always inside of its interval, and that inside of 0 to 1", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(60), (count, events) => {
        const { value, interval: [low, high] = [Number.NaN, Number.NaN] } = rateOf(records(count, events)).metrics.get(
          "rate",
        ) ?? { value: null };
        expect(low <= Number(value) && Number(value) <= high && low >= 0 && high <= 1).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("is of each category too", () => {
    expect(rateOf(records(10, 5), "Age").categories.get("Age")?.get("rate")?.value).toBe(0.5);
  });
});

it("what is so of the run itself has no sampling error", () => {
  const sample = new Sample(NAMES);
  for (const { id } of records(10, 0)) sample.add(id, null, { events: 2, records: 1 });
  const { metrics } = sample.evaluation({ counted: census((sums) => sums.events), average: mean("events", "records") });
  expect(metrics.get("counted")).toEqual({ value: 20, interval: [20, 20] });
  expect(metrics.get("average")?.value).toBe(2);
});

it("refuses more categories than a run can sensibly have", () => {
  const sample = new Sample(NAMES);
  const add = () => {
    for (let at = 0; at <= 500; at++) sample.add(`r${at}`, `c${at}`, { events: 0, records: 1 });
  };
  expect(add).toThrow("has more than 500 categories");
});
