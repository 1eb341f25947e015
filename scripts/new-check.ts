import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { newCheckFiles } from "./new-check-files";

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Writes a check's folder, with a case that fails until the check is filled.
 * @throws Error for an id that is no folder's name, or one that is taken
 */
export function writeNewCheck(id: string, root: string): string[] {
  if (!ID.test(id)) {
    throw new Error(
      `${JSON.stringify(id)} is no check's id; expected lower-case words, for example: npm run new-check -- latency`,
    );
  }
  const folder = path.join(root, "checks", id);
  if (existsSync(folder)) throw new Error(`checks/${id} is there already; expected a new name`);
  mkdirSync(folder);
  return Object.entries(newCheckFiles(id)).map(([file, text]) => {
    writeFileSync(path.join(folder, file), text);
    return `checks/${id}/${file}`;
  });
}

function main(id = ""): void {
  try {
    for (const file of writeNewCheck(id, path.join(__dirname, ".."))) console.log(`wrote ${file}`);
    console.log(
      "Fill them, then: npm run docs && npm test. The last of its cases fails until there is something to measure.",
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}

if (require.main === module) main(process.argv[2]);
