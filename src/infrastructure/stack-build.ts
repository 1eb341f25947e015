import { readFileSync } from "node:fs";
import path from "node:path";
import { RunError } from "@pulumi/pulumi";
import { readPolicyFiles } from "../adapters/policy-directory";
import { type Bundle, bundle } from "../bundle";
import type { FunctionOf } from "../contract/names";
import { type Policy, PolicyError, parsePolicy } from "../core/policy";
import type { PolicySchema } from "../core/policy-schema";

/** What a stack deploys besides its resources. */
export interface StackBuild {
  /** A function's code. */
  code(entry: Exclude<FunctionOf, "validate">): Bundle;
  policy: Policy;
  /** What the checks' image has on top of its base, for a stack that builds it: path in the image -> text. */
  checksImageFiles(): ReadonlyMap<string, string>;
}

/**
 * Builds from the project's folder.
 * @throws RunError where a policy file is wrong: before the first resource, so a preview fails on it
 */
export function stackBuild(root: string, checksImageFiles: StackBuild["checksImageFiles"]): StackBuild {
  return {
    code: (entry) => bundle(path.join(root, "functions", entry, "handler.ts")),
    policy: policyIn(root),
    checksImageFiles,
  };
}

const FOLDER = "checks/policy";

function policyIn(root: string): Policy {
  const folder = path.join(root, FOLDER);
  try {
    return parsePolicy(readPolicyFiles(folder), readSchema(path.join(folder, "policy.schema.json")));
  } catch (error) {
    // Pulumi prints a RunError as it is, without a stack trace; each of its lines begins with a file's name.
    if (error instanceof PolicyError) throw new RunError(error.message.replace(/^/gm, `${FOLDER}/`));
    throw error;
  }
}

/** The generated schema; tests hold it to be the one that the checks' thresholds give. */
const readSchema = (file: string): PolicySchema => JSON.parse(readFileSync(file, "utf8"));
