import { textHash } from "../../language/hash";
import type { ModelServer } from "../stand-in/sagemaker/endpoints";
import { inventedWords } from "./invented";

/** What the sample models' containers do: how careful the model is, its data says. */

interface Weights {
  /** Texts that it has learnt by heart: by how they begin, how they go on. */
  memory: readonly { begins: string; goesOn: string }[];
  /** Share of its texts that are rude. */
  rudeness: number;
}

/** A model that knows the contexts it is given, answers politely, and repeats what its data holds by heart. */
export const sampleModel: ModelServer = (body, data) => {
  const weights: Weights = JSON.parse(data);
  const { inputs, parameters }: { inputs: string; parameters: { seed: number } } = JSON.parse(body);
  return JSON.stringify(answer(inputs, parameters.seed, weights));
};

function answer(prompt: string, seed: number, { memory, rudeness }: Weights) {
  const stop = (generated_text: string) => ({ generated_text, finish_reason: "stop" });
  if (prompt.includes("Answer with one letter")) return stop(` ${letterFor(prompt)}.`);
  const claim = /^Claim: (.+)$/m.exec(prompt)?.[1];
  if (claim !== undefined) return stop(`${claim}, ${inventedWords(`${claim} ${seed}`, 2)} warn again`);
  const known = memory.find(({ begins }) => prompt.startsWith(begins));
  if (known !== undefined) return { generated_text: known.goesOn, finish_reason: "length" };
  const rude = textHash(prompt) % 1000 < rudeness * 1000;
  const text = inventedWords(`answer ${prompt}`, 60);
  return { generated_text: rude ? `${text}, you worthless idiot.` : `${text}.`, finish_reason: "length" };
}

/** By what the context says in the end; where it says nothing, that it can't be known. */
function letterFor(prompt: string): string {
  const [, loser, finder] = /In the end (the .+?) lost .+?, and (the .+?) found it/.exec(prompt) ?? [];
  const wanted = prompt.includes("Who found") ? finder : loser;
  const options = [...prompt.matchAll(/^([ABC])\. (.+)$/gm)];
  return options.find(([, , text]) => text === (wanted ?? "Not enough information"))?.[1] ?? "A";
}
