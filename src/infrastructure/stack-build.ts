import path from "node:path";
import { readPolicyFiles } from "../adapters/policy-directory";
import { type Bundle, bundle } from "../bundle";
import { type Policy, parsePolicy } from "../core/policy";
import type { PolicySchema } from "../core/policy-schema";

/** What a stack deploys besides its resources. */
export interface StackBuild {
  /** A function's code. */
  code(entry: "copy" | "start" | "decide"): Bundle;
  policy: Policy;
}

/**
 * Builds from the project's folder.
 * @throws PolicyError where a policy file is wrong: before the first resource, so a preview fails on it
 */
export function stackBuild(root: string): StackBuild {
  const folder = path.join(root, "checks", "policy");
  return {
    code: (entry) => bundle(path.join(root, "functions", entry, "handler.ts")),
    policy: parsePolicy(readPolicyFiles(folder), readSchema(path.join(folder, "policy.schema.json"))),
  };
}

/** The generated schema; tests hold it to be the one that the checks' thresholds give. */
const readSchema = (file: string): PolicySchema => require(file) as PolicySchema;
