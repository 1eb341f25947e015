import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The ledger of schema 1 that is kept for ever: its folder, keys, and when its copy was made. */
export const LEDGER = path.join(__dirname, "..", "fixtures", "ledger", "schema-1");
export const RECORD_KEY = path.join(LEDGER, "records.pem");
export const CHECKPOINT_KEY = path.join(LEDGER, "checkpoints.pem");
export const KEYS = ["--trusted-key", RECORD_KEY, "--checkpoint-key", CHECKPOINT_KEY];
export const NOW = ["--now", "2026-11-20T11:10:00Z"];

/** Folders of a test file, and copies of that ledger for tests to tamper with; taken away at its end. */
export function ownFolders(): { folder(): string; copy(): string } {
  const folders: string[] = [];
  afterAll(() => {
    for (const one of folders) rmSync(one, { recursive: true, force: true });
  });
  const folder = (): string => {
    const made = mkdtempSync(path.join(tmpdir(), "ledger-"));
    folders.push(made);
    return made;
  };
  const copy = (): string => {
    const made = folder();
    cpSync(LEDGER, made, { recursive: true });
    return made;
  };
  return { folder, copy };
}

/** The file of the one version that lies at a key's folder of a copy. */
export function fileOf(folder: string, ...key: string[]): string {
  const directory = path.join(folder, ...key);
  return path.join(directory, readdirSync(directory)[0] ?? "");
}
