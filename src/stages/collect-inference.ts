import { parseModelPackageArn } from "../contract/arn";
import type { EvidenceSource } from "../contract/evidence-uri";
import { inferenceKey, refusedKey } from "../contract/names";
import type { CollectArguments } from "../contract/pipeline-parameters";
import type { PinnedPromptSet } from "../contract/prompt-sets";
import type { Serving, SpendingLimits } from "../contract/serving";
import { EvidenceError } from "../core/evidence";
import type { HandedPrompts, ModelServing, ServedModel, SpendingBook, ToxicityScorer } from "../core/inference-ports";
import type { ModelPackage, ModelRegistry, Notices, WriteOnceStore } from "../core/ports";
import type { PromptSet } from "../core/prompt-set";
import { sha256 } from "../core/verdict";
import { askShard } from "./ask-shard";
import { pinnedPromptSets, type ReadPrompts } from "./pinned-prompts";
import { type ModelDataPorts, servableModel } from "./servable-model";
import { allowSpending } from "./spending";

export interface CollectPorts extends ModelDataPorts {
  registry: ModelRegistry;
  prompts: ReadPrompts;
  handed: HandedPrompts;
  /** The verdict bucket. */
  results: WriteOnceStore;
  serving: ModelServing;
  scorer: ToxicityScorer | undefined;
  spending: SpendingBook;
  notices: Notices;
  /** Takes a line of progress. */
  progress(line: string): void;
  now(): Date;
}

export interface CollectSettings {
  groups: Readonly<Record<string, readonly string[]>>;
  sources: readonly EvidenceSource[];
  promptSets: readonly PinnedPromptSet[];
  serving: Readonly<Record<string, Serving>>;
  limits: SpendingLimits;
}

/** A file of prompts that this host was handed. */
interface Shard {
  set: PromptSet;
  file: string;
  bytes: Uint8Array;
  prompts: number;
}

/**
 * Asks exactly the version of the arguments what the pinned prompt sets hold, as far as this host was handed them, and
 * writes what it answers, a file of prompts at a time; what is written already isn't asked again. A version that can't
 * be asked by its own fault leaves the reason, which validate judges.
 * @throws what is a fault of ours: prompts that differ from what is pinned, a limit of spending, an AWS error
 */
export async function collectInference(
  args: CollectArguments,
  ports: CollectPorts,
  settings: CollectSettings,
): Promise<void> {
  const id = parseModelPackageArn(args.ModelPackageArn);
  if (id === undefined || id.group !== args.ModelPackageGroupName) {
    throw new Error(
      `ModelPackageArn: found ${args.ModelPackageArn}, expected a version of ${args.ModelPackageGroupName}`,
    );
  }
  const serving = Object.hasOwn(settings.serving, id.group) ? settings.serving[id.group] : undefined;
  if (serving === undefined) throw new Error(`group ${id.group} isn't configured as one of language models`);
  if ((await ports.results.read(refusedKey(args.ExecutionId))) !== undefined) return;
  const version = await ports.registry.describe(id.arn);
  if (version === undefined) throw new Error(`${id.arn} isn't in the registry`);
  const sets = (await pinnedPromptSets(settings.promptSets, ports.prompts)).map(({ set }) => set);
  const shards = handedShards(sets, ports.handed);
  const left = await unwritten(shards, args.ExecutionId, ports.results);
  ports.progress(`${shards.length} files of prompts, ${shards.length - left.length} of them written already`);
  if (left.length > 0) await askAll(left, sets, version, args, serving, ports, settings);
  if (await allWritten(sets, args.ExecutionId, ports.results)) await ports.serving.end(args.ExecutionId);
}

async function askAll(
  left: readonly Shard[],
  sets: readonly PromptSet[],
  version: ModelPackage,
  { ExecutionId }: CollectArguments,
  serving: Serving,
  ports: CollectPorts,
  settings: CollectSettings,
): Promise<void> {
  await allowSpending(version, sets, serving, ExecutionId, ports, settings.limits);
  const served = await inService(version, ExecutionId, ports, settings);
  if (served === undefined) return;
  for (const [at, shard] of left.entries()) {
    const began = ports.now().getTime();
    const lines = await askShard(shard, version.id.arn, served, serving.concurrency, ports);
    await ports.results.write(inferenceKey(ExecutionId, shard.set.name, shard.file), lines);
    const seconds = Math.round((ports.now().getTime() - began) / 1000);
    ports.progress(
      `${at + 1} of ${left.length}: ${shard.set.name}/${shard.file}, ${shard.prompts} records in ${seconds} s`,
    );
  }
}

/** The model in service; undefined where the version itself is such that it can't be, and the reason is written. */
async function inService(
  version: ModelPackage,
  executionId: string,
  ports: CollectPorts,
  settings: CollectSettings,
): Promise<ServedModel | undefined> {
  try {
    const model = await servableModel(version, ports, settings);
    return await ports.serving.serve(executionId, model);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    const reason = JSON.stringify({ schemaVersion: 1, modelPackageArn: version.id.arn, reason: error.message });
    await ports.results.write(refusedKey(executionId), reason);
    await ports.serving.end(executionId);
    ports.progress(`the version can't be asked: ${error.message}`);
    return undefined;
  }
}

/** What this host was handed, as the pinned manifests list it. */
function handedShards(sets: readonly PromptSet[], handed: HandedPrompts): Shard[] {
  return handed
    .files()
    .filter((name) => !name.endsWith("/manifest.json"))
    .flatMap((name): Shard[] => {
      const [folder = "", file = ""] = name.split("/");
      const set = sets.find((one) => one.name === folder);
      const listed = set?.shards.find((shard) => shard.file === file);
      // Other sets of the bucket aren't asked.
      if (set === undefined) return [];
      const bytes = handed.read(name);
      if (listed === undefined || sha256(bytes) !== listed.sha256) {
        throw new Error(`${name}: not as the manifest of ${folder} lists it; upload the prompt set anew`);
      }
      return [{ set, file, bytes, prompts: listed.prompts }];
    });
}

async function unwritten(
  shards: readonly Shard[],
  executionId: string,
  results: WriteOnceStore,
): Promise<readonly Shard[]> {
  const left: Shard[] = [];
  for (const shard of shards) {
    const written = await results.read(inferenceKey(executionId, shard.set.name, shard.file));
    if (written === undefined) left.push(shard);
  }
  return left;
}

/** Whether all hosts are done. */
async function allWritten(sets: readonly PromptSet[], executionId: string, results: WriteOnceStore): Promise<boolean> {
  for (const { name, shards } of sets) {
    for (const { file } of shards) {
      if ((await results.read(inferenceKey(executionId, name, file))) === undefined) return false;
    }
  }
  return true;
}
