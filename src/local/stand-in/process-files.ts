import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Texts of a process's files, by path below its root. */
export type Files = ReadonlyMap<string, string>;

/** Writes files into a new folder, which the caller removes. */
export function writeFiles(files: Files, prefix: string): string {
  const root = mkdtempSync(path.join(tmpdir(), prefix));
  for (const [name, content] of files) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
  return root;
}

const kept = new WeakMap<Files, string>();
const folders: string[] = [];

/** As `writeFiles`, once for the same map; the folder goes when this process ends. */
export function keptFiles(files: Files, prefix: string): string {
  const before = kept.get(files);
  if (before !== undefined) return before;
  const root = writeFiles(files, prefix);
  kept.set(files, root);
  if (folders.length === 0) process.once("exit", removeFolders);
  folders.push(root);
  return root;
}

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
