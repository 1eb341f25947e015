import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { registrarsOf } from "./permissions/dev-table";
import { type Grant, identityPolicy, identityPolicyLength, type MadeArns } from "./permissions/grant";
import { registeringPolicyName } from "./permissions/named-things";
import { LONGEST_MANAGED_POLICY } from "./permissions/policy-documents";
import type { DevConfig } from "./stack-config";

export interface RegisteringPolicyArgs {
  config: DevConfig;
  /** Who does what in this account. */
  table: readonly Grant[];
  made: MadeArns;
}

/** The managed policy of the roles that register versions, attached to those that config names. */
export class RegisteringPolicy extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { config, table, made }: RegisteringPolicyArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:RegisteringPolicy", name, {}, options);
    const roles = registrarsOf(config).map(({ arn }) => arn);
    // All registering roles may do the same, so the first one's policy is everyone's.
    requireRoom(table, roles[0] ?? "", config.partition);
    const document = identityPolicy(table, roles[0] ?? "", config.partition, made);
    const policy = new iam.Policy(
      name,
      {
        name: registeringPolicyName(config),
        description: "Registers model versions for approval, and writes models and evidence",
        policy: pulumi.jsonStringify(document),
      },
      { parent: this },
    );
    for (const role of roles.map(roleNameOf)) {
      new iam.RolePolicyAttachment(`${name}-${role}`, { role, policyArn: policy.arn }, { parent: this });
    }
    this.arn = policy.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** @throws RunError at preview */
function requireRoom(table: readonly Grant[], role: string, partition: string): void {
  const length = identityPolicyLength(table, role, partition);
  if (length <= LONGEST_MANAGED_POLICY) return;
  throw new pulumi.RunError(
    `policy of the registering roles: it has ${length} characters, IAM takes ${LONGEST_MANAGED_POLICY}; it names every entry of governance:groups and governance:evidencePrefixes, so name fewer of them in this stack`,
  );
}

/** The last part: paths don't count in a role's name. */
const roleNameOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);
