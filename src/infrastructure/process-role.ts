import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { type RoleOf, roleArn, roleName } from "../contract/names";
import { type Grant, identityPolicy, identityPolicyLength, type MadeArns } from "./permissions/grant";
import { trustPolicy } from "./permissions/trust-policy";
import { placeOf, type StackConfig } from "./stack-config";

export interface ProcessRoleArgs {
  config: StackConfig;
  of: RoleOf;
  /** Who does what in this account. */
  table: readonly Grant[];
  /** ARNs of what the table names and its name doesn't give. */
  made: MadeArns;
}

/** Characters that IAM takes in all policies inside a role. */
const LONGEST_INLINE_POLICY = 10_240;

/** The role of one process, or of people, with what the table lets it do. */
export class ProcessRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** What AWS calls it for good: another role of the same name has another. */
  readonly uniqueId: pulumi.Output<string>;

  constructor(name: string, { config, of, table, made }: ProcessRoleArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:ProcessRole", name, {}, options);
    const own = { parent: this };
    const role = new iam.Role(
      name,
      {
        name: roleName(config.prefix, of, config.region),
        path: config.rolePath,
        ...(config.permissionsBoundary !== undefined && { permissionsBoundary: config.permissionsBoundary }),
        assumeRolePolicy: JSON.stringify(trustPolicy(of, config)),
      },
      own,
    );
    const arn = roleArn(config, of, placeOf(config));
    requireRoom(table, arn, config.partition);
    const policy = identityPolicy(table, arn, config.partition, made);
    const granted = new iam.RolePolicy(name, { role: role.name, policy: pulumi.jsonStringify(policy) }, own);
    // Whoever uses the role waits for its policy.
    this.arn = pulumi.all([role.arn, granted.id]).apply(([arn]) => arn);
    this.uniqueId = role.uniqueId;
    this.registerOutputs({ arn: this.arn });
  }
}

/** @throws RunError at preview, before IAM would refuse the policy in the middle of a deployment */
function requireRoom(table: readonly Grant[], role: string, partition: string): void {
  const length = identityPolicyLength(table, role, partition);
  if (length <= LONGEST_INLINE_POLICY) return;
  throw new pulumi.RunError(
    `role ${role}: its policy has ${length} characters, IAM takes ${LONGEST_INLINE_POLICY}; it names every group and dev account of the configuration, so divide them between two governance stacks with different prefixes`,
  );
}
