import { modelPackageGroupArn, pipelineArn } from "../../contract/names";
import { type GovernanceConfig, placeOf } from "../stack-config";
import { governanceTable } from "./governance-table";
import type { Conditions, Grant, Statement } from "./grant";

export const deny = (
  Sid: string,
  Action: readonly string[],
  Resource: string[],
  Condition?: Conditions,
): Statement => ({
  Sid,
  Effect: "Deny",
  Action,
  Resource,
  ...(Condition && { Condition }),
});

/** Everybody but them; everybody where they are none. */
export const allBut = (principals: readonly string[], others: Conditions = {}): Conditions | undefined =>
  principals.length === 0 && Object.keys(others).length === 0
    ? undefined
    : { ...others, ...(principals.length > 0 && { ArnNotEquals: { "aws:PrincipalArn": [...principals] } }) };

/** ARNs of the governance account's principals that the table lets do something. */
export function whoMay(config: GovernanceConfig, action: string): string[] {
  const grants = governanceTable(config).filter(({ may }: Grant) => may.includes(action));
  const roles = grants.flatMap(({ who }) => who.filter(({ kind }) => kind !== "account"));
  return [...new Set(roles.filter(({ account }) => account === config.account).map(({ arn }) => arn))];
}

/** Both pipelines, and their executions. */
export const pipelinesOf = (config: GovernanceConfig): string[] => [`${pipelineArn(placeOf(config))}*`];

export const groupArns = (config: GovernanceConfig): string[] =>
  config.groups.map(({ name }) => modelPackageGroupArn(placeOf(config), name));
