import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { citedFile, objectFile, promptSetFile } from "../adapters/copy-directory";
import { parseS3Uri } from "../contract/evidence-uri";
import { promptBucketName, promptSetKey } from "../contract/names";
import { sha256 } from "../core/verdict";
import { LIST_FILE } from "../ledger/copy";
import { parseVerdictRecord } from "../ledger/verdict-record";
import type { EvaluatedProgram } from "./evaluate-program";
import { bytesOf, copiedVersion, type Ledger, publicKeyPem, SIGNING_KEYS, storedAt } from "./ledger";
import type { LocalWorld } from "./stand-in/create-world";

/** Writes what the run left in the record bucket, and what records cite, as `governance ledger fetch --evidence` copies it. */
export function keepRecords(folder: string, world: LocalWorld, program: EvaluatedProgram, ledger: Ledger): void {
  const versions = world.s3.keys(ledger.bucket).flatMap((key) => world.s3.stored(ledger.bucket, key));
  for (const one of versions) write(objectFile(folder, one.key, one.versionId), bytesOf(one));
  for (const { document } of ledger.records) {
    const { verdict, evidence } = document.body;
    for (const cited of [verdict, ...evidence]) {
      const at = parseS3Uri(cited.uri);
      const stored = storedAt(cited, world);
      if (at && stored) write(citedFile(folder, at, cited.versionId), bytesOf(stored));
      if (stored && cited === verdict) keepPromptSets(folder, bytesOf(stored), world, program);
    }
  }
  for (const [file, name] of Object.entries(SIGNING_KEYS))
    write(path.join(folder, `${file}.pem`), publicKeyPem(world, program, name) ?? "");
  write(path.join(folder, LIST_FILE), versions.map((one) => `${JSON.stringify(copiedVersion(one))}\n`).join(""));
}

function keepPromptSets(
  folder: string,
  verdict: Uint8Array,
  { s3 }: LocalWorld,
  { governance }: EvaluatedProgram,
): void {
  const bucket = promptBucketName(governance.prefix, governance);
  for (const { name, sha256: digest } of parseVerdictRecord(verdict).promptSets) {
    const manifests = s3.stored(bucket, promptSetKey(name, "manifest.json")).map(bytesOf);
    const manifest = manifests.find((bytes) => sha256(bytes) === digest);
    if (manifest !== undefined) write(promptSetFile(folder, digest), manifest);
  }
}

function write(file: string, bytes: Uint8Array | string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
