import * as sagemaker from "@pulumi/aws/sagemaker";
import * as pulumi from "@pulumi/pulumi";
import { policyOfGroup } from "./permissions/group-policy";
import type { GovernanceConfig, GroupConfig } from "./stack-config";

export interface ModelRegistryArgs {
  config: GovernanceConfig;
}

/**
 * The central registry: model package groups, each open to the roles that register in it. Of a group that exists already
 * nothing is written, as its policy is one document: `addToGroupPolicies` says what it needs.
 */
export class ModelRegistry extends pulumi.ComponentResource {
  constructor(name: string, { config }: ModelRegistryArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:ModelRegistry", name, {}, options);
    for (const group of config.groups.filter(({ existing }) => existing !== true)) {
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
function policyText(config: GovernanceConfig, group: GroupConfig): string {
  const text = JSON.stringify(policyOfGroup(config, group));
  if (text.length <= LONGEST) return text;
  throw new pulumi.RunError(
    `model package group ${group.name}: its policy has ${text.length} characters, SageMaker takes ${LONGEST}; name fewer registeringRoles in governance:devAccounts and fewer governance:consumers, for example one role an account`,
  );
}
