import { type BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import type { Serving } from "../contract/serving";
import { ModelFault, type ServedModel } from "../core/inference-ports";
import { isAwsError } from "./aws-error";
import { answerIn, requestBody } from "./response-template";

/** A model that isn't used is unloaded, and loading a large one takes minutes. */
const LOADING = { every: 15_000, times: 40 };

/**
 * An imported model of Amazon Bedrock, asked by the group's request and response templates.
 * @param wait between two tries while Bedrock loads it
 */
export function bedrockModel(
  runtime: BedrockRuntimeClient,
  modelId: string,
  { request, response }: Pick<Serving, "request" | "response">,
  wait: (milliseconds: number) => Promise<void>,
): ServedModel {
  return {
    async ask(prompt, sampling) {
      const body = requestBody(request, prompt, sampling);
      const command = new InvokeModelCommand({
        modelId,
        contentType: "application/json",
        accept: "application/json",
        body,
      });
      return answerIn((await invoked(runtime, command, wait)).body, response);
    },
  };
}

async function invoked(
  runtime: BedrockRuntimeClient,
  command: InvokeModelCommand,
  wait: (milliseconds: number) => Promise<void>,
) {
  for (let time = 0; ; time++) {
    try {
      return await runtime.send(command);
    } catch (error) {
      if (isAwsError(error, "ModelErrorException"))
        throw new ModelFault(`the model answered with an error: ${String(error)}`);
      if (!isAwsError(error, "ModelNotReadyException") || time === LOADING.times) throw error;
      await wait(LOADING.every);
    }
  }
}
