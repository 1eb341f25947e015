import * as pulumi from "@pulumi/pulumi";
import { parseStackConfig, type StackConfig } from "./stack-config";
import { ConfigError } from "./stack-config-mistakes";

/**
 * Reads the configuration of the stack that is being deployed.
 * @throws RunError with every mistake: Pulumi prints it without a stack trace
 */
export function readStackConfig(): StackConfig {
  const namespace = "governance:";
  const values = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(namespace))
    .map(([key, value]) => [key.slice(namespace.length), structured(value)]);
  try {
    return parseStackConfig(Object.fromEntries(values), stackFileName());
  } catch (error) {
    throw error instanceof ConfigError ? new pulumi.RunError(error.message) : error;
  }
}

/** The file that holds it, for messages. */
export const stackFileName = (): string => `Pulumi.${pulumi.getStack()}.yaml`;

/** Pulumi hands lists, maps, true and false over as JSON, texts as they are. */
function structured(value: string): unknown {
  if (!/^([[{]|(true|false)$)/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
