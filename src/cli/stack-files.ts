import { readFileSync } from "node:fs";
import { isObject } from "../core/shape";
import { type GovernanceConfig, parseStackConfig } from "../infrastructure/stack-config";
import { ConfigError } from "../infrastructure/stack-config-mistakes";
import { readStackFile } from "../infrastructure/stack-file";
import { UsageError } from "./errors";

/**
 * Reads the configuration of the governance account's stack.
 * @throws UsageError for a file that can't be read, has mistakes, or is of a dev account
 */
export function readGovernanceConfig(file: string): GovernanceConfig {
  const config = parsed(file);
  if (config.role === "governance") return config;
  throw new UsageError(
    `--config: ${file}: governance:role is ${config.role}; expected the governance account's stack file, for example Pulumi.governance.yaml`,
  );
}

function parsed(file: string) {
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
 * Reads what `pulumi stack output --json` printed.
 * @throws UsageError for anything but a JSON object
 */
export function readOutputs(file: string): Readonly<Record<string, unknown>> {
  const expected = "expected what `pulumi stack output --json` prints for the governance account's stack";
  try {
    const outputs: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (isObject(outputs)) return outputs;
  } catch (error) {
    throw new UsageError(`--outputs: ${file}: ${messageOf(error)}; ${expected}`);
  }
  throw new UsageError(`--outputs: ${file}: found no object; ${expected}`);
}

/**
 * ARNs of the stack's keys, by what they are for.
 * @throws UsageError for outputs that don't have them
 */
export function keyArnsIn(outputs: Readonly<Record<string, unknown>>, file: string): Record<string, string> {
  const { keyArns } = outputs;
  const entries = isObject(keyArns) ? Object.entries(keyArns) : [];
  const arns = entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  if (arns.length > 0 && arns.length === entries.length) return Object.fromEntries(arns);
  throw new UsageError(
    `--outputs: ${file}: keyArns is ${JSON.stringify(keyArns) ?? "missing"}, expected the ARNs of the stack's keys; update the stack with this release, and print its outputs again`,
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
