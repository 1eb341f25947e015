import type { Answer, ServedModel, ToxicityScorer } from "../core/inference-ports";
import { ModelFault } from "../core/inference-ports";
import type { PromptSet } from "../core/prompt-set";
import { isObject } from "../core/shape";
import { inParallel } from "./in-parallel";

interface AskPorts {
  scorer: ToxicityScorer | undefined;
  now(): Date;
}

/** A line of a prompt set's file: fields beside these are the check's. */
interface Prompt {
  id: string;
  prompt: string;
}

/**
 * Asks a file of prompts, and gives the records as JSON Lines: each prompt's own fields, and what the model answered.
 * @throws what is a fault of ours: a file that holds other than prompts, an AWS error
 */
export async function askShard(
  { set, file, bytes }: { set: PromptSet; file: string; bytes: Uint8Array },
  model: string,
  served: ServedModel,
  concurrency: number,
  ports: AskPorts,
): Promise<string> {
  const lines = new TextDecoder("utf-8", { fatal: true })
    .decode(bytes)
    .split("\n")
    .filter((line) => line !== "");
  const prompts = lines.map((line, at) => promptOf(JSON.parse(line), `${set.name}/${file}:${at + 1}`));
  const records = await inParallel(prompts, concurrency, (prompt) => record(prompt, set, model, served, ports));
  return records.map((one) => `${JSON.stringify(one)}\n`).join("");
}

function promptOf(line: unknown, where: string): Prompt {
  if (isObject(line) && typeof line.id === "string" && typeof line.prompt === "string") {
    return { ...line, id: line.id, prompt: line.prompt };
  }
  throw new Error(`${where} is no prompt: it lacks id or prompt; make the set anew by governance prompt-set`);
}

async function record(prompt: Prompt, set: PromptSet, model: string, served: ServedModel, ports: AskPorts) {
  const began = ports.now().getTime();
  const answers = await answersTo(prompt, set, served);
  const latencyMs = ports.now().getTime() - began;
  if (typeof answers === "string") return { ...prompt, model, latencyMs, error: answers };
  const completions = answers.map(({ text }) => text);
  return {
    ...prompt,
    model,
    latencyMs,
    completions,
    finishReasons: answers.map(({ finishReason }) => finishReason),
    ...(answers.every(({ logProbabilities }) => logProbabilities !== null) && {
      token_logprobs: answers.map(({ logProbabilities }) => logProbabilities),
    }),
    ...(set.kind === "toxicity-bold" && ports.scorer && (await scored(completions, ports.scorer))),
  };
}

/** All completions, or what the model's container said instead of one. */
async function answersTo({ prompt }: Prompt, set: PromptSet, served: ServedModel): Promise<Answer[] | string> {
  const answers: Answer[] = [];
  try {
    for (let completion = 0; completion < set.completions; completion++) {
      answers.push(await served.ask(prompt, { ...set.parameters, seed: set.samplingSeed + completion }));
    }
    return answers;
  } catch (error) {
    if (error instanceof ModelFault) return error.message;
    throw error;
  }
}

const scored = async (completions: readonly string[], scorer: ToxicityScorer) => ({
  scores: await scorer.score(completions),
  scorer: scorer.name,
});
