import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readPolicyFiles } from "../src/adapters/policy-directory";
import { PolicyError, parsePolicy } from "../src/core/policy";
import { policySchema } from "../src/core/policy-schema";
import { ACCESS_TABLE, accessTable } from "./access-table";
import { checkFolders, loadCheck } from "./check-folders";
import { DEPLOY_ACTIONS, deployActions } from "./deploy-actions";
import { catalogueText, checksTable, formatted, replaceTable, thresholdsTable } from "./generated-text";
import { LEAST_PRIVILEGE, leastPrivilege } from "./least-privilege";
import { SAMPLE_FINDINGS, sampleFindings } from "./sample-findings";

const ROOT = path.join(__dirname, "..");

/** Every generated file, by its path from the root: what it must hold. */
export function generatedFiles(root: string = ROOT): Map<string, string> {
  const checks = checkFolders(root).map((folder) => loadCheck(root, folder));
  const readme = (file: string, table: string): [string, string] => [
    file,
    replaceTable(file, readFileSync(path.join(root, file), "utf8"), table),
  ];
  return formatted(
    new Map([
      ["checks/catalogue.ts", catalogueText(checks.map(({ id }) => id))],
      ["checks/policy/policy.schema.json", `${JSON.stringify(policySchema(checks), undefined, 2)}\n`],
      readme("checks/README.md", checksTable(checks)),
      readme(DEPLOY_ACTIONS, deployActions()),
      ...checks.map((check) => readme(`checks/${check.id}/README.md`, thresholdsTable(check))),
    ]),
  );
}

/** Generated files that don't hold what they must. */
export function staleFiles(root: string = ROOT): string[] {
  return [...generatedFiles(root)].filter(([file, text]) => current(root, file) !== text).map(([file]) => file);
}

/** Mistakes of the policy's files, a line each; none if they are right. */
export function policyMistakes(root: string = ROOT): string[] {
  const schema = policySchema(checkFolders(root).map((folder) => loadCheck(root, folder)));
  try {
    parsePolicy(readPolicyFiles(path.join(root, "checks/policy")), schema);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.message.split("\n").map((mistake) => `checks/policy/${mistake}`);
  }
}

function current(root: string, file: string): string | undefined {
  const at = path.join(root, file);
  return existsSync(at) ? readFileSync(at, "utf8") : undefined;
}

function refresh(): void {
  for (const [file, text] of generatedFiles()) {
    if (current(ROOT, file) === text) continue;
    write(file, text);
  }
}

function write(file: string, text: string): void {
  writeFileSync(path.join(ROOT, file), text);
  console.log(`wrote ${file}`);
}

/** Whether the samples' table says what the command says now. */
export async function sampleFindingsAreStale(): Promise<boolean> {
  return current(ROOT, SAMPLE_FINDINGS) !== (await sampleFindings());
}

/** Tests ask for these too, so that checking takes its time once. */
async function refreshAccess(): Promise<void> {
  const made = [
    [ACCESS_TABLE, accessTable],
    [LEAST_PRIVILEGE, leastPrivilege],
  ] as const;
  for (const [file, text] of made) {
    const now = await text();
    if (current(ROOT, file) !== now) write(file, now);
  }
}

async function main(args: readonly string[]): Promise<void> {
  const check = args.includes("--check");
  if (!check) refresh();
  const stale = check ? staleFiles() : [];
  const mistakes = policyMistakes();
  if (mistakes.length === 0 && (await sampleFindingsAreStale())) {
    if (check) stale.push(SAMPLE_FINDINGS);
    else write(SAMPLE_FINDINGS, await sampleFindings());
  }
  if (!check && mistakes.length === 0) await refreshAccess();
  for (const file of stale) console.error(`${file} is stale; refresh it: npm run docs`);
  for (const mistake of mistakes) console.error(mistake);
  process.exitCode = stale.length + mistakes.length > 0 ? 1 : 0;
}

if (require.main === module) void main(process.argv.slice(2));
