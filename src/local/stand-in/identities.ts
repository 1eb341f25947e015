import { arnParts } from "./arns";
import { arnOf } from "./aws-outputs";
import { nameOf, text } from "./inputs";
import { allowsPrincipal, allowsService, namedPrincipals, parsePolicy } from "./policy";
import { AwsError, type Caller, type DeclaredResource } from "./service";

/** Roles and accounts that exist: those that the program declares, and those that were there before. */
export class Identities {
  private readonly roles = new Map<string, DeclaredResource | undefined>();
  private readonly accounts: ReadonlySet<string>;
  private readonly policies = new Set<string>();

  /** @param existing ARNs of roles that were there before the program */
  constructor(resources: readonly DeclaredResource[], existing: readonly string[]) {
    for (const arn of existing) this.roles.set(arn, undefined);
    for (const role of resources.filter(({ type }) => type === "aws:iam/role:Role")) {
      this.roles.set(arnOf(role), role);
    }
    for (const policy of resources.filter(({ type }) => type === "aws:iam/policy:Policy"))
      this.policies.add(arnOf(policy));
    this.accounts = new Set([...this.roles.keys(), ...existing].map((arn) => arnParts(arn)?.account ?? ""));
  }

  /** Refuses a caller that isn't there. */
  requireCaller({ principal }: Caller): void {
    if (!this.roles.has(principal)) {
      throw new AwsError("InvalidClientTokenId", `${principal} doesn't exist`, 403);
    }
  }

  /**
   * Refuses a role that isn't there or that doesn't let `service` act as it for the resource with ARN `actingFor`.
   * @param of what needs the role, for messages
   */
  requireRole(arn: string, service: string, of: string, actingFor: string): void {
    if (!this.roles.has(arn)) throw new Error(`${of}: role ${arn} doesn't exist`);
    const role = this.roles.get(arn);
    if (
      role !== undefined &&
      !allowsService(parsePolicy(role.inputs.assumeRolePolicy, nameOf(role)), service, actingFor)
    ) {
      throw new Error(`${nameOf(role)}: its trust policy doesn't let ${service} act as it, which ${of} needs`);
    }
  }

  /** Refuses a role policy or attachment whose role or policy isn't there. */
  requireAttached(of: DeclaredResource): void {
    const role = text(of, "role");
    const names = [...this.roles.keys()].filter((arn) => arnParts(arn)?.account === of.account);
    if (!names.some((arn) => arn === role || arn.endsWith(`/${role}`))) {
      throw new Error(`${nameOf(of)}: role ${role} doesn't exist in account ${of.account}`);
    }
    const policy = of.inputs.policyArn;
    if (typeof policy === "string" && arnParts(policy)?.account !== "aws" && !this.policies.has(policy)) {
      throw new Error(`${nameOf(of)}: policy ${policy} doesn't exist`);
    }
  }

  /** As the surroundings' `requirePrincipals`. */
  requirePrincipals(policy: unknown, of: DeclaredResource): void {
    const statements = parsePolicy(policy, nameOf(of));
    for (const { effect, who, conditions } of statements) {
      if (effect === "Allow" && who?.aws.includes("*") && conditions.length === 0) {
        throw new Error(`${nameOf(of)}: a statement lets everyone in, without a condition`);
      }
      for (const service of who?.services ?? []) requireService(service, of);
    }
    for (const principal of namedPrincipals(statements)) this.requirePrincipal(principal, of);
  }

  /** As the surroundings' `admits`. */
  admits(policy: unknown, { principal }: Caller): boolean {
    return allowsPrincipal(parsePolicy(policy, "a resource's policy"), principal);
  }

  private requirePrincipal(principal: string, of: DeclaredResource): void {
    const parts = arnParts(principal);
    const account = parts?.account ?? principal;
    const known =
      parts === undefined || parts.resource === "root" ? this.accounts.has(account) : this.roles.has(principal);
    if (!known) throw new Error(`${nameOf(of)}: its policy names ${principal}, which doesn't exist`);
  }
}

const SERVICES = [
  "lambda",
  "sagemaker",
  "s3",
  "events",
  "sns",
  "sqs",
  "cloudwatch",
  "logs",
  "ecr",
  "replication.ecr",
  "delivery.logs",
];

function requireService(service: string, of: DeclaredResource): void {
  const name = service.replace(/\.amazonaws\.com(\.cn)?$/, "");
  if (name === service || !SERVICES.includes(name)) {
    throw new Error(`${nameOf(of)}: its policy names ${service}, which is no service that acts here`);
  }
}
