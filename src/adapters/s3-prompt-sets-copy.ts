import { parseS3Uri } from "../contract/evidence-uri";
import { promptSetKey } from "../contract/names";
import type { PinnedPromptSet } from "../contract/prompt-sets";
import { sha256 } from "../core/verdict";
import { isJudged } from "../ledger/decision-record";
import { recordsIn } from "../ledger/find-records";
import { parseVerdictRecord } from "../ledger/verdict-record";
import { digestOf, writeWhole } from "./copied-file";
import { copyDirectory, promptSetFile } from "./copy-directory";
import { s3EvidenceStore } from "./s3-evidence-store";
import type { Fetched, FetchLedger } from "./s3-ledger-copy";

/**
 * Copies the manifests of the prompt sets by which the versions in a copy were asked. They are found by their SHA-256
 * among all versions of their key.
 * @param bucket of prompt sets; it isn't asked where no version is a language model
 * @throws what S3 refuses; what it doesn't have is told in the result
 */
export async function fetchPromptSets({ s3, bucket, owner, folder }: FetchLedger): Promise<Fetched> {
  const fetched: Fetched = { downloaded: 0, kept: 0, missing: [] };
  const store = s3EvidenceStore(s3, owner);
  for (const { name, sha256: digest } of await pinnedIn(folder)) {
    const file = promptSetFile(folder, digest);
    const at = { bucket, key: promptSetKey(name, "manifest.json") };
    if ((await digestOf(file)) === digest) {
      fetched.kept += 1;
      continue;
    }
    let found: Uint8Array | undefined;
    for (const version of await store.versions(at)) {
      const bytes = await store.read(version);
      if (sha256(bytes) === digest) found = bytes;
    }
    if (found === undefined) fetched.missing.push(`s3://${at.bucket}/${at.key} with the SHA-256 ${digest}`);
    else {
      await writeWhole(file, [found]);
      fetched.downloaded += 1;
    }
  }
  return fetched;
}

async function pinnedIn(folder: string): Promise<Iterable<PinnedPromptSet>> {
  const copy = copyDirectory(folder);
  const sets = new Map<string, PinnedPromptSet>();
  for await (const { signed } of recordsIn(copy)) {
    if (!isJudged(signed.body)) continue;
    const { uri, versionId, size } = signed.body.verdict;
    const at = parseS3Uri(uri);
    const bytes = at && (await copy.readCited(at, versionId, size));
    if (bytes === undefined) continue;
    for (const set of parseVerdictRecord(bytes).promptSets) sets.set(set.sha256, set);
  }
  return sets.values();
}
