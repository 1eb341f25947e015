import { type Input, RunError } from "@pulumi/pulumi";
import { accountProvider } from "./account-provider";
import type { StackBuild } from "./stack-build";
import type { GovernanceConfig, StackConfig } from "./stack-config";
import { devStack } from "./stacks/dev";
import { governanceStack } from "./stacks/governance";

export type { StackBuild } from "./stack-build";

/**
 * Declares all resources of one stack.
 * @returns the stack's outputs
 */
export function declareStack(config: StackConfig, build: StackBuild): Record<string, Input<unknown>> {
  switch (config.role) {
    case "governance":
      requireConfiguredGroups(config, build);
      return governanceStack(config, build, { provider: accountProvider(config) });
    case "dev":
      return devStack(config, build, { provider: accountProvider(config) });
  }
}

/** A group's file that no group reads would bound nothing, and nobody would see it. */
function requireConfiguredGroups({ groups }: GovernanceConfig, { policy }: StackBuild): void {
  const configured = groups.map(({ name }) => name);
  const unread = policy.groups.filter((group) => !configured.includes(group));
  if (unread.length === 0) return;
  throw new RunError(
    unread
      .map(
        (group) =>
          `checks/policy/groups/${group}.yaml: no group ${group} in governance:groups; expected the file name of one of: ${configured.join(", ")}. Rename the file, or configure the group`,
      )
      .join("\n"),
  );
}
