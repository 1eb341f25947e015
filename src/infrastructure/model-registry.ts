import * as sagemaker from "@pulumi/aws/sagemaker";
import * as pulumi from "@pulumi/pulumi";
import { groupPolicy, registrarsOf } from "./permissions/group-policy";
import { type GovernanceConfig, type GroupConfig, placeOf } from "./stack-config";

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
      new sagemaker.ModelPackageGroupPolicy(
        group.name,
        { modelPackageGroupName: made.modelPackageGroupName, resourcePolicy: policyText(config, group) },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

/** Longest policy that SageMaker takes, in characters. */
const LONGEST = 20_480;

/** @throws RunError at preview, before SageMaker would refuse it */
function policyText(config: GovernanceConfig, { name, accounts }: GroupConfig): string {
  const text = JSON.stringify(groupPolicy(name, placeOf(config), registrarsOf(config, accounts)));
  if (text.length <= LONGEST) return text;
  throw new pulumi.RunError(
    `model package group ${name}: its policy has ${text.length} characters, SageMaker takes ${LONGEST}; name fewer registeringRoles in governance:devAccounts, for example one role an account`,
  );
}
