import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { PolicyDocument } from "../infrastructure/permissions/grant";
import { minified } from "../infrastructure/permissions/policy-documents";

/** Writes each policy into a file of a folder, as AWS takes it. */
export function writePolicies(folder: string, files: readonly [string, PolicyDocument][]): void {
  mkdirSync(folder, { recursive: true });
  for (const [file, document] of files) writeFileSync(path.join(folder, file), minified(document));
}
