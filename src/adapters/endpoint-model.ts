import { InvokeEndpointCommand, type SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { JSONPath } from "jsonpath-plus";
import type { Serving } from "../contract/serving";
import { type Answer, ModelFault, type Sampling, type ServedModel } from "../core/inference-ports";
import { isObject } from "../core/shape";
import { isAwsError } from "./aws-error";

type Json = null | boolean | number | string | object | unknown[];

/** A model behind an endpoint, asked by the group's request and response templates. */
export function endpointModel(
  runtime: SageMakerRuntimeClient,
  endpointName: string,
  { request, response }: Pick<Serving, "request" | "response">,
): ServedModel {
  return {
    async ask(prompt, sampling) {
      const Body = JSON.stringify(filled(request, prompt, sampling));
      const command = new InvokeEndpointCommand({ EndpointName: endpointName, ContentType: "application/json", Body });
      return answerOf(bodyOf((await invoked(runtime, command)).Body), response);
    },
  };
}

async function invoked(runtime: SageMakerRuntimeClient, command: InvokeEndpointCommand) {
  try {
    return await runtime.send(command);
  } catch (error) {
    // The container's own answer; what SageMaker itself refuses or can't do is thrown on.
    if (isAwsError(error, "ModelError"))
      throw new ModelFault(`the model's container answered with an error: ${String(error)}`);
    throw error;
  }
}

/** The template with its `$…` texts replaced by values of their own type. */
function filled(template: unknown, prompt: string, { maxTokens, temperature, seed }: Sampling): unknown {
  const values = new Map<unknown, unknown>([
    ["$prompt", prompt],
    ["$maxTokens", maxTokens],
    ["$temperature", temperature],
    ["$seed", seed],
  ]);
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one)]));
    return values.has(value) ? values.get(value) : value;
  };
  return fill(template);
}

function bodyOf(bytes: Uint8Array | undefined): Json {
  const text = Buffer.from(bytes ?? []).toString();
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelFault(`the model's response is no JSON: ${text.slice(0, 80)}`);
  }
}

function answerOf(body: Json, { completion, finishReason, logProbabilities }: Serving["response"]): Answer {
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
