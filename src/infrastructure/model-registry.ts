import * as sagemaker from "@pulumi/aws/sagemaker";
import * as pulumi from "@pulumi/pulumi";
import { policyOfGroup } from "./permissions/group-policy";
import type { GovernanceConfig, GroupConfig } from "./stack-config";
import { writesPolicyOf } from "./stack-config-takeover";

export interface ModelRegistryArgs {
  config: GovernanceConfig;
}

/**
 * The central registry: model package groups, each open to the roles that register in it. Of a group that exists already
 * nothing is written, as its policy is one document: `addToGroupPolicies` says what it needs. With `ownsPolicy` that document is
 * the stack's.
 */
export class ModelRegistry extends pulumi.ComponentResource {
  constructor(name: string, { config }: ModelRegistryArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:ModelRegistry", name, {}, options);
    for (const group of config.groups.filter(writesPolicyOf)) {
      const isThere = group.existing === true;
      new sagemaker.ModelPackageGroupPolicy(
        group.name,
        {
          modelPackageGroupName: isThere ? group.name : this.make(group.name),
          resourcePolicy: policyText(config, group),
        },
        // Whoever gives the policy back finds it as it was last written.
        { parent: this, retainOnDelete: isThere },
      );
    }
    this.registerOutputs({});
  }

  private make(group: string): pulumi.Output<string> {
    const made = new sagemaker.ModelPackageGroup(
      group,
      { modelPackageGroupName: group, modelPackageGroupDescription: "Versions are judged before approval" },
      // It holds the versions, and the service keeps a group that has any.
      { parent: this, protect: true },
    );
    return made.modelPackageGroupName;
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
