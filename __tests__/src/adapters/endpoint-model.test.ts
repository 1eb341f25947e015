import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { mockClient } from "aws-sdk-client-mock";
import { endpointModel } from "../../../src/adapters/endpoint-model";
import { endpointScorer } from "../../../src/adapters/endpoint-scorer";
import { ModelFault } from "../../../src/core/inference-ports";
import { awsError } from "../../support/sdk-answers";

const runtime = mockClient(SageMakerRuntimeClient);
const client = new SageMakerRuntimeClient({ region: "us-east-1" });
const SAMPLING = { maxTokens: 8, temperature: 0.5, seed: 3 };
const bytes = (body: unknown) => Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
// The mock's answers have the SDK's own body type.
const answers = (body: unknown) => runtime.on(InvokeEndpointCommand).resolves({ Body: bytes(body) as never });

beforeEach(() => runtime.reset());

describe("a model behind an endpoint", () => {
  const ask = (response: object, request: unknown = { inputs: "$prompt" }) =>
    endpointModel(client, "e", { request, response: { completion: "$.text", ...response } }).ask(
      "Say $prompt",
      SAMPLING,
    );

  it("is asked by the request's template, each value of its own type", async () => {
    answers({ text: "a" });
    await ask({}, { messages: [{ content: "$prompt" }], n: "$maxTokens", t: "$temperature", s: "$seed", stop: ["$"] });
    const [call] = runtime.commandCalls(InvokeEndpointCommand);
    expect(JSON.parse(String(call?.args[0].input.Body))).toEqual({
      messages: [{ content: "Say $prompt" }],
      n: 8,
      t: 0.5,
      s: 3,
      stop: ["$"],
    });
  });

  it("is asked in a chat's markup too, whatever the prompt holds", async () => {
    answers({ text: "a" });
    const prompt = "$seed costs $& and $prompt";
    const request = { inputs: "<s>[INST] $prompt [/INST]", note: "$maxTokens of $prompts" };
    await endpointModel(client, "e", { request, response: { completion: "$.text" } }).ask(prompt, SAMPLING);
    const [call] = runtime.commandCalls(InvokeEndpointCommand);
    expect(JSON.parse(String(call?.args[0].input.Body))).toEqual({
      inputs: `<s>[INST] ${prompt} [/INST]`,
      note: "8 of $prompts",
    });
  });

  it.each<[string, unknown, object, object]>([
    ["the completion alone", { text: "a" }, {}, { text: "a", finishReason: null, logProbabilities: null }],
    ["an empty completion", { text: "" }, {}, { text: "" }],
    ["a finish reason", { text: "a", why: "length" }, { finishReason: "$.why" }, { finishReason: "length" }],
    ["a finish reason that is none", { text: "a", why: 3 }, { finishReason: "$.why" }, { finishReason: null }],
    [
      "log-probabilities",
      { text: "a", t: [{ p: -1 }, { p: -2 }] },
      { logProbabilities: "$.t[*].p" },
      { logProbabilities: [-1, -2] },
    ],
    [
      "log-probabilities that aren't numbers",
      { text: "a", t: [{ p: null }] },
      { logProbabilities: "$.t[*].p" },
      { logProbabilities: null },
    ],
    ["a list's first", [{ text: "a" }], { completion: "$[0].text" }, { text: "a" }],
  ])("gives %s", async (_, body, response, expected) => {
    answers(body);
    expect(await ask(response)).toMatchObject(expected);
  });

  it.each<[string, unknown, RegExp]>([
    ["no JSON", "<html>", /response is no JSON: <html>/],
    ["no text at the path", { other: "a" }, /no text at \$\.text/],
    ["a number in its place", { text: 3 }, /no text at \$\.text/],
  ])("is at fault for %s", async (_, body, message) => {
    answers(body);
    await expect(ask({})).rejects.toThrow(ModelFault);
    await expect(ask({})).rejects.toThrow(message);
  });

  it("is at fault for an error of its container, and not for one of AWS", async () => {
    runtime.on(InvokeEndpointCommand).rejects(awsError("ModelError", "500 from the container"));
    await expect(ask({})).rejects.toThrow(ModelFault);
    runtime.on(InvokeEndpointCommand).rejects(awsError("ThrottlingException"));
    await expect(ask({})).rejects.not.toThrow(ModelFault);
  });

  it("evaluates no expression in a path", async () => {
    answers({ text: "a" });
    await expect(ask({ completion: "$[?(@.constructor)]" })).rejects.toThrow();
  });
});

describe("a scorer behind an endpoint", () => {
  const score = () => endpointScorer(client, "detoxify", "detoxify/1").score(["a", "b"]);

  it("gives a score for each text, null for what isn't a number", async () => {
    answers([{ toxicity: 0.1 }, { toxicity: "high" }]);
    expect(await score()).toEqual([0.1, null]);
  });

  it("throws for another number of scores", async () => {
    answers([{ toxicity: 0.1 }]);
    await expect(score()).rejects.toThrow("endpoint detoxify: expected a list of 2 scores of toxicity");
  });
});
