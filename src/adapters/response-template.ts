import { JSONPath } from "jsonpath-plus";
import { PLACEHOLDERS, type Serving } from "../contract/serving";
import { type Answer, ModelFault, type Sampling } from "../core/inference-ports";
import { isObject } from "../core/shape";

type Json = null | boolean | number | string | object | unknown[];

/**
 * The request's body: the template with values for its `$…`. A text that is nothing else becomes the value itself, a
 * number where it is one; within a longer text, such as a chat's markup, the value's text stands.
 */
export function requestBody(template: Serving["request"], prompt: string, sampling: Sampling): string {
  const values: Readonly<Record<string, string | number>> = { prompt, ...sampling };
  const standFor = (placeholder: string) => values[placeholder.slice(1)] ?? placeholder;
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one)]));
    if (typeof value !== "string") return value;
    const [only] = value.match(PLACEHOLDERS) ?? [];
    return only === value ? standFor(only) : value.replace(PLACEHOLDERS, (one) => String(standFor(one)));
  };
  return JSON.stringify(fill(template));
}

/** What a response's body says by the template's paths. @throws ModelFault where it holds no completion */
export function answerIn(
  bytes: Uint8Array | undefined,
  { completion, finishReason, logProbabilities }: Serving["response"],
): Answer {
  const body = jsonOf(bytes);
  const text = at(body, completion);
  if (typeof text !== "string") throw new ModelFault(`the model's response has no text at ${completion}`);
  const reason = finishReason === undefined ? null : at(body, finishReason);
  const logarithms = logProbabilities === undefined ? undefined : all(body, logProbabilities);
  return {
    text,
    finishReason: typeof reason === "string" ? reason : null,
    logProbabilities: logarithms?.every((one) => typeof one === "number") ? logarithms : null,
  };
}

function jsonOf(bytes: Uint8Array | undefined): Json {
  const text = Buffer.from(bytes ?? []).toString();
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelFault(`the model's response is no JSON: ${text.slice(0, 80)}`);
  }
}

/** Matches of a path; expressions in it aren't evaluated. */
function all(json: Json, path: string): unknown[] {
  const found: unknown = JSONPath({ path, json, eval: false, wrap: true });
  return Array.isArray(found) ? found : [];
}

/** The only match, or undefined. */
function at(json: Json, path: string): unknown {
  const found = all(json, path);
  return found.length === 1 ? found[0] : undefined;
}
