/** Who serves a model: a temporary SageMaker endpoint, or Amazon Bedrock as a custom model. */
export const SERVICES = ["endpoint", "bedrock"] as const;

/** How a language model is served for a time, and asked. Money is in US dollars. */
export interface Serving {
  service: (typeof SERVICES)[number];
  /** Of the endpoint: `ml.g5.xlarge`. */
  instanceType?: string;
  /** What an hour of it costs, as the price list says (of Bedrock's model units together): estimates are made by it. */
  pricePerHour: number;
  /** What one completion takes, about. */
  secondsPerCompletion: number;
  /** Requests under way at once, from each host. */
  concurrency: number;
  /** JSON body of a request, in whose texts `$prompt`, `$maxTokens`, `$temperature` and `$seed` stand for those values. */
  request: unknown;
  /** JSONPaths in the response's JSON body. */
  response: {
    completion: string;
    finishReason?: string;
    /** Of the completion's tokens, natural logarithms. */
    logProbabilities?: string;
  };
}

/** What stands for values in the texts of a request. */
export const PLACEHOLDERS = /\$(?:prompt|maxTokens|temperature|seed)\b/g;

/** Whether a request has the prompt somewhere: one without asks the same of every prompt. */
export function namesPrompt(request: unknown): boolean {
  if (typeof request === "string") return request.match(PLACEHOLDERS)?.includes("$prompt") ?? false;
  return typeof request === "object" && request !== null && Object.values(request).some(namesPrompt);
}

/** Estimated cost above which a person is asked, in US dollars. */
export interface SpendingLimits {
  /** Of one version in a month. */
  perVersion: number;
  /** Of all versions in a month. */
  perMonth: number;
}

/** What scores toxicity: Amazon Comprehend, an endpoint with a Detoxify-like model, or nothing. */
export type ScorerChoice =
  | { kind: "none" }
  | { kind: "comprehend" }
  /** @property name of the model and its version, as records have it */
  | { kind: "endpoint"; endpoint: string; name: string };
