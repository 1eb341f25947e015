import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { Check } from "../src/core/check";
import type { CheckCase } from "../src/core/check-case";

/** Files that make a check's folder whole. */
export const CHECK_FILES = ["thresholds.ts", "check.ts", "cases.ts", "README.md"] as const;

/** Folders of checks, sorted: every folder of `checks/` but the policy's. */
export function checkFolders(root: string): string[] {
  return readdirSync(path.join(root, "checks"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "policy")
    .map(({ name }) => name)
    .sort();
}

/**
 * Loads a folder's check.
 * @throws Error where the folder is half made, or its check has another id
 */
export function loadCheck(root: string, folder: string): Check {
  const lacking = CHECK_FILES.filter((file) => !existsSync(path.join(root, "checks", folder, file)));
  if (lacking.length > 0)
    throw new Error(`checks/${folder} lacks ${lacking.join(", ")}; npm run new-check writes them all`);
  const check = load(root, folder, "check", "default");
  if (typeof check !== "object" || check === null || !("id" in check)) {
    throw new Error(`checks/${folder}/check.ts has no check; export default defineCheck({ … })`);
  }
  if (check.id !== folder)
    throw new Error(`checks/${folder}/check.ts has the id ${check.id}; expected its folder's name`);
  // defineCheck made it, or it wouldn't compile.
  return check as Check;
}

/** Loads a folder's cases. */
export function loadCases(root: string, folder: string): CheckCase[] {
  const cases = load(root, folder, "cases", "cases");
  if (!Array.isArray(cases))
    throw new Error(`checks/${folder}/cases.ts has no list of cases; export const cases = [ … ]`);
  return cases;
}

function load(root: string, folder: string, file: string, name: string): unknown {
  const exported: Record<string, unknown> = require(path.join(root, "checks", folder, file));
  return exported[name];
}
