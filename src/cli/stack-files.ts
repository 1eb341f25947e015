import { readFileSync } from "node:fs";
import { type GovernanceOutputs, parseGovernanceOutputs } from "../contract/governance-outputs";
import { type GovernanceConfig, parseStackConfig, type StackConfig } from "../infrastructure/stack-config";
import { ConfigError } from "../infrastructure/stack-config-mistakes";
import { readStackFile } from "../infrastructure/stack-file";
import { UsageError } from "./errors";

/**
 * Reads the configuration of the governance account's stack.
 * @throws UsageError for a file that can't be read, has mistakes, or is of a dev account
 */
export function readGovernanceConfig(file: string): GovernanceConfig {
  const config = readStackConfig(file);
  if (config.role === "governance") return config;
  throw new UsageError(
    `--config: ${file}: governance:role is ${config.role}; expected the governance account's stack file, for example Pulumi.governance.yaml`,
  );
}

/**
 * Reads the configuration of a stack of either kind.
 * @throws UsageError for a file that can't be read or has mistakes
 */
export function readStackConfig(file: string): StackConfig {
  try {
    return parseStackConfig(readStackFile(file), file);
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(`--config: ${error.message}`);
    throw new UsageError(
      `--config: ${file} can't be read (${messageOf(error)}); expected a stack file such as Pulumi.governance.yaml`,
    );
  }
}

/**
 * Reads what `pulumi stack output --json` printed for the governance account's stack.
 * @throws UsageError for anything else
 */
export function readOutputs(file: string): GovernanceOutputs {
  try {
    return parseGovernanceOutputs(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new UsageError(
      `--outputs: ${file}: ${messageOf(error)}; it holds what \`pulumi stack output --json\` prints for the governance account's stack`,
    );
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
