import * as sagemaker from "@pulumi/aws/sagemaker";
import * as pulumi from "@pulumi/pulumi";
import type { Principal } from "./permissions/grant";
import { groupPolicy } from "./permissions/group-policy";
import { existingRole } from "./permissions/principals";
import { devPlaceOf, type GovernanceConfig, placeOf } from "./stack-config";

export interface ModelRegistryArgs {
  config: GovernanceConfig;
}

/** The central registry: model package groups, each open to the roles that register in it. */
export class ModelRegistry extends pulumi.ComponentResource {
  constructor(name: string, { config }: ModelRegistryArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:ModelRegistry", name, {}, options);
    for (const group of config.groups) {
      // Protected: it holds the versions, and the service keeps a group that has any.
      const made = new sagemaker.ModelPackageGroup(
        group.name,
        { modelPackageGroupName: group.name, modelPackageGroupDescription: "Versions are judged before approval" },
        { parent: this, protect: true },
      );
      const policy = groupPolicy(group.name, placeOf(config), registrarsOf(config, group.accounts));
      new sagemaker.ModelPackageGroupPolicy(
        group.name,
        { modelPackageGroupName: made.modelPackageGroupName, resourcePolicy: JSON.stringify(policy) },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

/** The roles of some dev accounts that register versions. */
export const registrarsOf = (config: GovernanceConfig, accounts: readonly string[]): Principal[] =>
  config.devAccounts
    .filter(({ account }) => accounts.includes(account))
    .flatMap((dev) => dev.registeringRoles.map((role) => existingRole(role, devPlaceOf(config, dev))));
