import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { PolicyFile } from "../core/policy-file";

/** The YAML files of a policy's folder, sorted by path. Other files, such as the schema, are no part of it. */
export function readPolicyFiles(directory: string): PolicyFile[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(({ name }) => /\.ya?ml$/i.test(name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({
      path: path.relative(directory, file).split(path.sep).join("/"),
      text: readFileSync(file, "utf8"),
    }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}
