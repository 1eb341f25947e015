import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { PolicyFile } from "../src/core/policy-file";

/** The YAML files of a policy's folder. */
export function policyFiles(directory: string): PolicyFile[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => ({
      path: name.split(path.sep).join("/"),
      text: readFileSync(path.join(directory, name), "utf8"),
    }));
}
