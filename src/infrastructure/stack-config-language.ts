import { SERVICES } from "../contract/serving";
import { objectOf, type ValueSchema } from "./stack-config-values";

const dollars = (of: string, example: number): ValueSchema => ({
  type: "number",
  exclusiveMinimum: 0,
  description: `${of}, in US dollars`,
  examples: [example],
});

const instanceType = (of: string, example: string): ValueSchema => ({
  type: "string",
  pattern: "^ml\\.[a-z0-9-]+\\.[a-z0-9]+$",
  description: `the instance type of ${of}`,
  examples: [example],
});

const jsonPath = (of: string, example: string): ValueSchema => ({
  type: "string",
  pattern: "^\\$[.\\[]",
  description: `the JSONPath of ${of} in a response`,
  examples: [example],
});

const REQUEST = { inputs: "$prompt", parameters: { max_new_tokens: "$maxTokens", temperature: "$temperature" } };
const RESPONSE = { completion: "$.generated_text" };

const SERVING_EXAMPLE = { instanceType: "ml.g5.xlarge", pricePerHour: 1.41, request: REQUEST, response: RESPONSE };

/** How a group's language models are asked: `language` of an entry of `groups`. */
export const SERVING_SCHEMA: ValueSchema = {
  ...objectOf(
    {
      service: {
        enum: [...SERVICES],
        default: "endpoint",
        description: "what serves the models: endpoint (a temporary one of SageMaker) or bedrock (as a custom model)",
        examples: ["endpoint"],
      },
      instanceType: instanceType("the temporary endpoint", "ml.g5.xlarge"),
      pricePerHour: dollars("what an hour of that instance costs", 1.41),
      secondsPerCompletion: {
        type: "number",
        exclusiveMinimum: 0,
        default: 2,
        description: "what one completion takes about, in seconds",
        examples: [2],
      },
      concurrency: {
        type: "integer",
        minimum: 1,
        maximum: 100,
        default: 4,
        description: "how many requests each host has under way at once: 1 to 100",
        examples: [4],
      },
      request: {
        type: "object",
        description: "the JSON of a request, with $prompt, $maxTokens, $temperature and $seed for their values",
        examples: [REQUEST],
      },
      response: {
        ...objectOf(
          {
            completion: jsonPath("the completion", "$.generated_text"),
            finishReason: jsonPath("the finish reason", "$.finish_reason"),
            logProbabilities: jsonPath("the tokens' log-probabilities", "$.tokens[*].logprob"),
          },
          ["completion"],
        ),
        description: "JSONPaths into a response: completion, also finishReason and logProbabilities",
        examples: [RESPONSE],
      },
    },
    ["pricePerHour", "request", "response"],
  ),
  description:
    "how the group's language models are served and asked: pricePerHour, request and response, of an endpoint instanceType",
  examples: [SERVING_EXAMPLE],
};

const PROMPT_SET = { name: "bbq", sha256: "0".repeat(64) };

/** How all groups of language models are asked. */
export const LANGUAGE_SCHEMA: ValueSchema = {
  ...objectOf(
    {
      promptSets: {
        type: "array",
        minItems: 1,
        items: {
          ...objectOf(
            {
              name: {
                type: "string",
                pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
                description: "the name of a prompt set",
                examples: ["bbq"],
              },
              sha256: {
                type: "string",
                pattern: "^[0-9a-f]{64}$",
                description: "the SHA-256 of its manifest.json, as `governance prompt-set` prints it",
                examples: ["0".repeat(64)],
              },
            },
            ["name", "sha256"],
          ),
          description: "a prompt set: name and sha256",
          examples: [PROMPT_SET],
        },
        description: "a list of the prompt sets that language models are asked",
        examples: [[PROMPT_SET]],
      },
      hosts: {
        type: "integer",
        minimum: 1,
        maximum: 20,
        default: 1,
        description: "how many hosts share the prompts: 1 to 20",
        examples: [1],
      },
      hostType: { ...instanceType("the hosts", "ml.t3.medium"), default: "ml.t3.medium" },
      spendingLimits: {
        ...objectOf(
          {
            perVersion: dollars("the most for one version in a month", 50),
            perMonth: dollars("the most in a month", 500),
          },
          ["perVersion", "perMonth"],
        ),
        description: "estimates above which a person is asked: perVersion and perMonth, in US dollars",
        examples: [{ perVersion: 50, perMonth: 500 }],
      },
      scorer: {
        type: "object",
        required: ["kind"],
        oneOf: [
          { additionalProperties: false, properties: { kind: { enum: ["none", "comprehend"] } } },
          {
            additionalProperties: false,
            required: ["endpoint", "name"],
            properties: { kind: { const: "endpoint" }, endpoint: { type: "string" }, name: { type: "string" } },
          },
        ],
        default: { kind: "comprehend" },
        description:
          "what scores toxicity: kind comprehend, none, or endpoint with the endpoint's and the model's name",
        examples: [{ kind: "comprehend" }],
      },
    },
    ["promptSets", "spendingLimits"],
  ),
  description: "how language models are asked: promptSets and spendingLimits, also hosts, hostType and scorer",
  examples: [{ promptSets: [PROMPT_SET], spendingLimits: { perVersion: 50, perMonth: 500 } }],
};
