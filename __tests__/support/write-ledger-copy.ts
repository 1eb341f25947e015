import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { citedFile, objectFile } from "../../src/adapters/copy-directory";
import { parseS3Uri } from "../../src/contract/evidence-uri";
import { LIST_FILE } from "../../src/ledger/copy";
import { writeKeys } from "./large-ledger";
import { copied, type MemoryLedger } from "./ledger-world";

/** Writes a ledger as `governance ledger fetch --evidence` copies it, with the public keys beside it. */
export function writeLedgerCopy(folder: string, ledger: MemoryLedger): { recordKey: string; checkpointKey: string } {
  const write = (file: string, bytes: Buffer | string): void => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  };
  for (const { key, versionId, bytes } of ledger.kept) {
    if (bytes !== undefined) write(objectFile(folder, key, versionId), bytes);
  }
  for (const [of, bytes] of ledger.cited) {
    const [uri = "", versionId = ""] = of.split(" ");
    const at = parseS3Uri(uri);
    if (at === undefined) throw new Error(`${uri} is no S3 URI`);
    write(citedFile(folder, at, versionId), bytes);
  }
  write(
    path.join(folder, LIST_FILE),
    ledger
      .listed()
      .map((one) => `${JSON.stringify(copied(one))}\n`)
      .join(""),
  );
  return writeKeys(folder, ledger.signers);
}
