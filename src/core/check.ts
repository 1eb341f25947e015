import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import {
  type Bound,
  type Evidence,
  type EvidenceContent,
  type EvidenceKind,
  LANGUAGE_KINDS,
  type LanguageKind,
  type Range,
} from "./evidence";
import type { Measurement } from "./finding";
import type { Tally } from "./tally";

interface BoundDescription {
  /** The organisation's starting point; `{}` where no bound fits every model. */
  default: Bound;
  range: Range;
  /** One sentence: what it is, in what unit. */
  description: string;
}

const end = (range: Range) => ({
  type: "number" as const,
  ...(Number.isFinite(range[0]) ? { minimum: range[0] } : {}),
  ...(Number.isFinite(range[1]) ? { maximum: range[1] } : {}),
});

/** Says also of a range without an end that it was thought of. */
const rangeText = ([lowest, highest]: Range) => `Values from ${lowest} to ${highest}.`;

/** Threshold of a metric that is good in one direction: `min`, `max`, both, or `{}` for none. */
export function bound({ default: byDefault, range, description }: BoundDescription) {
  return {
    type: "object",
    description,
    $comment: rangeText(range),
    default: byDefault,
    additionalProperties: false,
    properties: { min: end(range), max: end(range) },
  } as const;
}

/** Threshold of a metric that is bad on both sides of its ideal: both `min` and `max`, or `{}` for none. */
export function twoSided(description: BoundDescription) {
  return { ...bound(description), dependentRequired: { min: ["max"], max: ["min"] } } as const;
}

/** Threshold of a metric that is bad above only: `max`, or `{}` for none. */
export function upper({ default: byDefault, range, description }: BoundDescription) {
  return {
    type: "object",
    description,
    $comment: rangeText(range),
    default: byDefault,
    additionalProperties: false,
    properties: { max: end(range) },
  } as const;
}

interface EndSchema {
  readonly type: "number";
  readonly minimum?: number;
  readonly maximum?: number;
}

/** JSON Schema of one threshold. */
export interface ThresholdSchema {
  /** One sentence: what it bounds, in what unit. */
  readonly description: string;
  /** What holds where no policy file says otherwise; `{}` bounds nothing. */
  readonly default?: unknown;
  /** `min` and `max` of a bound; absent for other thresholds (lists, names). */
  readonly properties?: { readonly min?: EndSchema; readonly max: EndSchema };
  /** Other keywords, of thresholds that are no bounds. */
  readonly [keyword: string]: unknown;
}

/** JSON Schema of one check's thresholds, each with a description and a default. */
export interface ThresholdsSchema {
  readonly type: "object";
  readonly additionalProperties: false;
  readonly properties: Readonly<Record<string, ThresholdSchema & { readonly default: unknown }>>;
  /** For names that only a report knows, such as a script's own metrics. */
  readonly patternProperties?: Readonly<Record<string, ThresholdSchema>>;
}

/** The thresholds' type, made from their schema. */
export type ThresholdsOf<Schema extends ThresholdsSchema> = {
  readonly [Name in keyof Schema["properties"]]: Schema["properties"][Name] extends { properties: { max: unknown } }
    ? Bound
    : Schema["properties"][Name] extends infer Other extends JSONSchema
      ? FromSchema<Other>
      : never;
};

/** A check's effective thresholds, by name, after the schema validated them. */
export type Thresholds = Readonly<Record<string, unknown>>;

/** A check as the judge sees it. */
export interface Check {
  /** Its folder, and its key in a policy. */
  readonly id: string;
  readonly title: string;
  readonly requires: EvidenceKind;
  readonly thresholds: ThresholdsSchema;
  /** Of a check of language models: what evaluates the records of an inference run. */
  readonly tally?: () => Tally;
  /** Pure. An exception is a bug of ours, not a finding. */
  measure(evidence: Extract<Evidence, { content: unknown }>, thresholds: Thresholds): Measurement[];
}

/**
 * Makes a check of its parts. `requires` gives `measure` its evidence's type, the schema that of its thresholds.
 * `measure` returns every bounded metric it looked for, with an absent value where the evidence has none.
 */
export function defineCheck<Kind extends EvidenceKind, const Schema extends ThresholdsSchema>(check: {
  id: string;
  title: string;
  requires: Kind;
  thresholds: Schema;
  tally?: () => Tally;
  measure(content: EvidenceContent[Kind], thresholds: ThresholdsOf<Schema>): Measurement[];
}): Check {
  return {
    ...check,
    measure(evidence, thresholds) {
      if (evidence.kind !== check.requires) throw new Error(`check ${check.id} was handed ${evidence.kind} evidence`);
      // The kind was compared, and the policy's parser validated the thresholds with this very schema.
      return check.measure(evidence.content as EvidenceContent[Kind], thresholds as ThresholdsOf<Schema>);
    },
  };
}

/** What evaluates records of language models, by the kind that a check requires. */
export const talliesOf = (checks: readonly Check[]): ReadonlyMap<LanguageKind, () => Tally> =>
  new Map(
    checks.flatMap(({ requires, tally }) => {
      const kind = LANGUAGE_KINDS.find((one) => one === requires);
      return kind === undefined || tally === undefined ? [] : [[kind, tally] as const];
    }),
  );

/** Whether a bound has a side; one without isn't measured. */
export const isBounded = ({ min, max }: Bound): boolean => min !== undefined || max !== undefined;

/** Shares and differences are sums of floats: they may leave their range by rounding. */
const ROUNDING = 1e-9;

/** Whether a value is one that the metric can have: finite, and inside of the range. */
export const isInRange = (value: number, [lowest, highest]: Range): boolean =>
  Number.isFinite(value) && value >= lowest - ROUNDING && value <= highest + ROUNDING;

/** The range that a threshold's schema declares, for values that are out of this world. */
export function rangeOf(schema: ThresholdsSchema, metric: string): Range {
  const declared = schema.properties[metric]?.properties?.max;
  return [declared?.minimum ?? Number.NEGATIVE_INFINITY, declared?.maximum ?? Number.POSITIVE_INFINITY];
}
