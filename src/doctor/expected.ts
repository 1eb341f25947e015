import { FAILURE_RULE, type GovernanceOutputs, scheduleRule, WATCH_RULE } from "../contract/governance-outputs";
import { type FunctionOf, ROLES, type RoleOf, roleArn } from "../contract/names";
import { governanceTable } from "../infrastructure/permissions/governance-table";
import type { Grant } from "../infrastructure/permissions/grant";
import { type GovernanceConfig, placeOf } from "../infrastructure/stack-config";

/** What should be there. */
export interface Expected {
  config: GovernanceConfig;
  outputs: GovernanceOutputs;
  /** Who does what, from the configuration. */
  table: readonly Grant[];
  /** ARN of the role that deploys, where it is known. */
  deployer?: string;
  /** After how many hours without a decision a version is stuck. */
  pendingHours: number;
}

/** @throws Error where the outputs don't have what the table names, or one of the rules that have no agreed name */
export function expectedOf(
  config: GovernanceConfig,
  outputs: GovernanceOutputs,
  { deployer = config.assumeRole, pendingHours }: { deployer?: string | undefined; pendingHours: number },
): Expected {
  const table = governanceTable(config);
  const named = table.flatMap(({ on }) => on.flatMap((resource) => ("made" in resource ? resource.made : [])));
  const rules = [WATCH_RULE, FAILURE_RULE, ...scheduledIn(config).map(scheduleRule)];
  const missing = [...new Set([...named, ...rules])].filter((of) => outputs.made[of] === undefined);
  if (missing.length > 0)
    throw new Error(
      `madeArns lacks ${missing.join(", ")}, which the configuration has; update the stack, and print its outputs again`,
    );
  return { config, outputs, table, pendingHours, ...(deployer !== undefined && { deployer }) };
}

/** Roles that the stack makes: those of the table. */
export const rolesIn = ({ config, table }: Expected): { of: RoleOf; arn: string }[] =>
  ROLES.map((of) => ({ of, arn: roleArn(config, of, placeOf(config)) })).filter(({ arn }) =>
    table.some(({ who }) => who.some((principal) => principal.arn === arn)),
  );

/** Functions that a schedule calls. */
export const scheduledIn = ({ language }: GovernanceConfig): FunctionOf[] => [
  "reconcile",
  "checkpoint",
  ...(language === undefined ? [] : (["clean-up"] as const)),
];

export const madeArn = ({ outputs }: Expected, of: string): string => outputs.made[of] ?? "";
