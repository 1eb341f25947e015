import { InvokeEndpointCommand, type SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import type { Serving } from "../contract/serving";
import { ModelFault, type ServedModel } from "../core/inference-ports";
import { isAwsError } from "./aws-error";
import { answerIn, requestBody } from "./response-template";

/** A model behind an endpoint, asked by the group's request and response templates. */
export function endpointModel(
  runtime: SageMakerRuntimeClient,
  endpointName: string,
  { request, response }: Pick<Serving, "request" | "response">,
): ServedModel {
  return {
    async ask(prompt, sampling) {
      const Body = requestBody(request, prompt, sampling);
      const command = new InvokeEndpointCommand({ EndpointName: endpointName, ContentType: "application/json", Body });
      return answerIn((await invoked(runtime, command)).Body, response);
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
