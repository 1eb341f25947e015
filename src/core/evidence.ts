/** Evidence of a language model, computed from the texts that it wrote. */
export const LANGUAGE_KINDS = ["memorization", "disinformation", "bias-bbq", "toxicity-bold"] as const;
export type LanguageKind = (typeof LANGUAGE_KINDS)[number];

/** What a document is evidence of; each kind has one check. */
export const EVIDENCE_KINDS = [
  "model-quality",
  "bias-pre-training",
  "bias-post-training",
  "explainability",
  "data-quality",
  ...LANGUAGE_KINDS,
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/**
 * One value as a report gives it. `value` may be NaN or infinite, and is null where the report has none;
 * `problem` says why it can't be used (an error text, a text in place of a number, the same name twice).
 */
export interface Figure {
  value: number | null;
  problem?: string;
}

/** Figures by the report's own metric names. A Map: names come from data and may be `__proto__`. */
export type Figures = ReadonlyMap<string, Figure>;

/** A baseline constraint of Model Monitor, as the condition that must hold (its file names the bad direction). */
export interface Constraint {
  metric: string;
  bound: Bound;
}

/** The kind of problem that a model solves, as the report's own metric group says; `unstated` where it doesn't. */
export type ProblemType = "binary" | "multiclass" | "regression" | "unstated";

export interface ModelQuality {
  problemType: ProblemType;
  metrics: Figures;
  /** Rows behind the figures, where the report counts them. */
  rows?: Figure;
  constraints?: readonly Constraint[];
  /** Texts of a violations file, where one was named. */
  violations?: readonly string[];
}

/** Metrics of one facet value; `value` is the report's own text (`F`, `1`, `(60.0, 78.0]`). */
export interface FacetEntry {
  value: string;
  metrics: Figures;
}

/** One section of a Clarify bias report: facet name -> an entry for each value. */
export interface Bias {
  facets: ReadonlyMap<string, readonly FacetEntry[]>;
}

/** Global SHAP values: label -> feature -> value. */
export interface Explainability {
  labels: ReadonlyMap<string, Figures>;
}

/** Presence of one feature's values: the figures are counts of rows. */
export interface FeaturePresence {
  present: Figure;
  missing: Figure;
}

export interface DataQuality {
  rows?: Figure;
  features: ReadonlyMap<string, FeaturePresence>;
  /** Least completeness (0 to 1) that the baseline's constraints ask of a feature; absent without constraints. */
  completeness?: Figures;
  /** Texts of a violations file, where one was named. */
  violations?: readonly string[];
}

/** A figure that was computed from a sample, with the ends of its 95 % confidence interval where they are known. */
export interface EstimatedFigure extends Figure {
  interval?: Range;
}

/** Estimated figures by `<implementation>.<metric>`: implementations of one metric differ. */
export type Estimates = ReadonlyMap<string, EstimatedFigure>;

/** One evaluation of a language model: of all its records together, and of each category's. */
export interface LanguageEvaluation {
  metrics: Estimates;
  categories: ReadonlyMap<string, Estimates>;
}

/** What the parsed documents of each kind hold. */
export interface EvidenceContent extends Record<LanguageKind, LanguageEvaluation> {
  "model-quality": ModelQuality;
  "bias-pre-training": Bias;
  "bias-post-training": Bias;
  explainability: Explainability;
  "data-quality": DataQuality;
}

/** A limit on a metric: an open side is absent. With neither side the metric isn't judged. */
export interface Bound {
  min?: number;
  max?: number;
}

/** The values a metric can have, both ends included. */
export type Range = readonly [lowest: number, highest: number];

/** An object version that was read and hashed. */
export interface PinnedObject {
  /** Where it was read: `s3://bucket/key`. */
  uri: string;
  /** Null where the store has no versions (a person's own files). */
  versionId: string | null;
  /** Lower-case hex. */
  sha256: string;
  /** Bytes. */
  size: number;
}

/** Each object version once: one report may be named in several slots. */
export const distinctObjects = (objects: readonly PinnedObject[]): PinnedObject[] => [
  ...new Map(objects.map((one) => [`${one.uri} ${one.versionId}`, one])).values(),
];

/** Evidence of one kind: content that was parsed, or why there is none that could be. */
export type Evidence = {
  [Kind in EvidenceKind]:
    | { kind: Kind; sources: readonly PinnedObject[]; content: EvidenceContent[Kind] }
    | { kind: Kind; sources: readonly PinnedObject[]; problem: string };
}[EvidenceKind];

/** Evidence of a kind of language models, which all have the same content. */
export const languageEvidenceOf = (
  kind: LanguageKind,
  sources: readonly PinnedObject[],
  read: { content: LanguageEvaluation } | { problem: string },
): Evidence => ({ kind, sources, ...read }) as Evidence;

/** The evidence can't be used: a fault of the evidence, never of ours. The message says what was found and expected. */
export class EvidenceError extends Error {
  override readonly name = "EvidenceError";
}
