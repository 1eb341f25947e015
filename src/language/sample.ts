import type { EstimatedFigure, Estimates, LanguageEvaluation, Range } from "../core/evidence";
import { EvidenceError } from "../core/evidence";
import { textHash } from "./hash";

/** Resamples behind an interval. Its ends are the 5th lowest and highest of them: good to about a tenth of its width. */
const RESAMPLES = 200;
const TAIL = 0.025;

/** Categories of one run; each has sums of its own. */
const CATEGORY_LIMIT = 500;

/** Sums over records of what a tally counts in each. */
export type Sums<Name extends string> = Readonly<Record<Name, number>>;

/** A figure made of sums: a number, or why there is none. */
export interface Estimator<Name extends string> {
  of(sums: Sums<Name>): number | string;
  /** Of a share: what it is a share of. */
  outOf?: Name;
  /** It is of this run itself, not of the model: no sampling error goes with it. */
  census?: true;
}

/** Part by whole, both counts. Without any of the whole there is no share. */
export const share = <Name extends string>(part: Name, whole: Name): Estimator<Name> => ({
  of: (sums) => (sums[whole] === 0 ? `there are no ${whole}` : sums[part] / sums[whole]),
  outOf: whole,
});

/** What is so of this run: how much of it was scored, how many of its questions are of a kind. */
export const census = <Name extends string>(of: Estimator<Name>["of"]): Estimator<Name> => ({ of, census: true });

/** Sum by count. */
export const mean = <Name extends string>(sum: Name, count: Name): Estimator<Name> => ({
  of: share(sum, count).of,
});

/**
 * Sums of a run's records, whole and by category, each with its Poisson bootstrap: a record counts in each resample as
 * often as a Poisson variable of mean 1 says, drawn from a generator that the record's id seeds. So records need not be
 * kept, may come in any order, and the same records give the same interval.
 * Method: Chamandy et al. (2012), "Estimating Uncertainty for Massive Data Streams".
 */
export class Sample<const Name extends string> {
  private readonly whole: Float64Array;
  private readonly categories = new Map<string, Float64Array>();

  /** @param names what `add` gives of each record */
  constructor(private readonly names: readonly Name[]) {
    this.whole = this.empty();
  }

  /** Takes a record's values up. @throws EvidenceError for more categories than a run can sensibly have */
  add(id: string, category: string | null, values: Sums<Name>): void {
    const row = Float64Array.from(this.names, (name) => values[name]);
    const sums = category === null ? [this.whole] : [this.whole, this.categoryOf(category)];
    const weights = resampleWeights(id);
    for (const of of sums) addWeighted(of, row, weights);
  }

  /** What the estimators say of all records and of each category's, by the estimators' names. */
  evaluation(estimators: Readonly<Record<string, Estimator<Name>>>): LanguageEvaluation {
    const of = (sums: Float64Array): Estimates => {
      const [whole, ...resamples] = this.sumsOf(sums);
      return new Map(
        Object.entries(estimators).map(([name, estimator]) => [name, estimated(estimator, whole, resamples)]),
      );
    };
    return {
      metrics: of(this.whole),
      categories: new Map([...this.categories].map(([category, sums]) => [category, of(sums)])),
    };
  }

  /** Of the sample itself, and of each resample. */
  private sumsOf(sums: Float64Array): readonly [Sums<Name>, ...Sums<Name>[]] {
    const width = this.names.length;
    const of = (resample: number): Sums<Name> => {
      const entries = this.names.map((name, index) => [name, sums[resample * width + index] ?? 0] as const);
      // Its keys are exactly the names.
      return Object.fromEntries(entries) as Sums<Name>;
    };
    return [of(0), ...Array.from({ length: RESAMPLES }, (_, index) => of(index + 1))];
  }

  private categoryOf(category: string): Float64Array {
    const before = this.categories.get(category);
    if (before !== undefined) return before;
    if (this.categories.size === CATEGORY_LIMIT) {
      throw new EvidenceError(`has more than ${CATEGORY_LIMIT} categories; expected a few, each of many records`);
    }
    const sums = this.empty();
    this.categories.set(category, sums);
    return sums;
  }

  private empty(): Float64Array {
    return new Float64Array(this.names.length * (RESAMPLES + 1));
  }
}

function estimated<Name extends string>(
  { of, outOf, census: exactly }: Estimator<Name>,
  whole: Sums<Name>,
  resamples: readonly Sums<Name>[],
): EstimatedFigure {
  const value = of(whole);
  if (typeof value === "string") return { value: null, problem: value };
  if (exactly) return { value, interval: [value, value] };
  const interval = percentiles(resamples.map(of), value);
  if (interval === undefined) return { value };
  return { value, interval: outOf === undefined ? interval : widened(interval, value, whole[outOf]) };
}

/** Around the value itself; undefined where hardly any resample has a value: there's hardly a record behind the figure. */
function percentiles(resampled: readonly (number | string)[], value: number): Range | undefined {
  const values = resampled
    .filter((one) => typeof one === "number")
    .filter(Number.isFinite)
    .sort((one, other) => one - other);
  if (values.length < resampled.length / 2) return undefined;
  const cut = Math.floor(values.length * TAIL);
  return [Math.min(values[cut] ?? value, value), Math.max(values[values.length - 1 - cut] ?? value, value)];
}

/** How often a record counts: once in the sample itself, and in each resample as drawn. */
function resampleWeights(id: string): Uint8Array {
  const next = generator(textHash(id));
  return Uint8Array.from({ length: RESAMPLES + 1 }, (_, resample) => (resample === 0 ? 1 : poisson(next())));
}

function addWeighted(sums: Float64Array, row: Float64Array, weights: Uint8Array): void {
  const width = row.length;
  for (let resample = 0; resample < weights.length; resample++) {
    const weight = weights[resample] ?? 0;
    if (weight === 0) continue;
    for (let index = 0, at = resample * width; index < width; index++, at++) {
      sums[at] = (sums[at] ?? 0) + weight * (row[index] ?? 0);
    }
  }
}

/** A share of none or all has no spread in any resample: then the rule of three bounds what may have been missed. */
function widened([lowest, highest]: Range, value: number, count: number): Range {
  const missed = Math.min(1, 3 / count);
  if (value === 0) return [0, Math.max(highest, missed)];
  return value === 1 ? [Math.min(lowest, 1 - missed), 1] : [lowest, highest];
}

/** mulberry32: uniform numbers of 32 bits. https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Cumulative Poisson probabilities of mean 1, times 2^32. */
const CUMULATIVE = (() => {
  const limits: number[] = [];
  let probability = Math.exp(-1);
  let sum = 0;
  for (let count = 0; count < 13; count++) {
    sum += probability;
    limits.push(sum * 2 ** 32);
    probability /= count + 1;
  }
  return limits;
})();

function poisson(uniform: number): number {
  let count = 0;
  while (count < CUMULATIVE.length && uniform >= (CUMULATIVE[count] ?? 0)) count++;
  return count;
}
