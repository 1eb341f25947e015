import type { EstimatedFigure, Figure, LanguageEvaluation, LanguageKind, ModelQuality } from "../../core/evidence";

/** What evaluations of a language model say: by the kinds that have a check, and other tasks as model quality. */
export interface Results {
  language: ReadonlyMap<LanguageKind, LanguageEvaluation>;
  /** Metrics by `<implementation>.<task>.<metric>`; undefined where there is none of another task. */
  quality?: ModelQuality;
}

/** Collects figures of one result as they are read. */
export class ResultsOf {
  private readonly kinds = new Map<
    LanguageKind,
    { metrics: Map<string, EstimatedFigure>; categories: Map<string, Map<string, EstimatedFigure>> }
  >();
  private readonly others = new Map<string, EstimatedFigure>();
  /** Records behind figures of other tasks, where the result counts them. */
  rows: Figure | undefined;

  /** A figure of a check's kind, of one category or of all records. A name that comes again has no value. */
  add(kind: LanguageKind, metric: string, figure: EstimatedFigure, category?: string): void {
    const evaluation = this.kinds.get(kind) ?? { metrics: new Map(), categories: new Map() };
    this.kinds.set(kind, evaluation);
    put(category === undefined ? evaluation.metrics : figuresOf(evaluation.categories, category), metric, figure);
  }

  /** A figure of a task that no check of language models is about. */
  addOther(metric: string, figure: EstimatedFigure): void {
    put(this.others, metric, figure);
  }

  results(): Results {
    return {
      language: this.kinds,
      ...(this.others.size > 0 && {
        quality: { problemType: "unstated", metrics: this.others, ...(this.rows && { rows: this.rows }) },
      }),
    };
  }
}

function figuresOf(
  categories: Map<string, Map<string, EstimatedFigure>>,
  category: string,
): Map<string, EstimatedFigure> {
  const figures = categories.get(category) ?? new Map<string, EstimatedFigure>();
  categories.set(category, figures);
  return figures;
}

function put(figures: Map<string, EstimatedFigure>, name: string, figure: EstimatedFigure): void {
  figures.set(
    name,
    figures.has(name) ? { value: null, problem: "stands twice: the result has several of this name" } : figure,
  );
}
