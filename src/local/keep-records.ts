import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { citedFile, objectFile } from "../adapters/copy-directory";
import { parseS3Uri } from "../contract/evidence-uri";
import { LIST_FILE } from "../ledger/copy";
import { isJudged } from "../ledger/decision-record";
import type { EvaluatedProgram } from "./evaluate-program";
import { bytesOf, copiedVersion, type Ledger, publicKeyPem, SIGNING_KEYS, storedAt } from "./ledger";
import type { LocalWorld } from "./stand-in/create-world";

/** Writes what the run left in the record bucket, and what records cite, as `governance ledger fetch --evidence` copies it. */
export function keepRecords(folder: string, world: LocalWorld, program: EvaluatedProgram, ledger: Ledger): void {
  const versions = world.s3.keys(ledger.bucket).flatMap((key) => world.s3.stored(ledger.bucket, key));
  for (const one of versions) write(objectFile(folder, one.key, one.versionId), bytesOf(one));
  for (const { document } of ledger.records) {
    if (!isJudged(document.body)) continue;
    const { verdict, evidence } = document.body;
    for (const cited of [verdict, ...evidence]) {
      const at = parseS3Uri(cited.uri);
      const stored = storedAt(cited, world);
      if (at && stored) write(citedFile(folder, at, cited.versionId), bytesOf(stored));
    }
  }
  for (const [file, name] of Object.entries(SIGNING_KEYS))
    write(path.join(folder, `${file}.pem`), publicKeyPem(world, program, name) ?? "");
  write(path.join(folder, LIST_FILE), versions.map((one) => `${JSON.stringify(copiedVersion(one))}\n`).join(""));
}

function write(file: string, bytes: Uint8Array | string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
