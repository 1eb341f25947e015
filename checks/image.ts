import path from "node:path";
import { readPolicyFiles } from "../src/adapters/policy-directory";
import { bundle } from "../src/bundle";
import { parsePolicy } from "../src/core/policy";
import { policySchema } from "../src/core/policy-schema";
import { catalogue } from "./catalogue";

/** Where a Lambda base image looks for its function's code. */
const CODE = "/var/task";

export interface ImageParts {
  /** Packages left to the place where the image runs; none in a real image. */
  external?: readonly string[];
  policyDirectory?: string;
}

/**
 * The checks' image on top of its base: path in the image -> text. Its handler is `index.handler`; `collect.js` asks language models.
 * @throws PolicyError where the policy is wrong
 */
export function checksImageFiles({
  external = [],
  policyDirectory = path.join(__dirname, "policy"),
}: ImageParts = {}): Map<string, string> {
  const policy = readPolicyFiles(policyDirectory);
  parsePolicy(policy, policySchema(catalogue));
  return new Map([
    ...program("main.ts", "index.js", external),
    ...program("collect.ts", "collect.js", external),
    ...policy.map(({ path: file, text }) => [`${CODE}/policy/${file}`, text] as const),
  ]);
}

function program(entry: string, file: string, external: readonly string[]): [string, string][] {
  const { js, map } = bundle(path.join(__dirname, entry), external, file);
  return [
    [`${CODE}/${file}`, js],
    [`${CODE}/${file}.map`, map],
  ];
}
