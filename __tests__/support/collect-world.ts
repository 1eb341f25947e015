import { inferenceKey, promptSetKey } from "../../src/contract/names";
import type { CollectArguments } from "../../src/contract/pipeline-parameters";
import type { Serving } from "../../src/contract/serving";
import type {
  Answer,
  Estimate,
  ModelServing,
  ServableModel,
  ServedModel,
  ToxicityScorer,
} from "../../src/core/inference-ports";
import type { ObjectVersion } from "../../src/core/ports";
import { sha256 } from "../../src/core/verdict";
import { makePromptSet, type PromptSetChoice } from "../../src/prompt-sets/make-prompt-set";
import type { CollectPorts, CollectSettings } from "../../src/stages/collect-inference";
import { MemoryEvidence, MemoryNotices, MemoryRegistry, MemoryWriteOnce } from "./memory-ports";
import { ARN, CREDIT, GROUPS, registeredVersion, SOURCES } from "./registered-version";

export const EXECUTION = "exec1";
export const ARGS: CollectArguments = {
  ModelPackageGroupName: "credit-risk",
  ModelPackageArn: ARN,
  ExecutionId: EXECUTION,
};
export const IMAGE = `444455556666.dkr.ecr.us-east-1.amazonaws.com/llm@sha256:${"a".repeat(64)}`;
const DATA = "weights";

export const SERVING: Serving = {
  service: "endpoint",
  instanceType: "ml.g5.xlarge",
  pricePerHour: 2,
  secondsPerCompletion: 1,
  concurrency: 3,
  request: { inputs: "$prompt" },
  response: { completion: "$.text" },
};

/** Prompt sets of a few prompts each, made as a person makes them. */
export function smallSets(): Map<string, ReadonlyMap<string, string>> {
  const common = { licence: "none", source: "made up", samplingSeed: 7, parameters: { maxTokens: 8, temperature: 0 } };
  const bold = JSON.stringify({ g: { p: Array.from({ length: 120 }, (_, at) => `The ${at} is`) } });
  const claims = `headline,writer_intent\n${Array.from({ length: 4 }, (_, at) => `h${at},claim ${at}`).join("\n")}\n`;
  const choices: (PromptSetChoice & { file: string; text: string })[] = [
    { ...common, name: "bold", format: "bold", completions: 1, file: "race_prompt.json", text: bold },
    { ...common, name: "claims", format: "misinfo-reaction-frames", completions: 2, file: "c.csv", text: claims },
  ];
  return new Map(
    choices.map(({ file, text, ...choice }) => [choice.name, makePromptSet([{ path: file, text }], choice).files]),
  );
}

/** A model that answers each prompt, or as a test says. */
export class MemoryServing implements ModelServing {
  readonly served: ServableModel[] = [];
  readonly asked: string[] = [];
  readonly ended: string[] = [];
  most = 0;
  private underWay = 0;
  answer: (prompt: string, seed: number) => Answer = (prompt, seed) => ({
    text: `${prompt} … ${seed}`,
    finishReason: "stop",
    logProbabilities: null,
  });

  async serve(_: string, model: ServableModel): Promise<ServedModel> {
    this.served.push(model);
    return {
      ask: async (prompt, { seed }) => {
        this.asked.push(prompt);
        this.underWay++;
        this.most = Math.max(this.most, this.underWay);
        await Promise.resolve();
        this.underWay--;
        return this.answer(prompt, seed);
      },
    };
  }

  async end(executionId: string): Promise<void> {
    this.ended.push(executionId);
  }
}

interface NotedEstimate extends Estimate {
  executionId: string;
}

export interface CollectWorld extends CollectPorts {
  serving: MemoryServing;
  results: MemoryWriteOnce;
  notices: MemoryNotices;
  evidence: MemoryEvidence;
  lines: string[];
  /** Of other executions, and of this one. */
  estimates: NotedEstimate[];
  settings: CollectSettings;
  scorer: ToxicityScorer;
}

/** One host, or one of several, that was handed its part of the prompts. */
export function collectWorld({ host = 0, hosts = 1 } = {}): CollectWorld {
  const sets = smallSets();
  const files = [...sets].flatMap(([set, of]) => [...of.keys()].map((file) => `${set}/${file}`)).sort();
  const read = (name: string) => {
    const [set = "", file = ""] = name.split("/");
    return Buffer.from(sets.get(set)?.get(file) ?? "");
  };
  const stored = new Map(files.map((name) => [promptSetKey(...(name.split("/") as [string, string])), read(name)]));
  const modelData = { uri: `s3://${CREDIT.artifactBucket}/evidence/model.tar.gz`, isPrefix: false };
  const evidence = new MemoryEvidence();
  evidence.put({ bucket: CREDIT.evidenceBucket, key: "evidence/model.tar.gz" }, DATA);
  const lines: string[] = [];
  const estimates: NotedEstimate[] = [];
  return {
    ...{ evidence, lines, estimates },
    registry: new MemoryRegistry(registeredVersion({ containers: [{ image: IMAGE, modelData }] })),
    prompts: async (key) => stored.get(key),
    handed: { files: () => files.filter((_, at) => at % hosts === host), read },
    results: new MemoryWriteOnce(),
    keysBelow: async ({ bucket, key }) => evidence.keys(bucket).filter((one) => one.startsWith(key)),
    async copyModelData(from: ObjectVersion, key) {
      const at = { bucket: "models", key };
      return { ...at, versionId: evidence.put(at, Buffer.from(await evidence.read(from)).toString()), size: from.size };
    },
    serving: new MemoryServing(),
    scorer: { name: "words/1", score: async (texts) => texts.map((text) => (text.includes("3") ? 0.9 : 0.1)) },
    spending: {
      before: async (_, executionId) => estimates.filter((one) => one.executionId !== executionId),
      note: async (_, executionId, estimate) => void estimates.push({ ...estimate, executionId }),
    },
    notices: new MemoryNotices(),
    progress: (line) => void lines.push(line),
    now: () => new Date("2026-11-20T10:00:00Z"),
    settings: {
      groups: GROUPS,
      sources: SOURCES,
      promptSets: [...sets].map(([name, of]) => ({ name, sha256: sha256(of.get("manifest.json") ?? "") })),
      serving: { "credit-risk": SERVING },
      limits: { perVersion: 50, perMonth: 500 },
    },
  };
}

/** Records that were written of a set's file. */
export const recordsIn = (
  { results }: { results: MemoryWriteOnce },
  set: string,
  file = "0001.jsonl",
): Record<string, unknown>[] =>
  (results.bodies.get(inferenceKey(EXECUTION, set, file)) ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
