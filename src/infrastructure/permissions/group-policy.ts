import type { Place } from "../../contract/names";
import { devPlaceOf, type GovernanceConfig, type GroupConfig, placeOf } from "../stack-config";
import { consumersOf, consuming } from "./consumer-table";
import { arnOf, type PolicyDocument, type Principal, policyOf } from "./grant";
import { existingRole } from "./principals";
import { registering } from "./registering";

/** Whom a model package group's policy lets in. */
export interface GroupMembers {
  registrars: readonly Principal[];
  consumers?: readonly Principal[];
}

/**
 * Policy of a model package group. Its roles exist already and are named as they are: conditions on the principal are
 * unproven in this kind of policy.
 */
export const groupPolicy = (
  group: string,
  governance: Place,
  { registrars, consumers = [] }: GroupMembers,
): PolicyDocument =>
  policyOf(
    [...registering(registrars, governance, group), ...consuming(consumers, governance, group)]
      .filter(({ who }) => who.length > 0)
      .map(({ sid, who, may, on, when }) => ({
        Sid: sid,
        Effect: "Allow" as const,
        Principal: { AWS: who.map(({ arn }) => arn) },
        Action: may,
        Resource: on.map((resource) => arnOf(resource, governance.partition, {})),
        ...(when && { Condition: when }),
      })),
  );

/** What lets the roles of a group's accounts register in it, and those that deploy its versions read them. */
export const policyOfGroup = (config: GovernanceConfig, { name, accounts }: GroupConfig): PolicyDocument =>
  groupPolicy(name, placeOf(config), {
    registrars: registrarsOf(config, accounts),
    consumers: consumersOf(config, name),
  });

/** The roles of some dev accounts that register versions. */
export const registrarsOf = (config: GovernanceConfig, accounts: readonly string[]): Principal[] =>
  config.devAccounts
    .filter(({ account }) => accounts.includes(account))
    .flatMap((dev) => dev.registeringRoles.map((role) => existingRole(role, devPlaceOf(config, dev))));
