import { promptSetKey } from "../contract/names";
import type { PinnedPromptSet } from "../contract/prompt-sets";
import type { PromptSet } from "../core/prompt-set";
import { parsePromptSet } from "../core/prompt-set-file";
import { sha256 } from "../core/verdict";

/** Reads an object of the bucket of prompt sets; undefined where it isn't there. */
export type ReadPrompts = (key: string) => Promise<Uint8Array | undefined>;

/** A prompt set that the stack pins, and its manifest. */
export interface ReadPromptSet extends PinnedPromptSet {
  set: PromptSet;
  /** Of the manifest; it has the pinned SHA-256. */
  text: string;
}

/**
 * The prompt sets that the stack pins.
 * @throws Error for one that isn't there or is another: a fault of ours
 */
export async function pinnedPromptSets(
  pinned: readonly PinnedPromptSet[],
  read: ReadPrompts,
): Promise<readonly ReadPromptSet[]> {
  const sets: ReadPromptSet[] = [];
  for (const { name, sha256: digest } of pinned) {
    const key = promptSetKey(name, "manifest.json");
    const bytes = await read(key);
    if (bytes === undefined) throw new Error(`${key} isn't in the bucket of prompt sets; upload the set ${name}`);
    const found = sha256(bytes);
    if (found !== digest) {
      throw new Error(`${key} has the SHA-256 ${found}, the stack pins ${digest}; pin the set that is to count`);
    }
    const set = parsePromptSet(bytes);
    if (set.name !== name) throw new Error(`${key} is of the set ${set.name}; upload it as that, and pin that name`);
    sets.push({ name, sha256: digest, set, text: Buffer.from(bytes).toString() });
  }
  return sets;
}
