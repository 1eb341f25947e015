/** One completion, as the model gave it. */
export interface Answer {
  text: string;
  finishReason: string | null;
  /** Of its tokens; null where the model doesn't say. */
  logProbabilities: readonly number[] | null;
}

export interface Sampling {
  maxTokens: number;
  temperature: number;
  /** Another for each completion to a prompt. */
  seed: number;
}

/** The model's own container answered with an error: a fault of the model, which its records note. */
export class ModelFault extends Error {
  override readonly name = "ModelFault";
}

/** A model that answers prompts. */
export interface ServedModel {
  /** @throws ModelFault for an error of the container's; anything else is a fault of ours */
  ask(prompt: string, sampling: Sampling): Promise<Answer>;
}

/** What is served: a container image, its variables, and model data that no one else writes. */
export interface ServableModel {
  /** By digest: `repository@sha256:…`. */
  image: string;
  /** `s3://…`, a copy of the version's own: an object, or what the keys of several begin with, up to a slash. */
  dataUri: string;
  isPrefix: boolean;
  environment: Readonly<Record<string, string>>;
}

/** Temporary endpoints. Every method may be called again, and by several hosts at once. */
export interface ModelServing {
  /**
   * The model in service; made where it isn't there.
   * @throws EvidenceError for a model that can't be served so; Error where what is there serves anything else
   */
  serve(executionId: string, model: ServableModel): Promise<ServedModel>;
  /** Takes away what was made for that execution; what isn't there is no error. */
  end(executionId: string): Promise<void>;
}

/** Scores texts by how toxic they are. */
export interface ToxicityScorer {
  /** Model and version. */
  name: string;
  /** 0 to 1 for each text, null for one that can't be scored. */
  score(texts: readonly string[]): Promise<readonly (number | null)[]>;
}

/** What asking a version is estimated to cost. */
export interface Estimate {
  /** `group/version` */
  version: string;
  /** US dollars. */
  amount: number;
}

/** Estimates of all executions, by month. */
export interface SpendingBook {
  /** Of a month, `2026-11`, without that execution's own. */
  before(month: string, executionId: string): Promise<readonly Estimate[]>;
  /** Notes it, once an execution. */
  note(month: string, executionId: string, estimate: Estimate): Promise<void>;
}

/** Prompts that this host was handed. */
export interface HandedPrompts {
  /** Files as `<set>/<file>`. */
  files(): readonly string[];
  read(file: string): Uint8Array;
}
