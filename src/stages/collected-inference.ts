import { inferenceKey, refusedKey } from "../contract/names";
import { type Evidence, type LanguageKind, languageEvidenceOf, type PinnedObject } from "../core/evidence";
import type { WriteOnceStore } from "../core/ports";
import type { PromptSet } from "../core/prompt-set";
import { promptsOf } from "../core/prompt-set-file";
import type { Tally } from "../core/tally";
import { sha256 } from "../core/verdict";
import { evaluateRecords } from "../language/evaluate-records";
import { parseInferenceRecord } from "../language/inference-record";
import type { Tallies } from "../reports/language/own-records";

export interface CollectedFrom {
  executionId: string;
  modelPackageArn: string;
  /** The verdict bucket, where the collecting step wrote. */
  results: Pick<WriteOnceStore, "readVersion">;
  /** Name of that bucket. */
  bucket: string;
  tallies: Tallies;
}

/** A file of the step, and the version that was read. */
type Written = NonNullable<Awaited<ReturnType<WriteOnceStore["readVersion"]>>>;

/**
 * What CollectInferenceStep wrote for one execution, as evidence of each prompt set's kind; sets of one kind count
 * together. One file is read at a time.
 * @throws Error for a file that isn't there, or isn't as the step writes it: a fault of ours
 */
export async function collectedInference(sets: readonly PromptSet[], from: CollectedFrom): Promise<Evidence[]> {
  const refused = await from.results.readVersion(refusedKey(from.executionId));
  const kinds = [...new Set(sets.map(({ kind }) => kind))];
  if (refused !== undefined) return kinds.map((kind) => refusal(kind, refused, from));
  const evidence: Evidence[] = [];
  for (const kind of kinds)
    evidence.push(
      await ofKind(
        kind,
        sets.filter((set) => set.kind === kind),
        from,
      ),
    );
  return evidence;
}

function refusal(kind: LanguageKind, written: Written, from: CollectedFrom): Evidence {
  const { reason }: { reason?: unknown } = JSON.parse(Buffer.from(written.bytes).toString());
  const source = pinned(refusedKey(from.executionId), written, from);
  return languageEvidenceOf(kind, [source], { problem: `the version couldn't be asked: ${String(reason)}` });
}

async function ofKind(kind: LanguageKind, sets: readonly PromptSet[], from: CollectedFrom): Promise<Evidence> {
  const tally = from.tallies.get(kind);
  if (tally === undefined) throw new Error(`no check evaluates records of ${kind}`);
  const expected = sets.reduce((sum, set) => sum + promptsOf(set), 0);
  const run = evaluateRecords(tally(), { expected, model: from.modelPackageArn });
  const sources: PinnedObject[] = [];
  for (const set of sets) {
    for (const { file, prompts } of set.shards) {
      const key = inferenceKey(from.executionId, set.name, file);
      const written = await from.results.readVersion(key);
      if (written === undefined) throw new Error(`${key} isn't there: the prompts weren't all asked`);
      sources.push(pinned(key, written, from));
      const records = addAll(run, written.bytes, key);
      if (records !== prompts) throw new Error(`${key} has ${records} records, its prompts are ${prompts}`);
    }
  }
  return languageEvidenceOf(kind, sources, { content: run.evaluation() });
}

function addAll(run: Tally, bytes: Uint8Array, key: string): number {
  const lines = new TextDecoder("utf-8", { fatal: true })
    .decode(bytes)
    .split("\n")
    .filter((line) => line !== "");
  for (const [at, line] of lines.entries()) {
    try {
      run.add(parseInferenceRecord(JSON.parse(line)));
    } catch (error) {
      // The step wrote the line itself: what is wrong with it is no fault of the evidence.
      throw new Error(`${key}:${at + 1}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
  return lines.length;
}

const pinned = (key: string, { bytes, versionId }: Written, { bucket }: CollectedFrom): PinnedObject => ({
  uri: `s3://${bucket}/${key}`,
  versionId,
  sha256: sha256(bytes),
  size: bytes.length,
});
