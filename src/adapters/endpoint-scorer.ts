import { InvokeEndpointCommand, type SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import type { ToxicityScorer } from "../core/inference-ports";
import { isObject } from "../core/shape";

/**
 * An endpoint with a Detoxify-like model: it takes `{"inputs": [texts]}` and answers a list with a toxicity for each,
 * `[{"toxicity": 0.01, …}, …]`.
 */
export function endpointScorer(runtime: SageMakerRuntimeClient, endpointName: string, name: string): ToxicityScorer {
  return {
    name,
    async score(texts) {
      const Body = JSON.stringify({ inputs: texts });
      const { Body: answer } = await runtime.send(
        new InvokeEndpointCommand({ EndpointName: endpointName, ContentType: "application/json", Body }),
      );
      const scores: unknown = JSON.parse(Buffer.from(answer ?? []).toString());
      if (!Array.isArray(scores) || scores.length !== texts.length) {
        throw new Error(`endpoint ${endpointName}: expected a list of ${texts.length} scores of toxicity`);
      }
      return scores.map((one) => (isObject(one) && typeof one.toxicity === "number" ? one.toxicity : null));
    },
  };
}
