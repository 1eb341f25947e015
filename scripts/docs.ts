import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PolicyError, parsePolicy } from "../src/core/policy";
import { policySchema } from "../src/core/policy-schema";
import { checkFolders, loadCheck } from "./check-folders";
import { catalogueText, checksTable, formatted, replaceTable, thresholdsTable } from "./generated-text";
import { policyFiles } from "./policy-files";

const ROOT = path.join(__dirname, "..");

/** Every generated file, by its path from the root: what it must hold. */
export function generatedFiles(root: string = ROOT): Map<string, string> {
  const checks = checkFolders(root).map((folder) => loadCheck(root, folder));
  const inRoot = (file: string) => readFileSync(path.join(root, file), "utf8");
  const schema = `${JSON.stringify(policySchema(checks), undefined, 2)}\n`;
  return new Map([
    ["checks/catalogue.ts", formatted("catalogue.ts", catalogueText(checks.map(({ id }) => id)))],
    ["checks/README.md", replaceTable("checks/README.md", inRoot("checks/README.md"), checksTable(checks))],
    ["checks/policy/policy.schema.json", formatted("policy.schema.json", schema)],
    ...checks.map((check): [string, string] => {
      const readme = `checks/${check.id}/README.md`;
      return [readme, replaceTable(readme, inRoot(readme), thresholdsTable(check))];
    }),
  ]);
}

/** Generated files that don't hold what they must. */
export function staleFiles(root: string = ROOT): string[] {
  return [...generatedFiles(root)].filter(([file, text]) => current(root, file) !== text).map(([file]) => file);
}

/** Mistakes of the policy's files, a line each; none if they are right. */
export function policyMistakes(root: string = ROOT): string[] {
  const schema = policySchema(checkFolders(root).map((folder) => loadCheck(root, folder)));
  try {
    parsePolicy(policyFiles(path.join(root, "checks/policy")), schema);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.message.split("\n").map((mistake) => `checks/policy/${mistake}`);
  }
}

function current(root: string, file: string): string | undefined {
  try {
    return readFileSync(path.join(root, file), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function refresh(): void {
  for (const file of staleFiles()) {
    writeFileSync(path.join(ROOT, file), generatedFiles().get(file) ?? "");
    console.log(`wrote ${file}`);
  }
}

function main(args: readonly string[]): void {
  const check = args.includes("--check");
  if (!check) refresh();
  const stale = check ? staleFiles() : [];
  const mistakes = policyMistakes();
  for (const file of stale) console.error(`${file} is stale; refresh it: npm run docs`);
  for (const mistake of mistakes) console.error(mistake);
  process.exitCode = stale.length + mistakes.length > 0 ? 1 : 0;
}

if (require.main === module) main(process.argv.slice(2));
