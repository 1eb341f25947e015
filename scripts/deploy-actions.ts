import { deployerLines } from "../src/infrastructure/permissions/deployer-table";
import { parseStackConfig } from "../src/infrastructure/stack-config";
import { readStackFile } from "../src/infrastructure/stack-file";
import { SAMPLE_STACKS } from "../src/local/story";
import { rows } from "./generated-text";

/** File of the tables, from the root. */
export const DEPLOY_ACTIONS = "docs/deploy-actions.md";

const HEADINGS = { governance: "Governance stack", dev: "Dev stack" };

/** What the deployers of both kinds of stack may need. Actions don't depend on the stack file, but for whether it asks for them. */
export function deployActions(): string {
  const configs = SAMPLE_STACKS.map((file) => parseStackConfig(readStackFile(file), file));
  return (["governance", "dev"] as const)
    .flatMap((role) => {
      const config = configs.find((one) => one.role === role);
      return config === undefined ? [] : [`## ${HEADINGS[role]}\n\n${table(deployerLines(config))}`];
    })
    .join("\n\n");
}

const table = (lines: ReturnType<typeof deployerLines>): string =>
  rows(
    ["for", "where the stack file has", "actions"],
    lines.map((line) => [
      line.for,
      line.with ?? "",
      [...line.may]
        .sort()
        .map((action) => `\`${action}\``)
        .join(", "),
    ]),
  );
