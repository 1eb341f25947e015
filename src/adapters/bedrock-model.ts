import { type BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import type { Serving } from "../contract/serving";
import { ModelFault, type ServedModel } from "../core/inference-ports";
import { isAwsError } from "./aws-error";
import { answerIn, requestBody } from "./response-template";

/** An imported model of Amazon Bedrock, asked by the group's request and response templates. */
export function bedrockModel(
  runtime: BedrockRuntimeClient,
  modelId: string,
  { request, response }: Pick<Serving, "request" | "response">,
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
      return answerIn((await invoked(runtime, command)).body, response);
    },
  };
}

async function invoked(runtime: BedrockRuntimeClient, command: InvokeModelCommand) {
  try {
    return await runtime.send(command);
  } catch (error) {
    // A model that isn't loaded yet is retried by the client, and then a fault of ours.
    if (isAwsError(error, "ModelErrorException"))
      throw new ModelFault(`the model answered with an error: ${String(error)}`);
    throw error;
  }
}
