import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SAMPLE_STACKS } from "../../src/local/story";

/**
 * The sample stacks' files, the checks in a Processing job.
 * @param folder where the governance stack's file is written
 * @param imageDigest of the checks' image, if not the sample's
 */
export function processingStacks(folder: string, imageDigest?: string): string[] {
  const [governance = "", ...dev] = SAMPLE_STACKS;
  const text = readFileSync(governance, "utf8");
  const own = imageDigest === undefined ? text : text.replace(/sha256:[0-9a-f]{64}/, imageDigest);
  const file = path.join(folder, "governance.yaml");
  writeFileSync(file, `${own}  governance:runner: processing\n`);
  return [file, ...dev];
}
