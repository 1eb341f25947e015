import { readFileSync } from "node:fs";
import { UsageError } from "./errors";

/**
 * Reads what `pulumi stack output --json` printed into a file.
 * @param parse gives what a command takes of it, or throws what is wrong
 * @param stack whose outputs they have to be, for the message
 * @throws UsageError for a file that can't be read, that isn't JSON, and for what `parse` throws
 */
export function outputsIn<Outputs>(file: string, parse: (outputs: unknown) => Outputs, stack: string): Outputs {
  try {
    return parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new UsageError(
      `--outputs: ${file}: ${error instanceof Error ? error.message : error}; expected what \`pulumi stack output --json\` prints for ${stack}`,
    );
  }
}
