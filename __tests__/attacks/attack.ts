import type { AccessRequest, Context } from "../../src/local/access/decide";
import type { Policies, PolicyStatement } from "../../src/local/access/declared-policies";
import { policyOfResource } from "../../src/local/access/declared-policies";
import { type Organization, sampleOrganization } from "../../src/local/access/organization";
import { ADMINISTRATOR, STRANGER_ACCOUNT, withPeople } from "../../src/local/access/people";
import { type SampleAccess, sampleAccess } from "../../src/local/access/sample-access";

const GOVERNANCE = "444455556666";
const CREDIT = "111122223333";
const PAYMENTS = "222233334444";
const role = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
const own = (of: string): string => role(GOVERNANCE, `mg-${of}-us-east-1`);

/** Everyone who attacks, or whose right a call is. */
export const WHO = {
  "dev admin": role(CREDIT, "administrator"),
  registrar: role(CREDIT, "ml-build"),
  "payments' registrar": role(PAYMENTS, "ml-build"),
  copy: role(CREDIT, "mg-copy-us-east-1"),
  replication: role(PAYMENTS, "mg-replication-us-east-1"),
  start: own("start"),
  pipeline: own("pipeline"),
  validate: own("validate"),
  decide: own("decide"),
  collect: own("collect"),
  reconcile: own("reconcile"),
  checkpoint: own("checkpoint"),
  revoke: own("revoke"),
  auditor: own("auditor"),
  reviewer: own("reviewer"),
  consumer: role("777788889999", "ml-deploy"),
  developer: role(GOVERNANCE, "developer"),
  "governance admin": role(GOVERNANCE, "administrator"),
  deployer: role(GOVERNANCE, "deploy"),
  stranger: role(STRANGER_ACCOUNT, "administrator"),
  Lambda: "lambda.amazonaws.com",
} as const;
export type Who = keyof typeof WHO;

/** A call: action, the thing's name as in docs/access.md, and what the request says of itself. */
export interface Call {
  does: string;
  on: string;
  saying?: Context;
}

export interface Attack extends Call {
  /** What they are after. */
  to: string;
  /** The ids of all statements that deny it, without which it gets through; none where no statement allows it. */
  deniedBy?: readonly string[];
  /** Whether no statement allows it either, so that it gets through only where one does and none of those denies it. */
  isAllowedByNone?: boolean;
  /** Whose right the same call is, or what is otherwise in it. */
  rightful: { who: Who } & Partial<Call>;
}

/** Says of a PUT that its key must be new. */
export const NEW_KEY: Context = { "s3:ObjectCreationOperation": "true", "s3:if-none-match": "*" };
/** Says of a PUT that whatever is there may be replaced. */
export const ANY_KEY: Context = { "s3:ObjectCreationOperation": "true" };
export const APPROVED: Context = { "sagemaker:ModelApprovalStatus": "Approved" };
export const PENDING: Context = { "sagemaker:ModelApprovalStatus": "PendingManualApproval" };

/** The sample world, its deployer among the principals. */
export interface AttackedWorld {
  access: SampleAccess;
  policies: Policies;
  organization: Organization;
}

export async function attackedWorld(): Promise<AttackedWorld> {
  const access = await sampleAccess();
  const deployer = { title: "Deployer", arn: WHO.deployer, account: GOVERNANCE, document: ADMINISTRATOR };
  return {
    access,
    policies: withPeople(access.policies, [deployer]),
    organization: sampleOrganization(access.program),
  };
}

export function requestOf({ access }: AttackedWorld, who: Who, { does, on, saying = {} }: Call): AccessRequest {
  const target = access.targets.find(({ label }) => label === on);
  if (target === undefined) throw new Error(`no resource is called ${on}`);
  return { principal: WHO[who], action: does, resource: target, context: saying };
}

/** Those whom nothing but the organization's policies binds in the governance account. */
const PEOPLE: readonly Who[] = ["developer", "governance admin"];

/** The service control policies that an attack meets: those of the governance account, where they are what it is about. */
export const scpsAgainst = (who: Who, { organization }: AttackedWorld) =>
  PEOPLE.includes(who) ? organization.governance : [];

/** Those that a rightful call meets: all that there are. */
export const scpsOn = (who: Who, { organization }: AttackedWorld) =>
  WHO[who].includes(GOVERNANCE) ? organization.governance : organization.dev;

/** The same world without all statements of these ids. */
export function withoutStatements(world: AttackedWorld, sids: readonly string[]): AttackedWorld {
  const without = <Policy extends { document: { Statement: readonly PolicyStatement[] } }>(policy: Policy): Policy => ({
    ...policy,
    document: {
      ...policy.document,
      Statement: policy.document.Statement.filter(({ Sid }) => !sids.includes(Sid ?? "")),
    },
  });
  const { policies, organization } = world;
  return {
    ...world,
    policies: { ...policies, resources: policies.resources.map(without) },
    organization: { governance: organization.governance.map(without), dev: organization.dev.map(without) },
  };
}

/** The same world with a statement that lets just this request in, on the side of the principal and of the resource. */
export function letIn(world: AttackedWorld, { principal, action, resource }: AccessRequest): AttackedWorld {
  const { policies } = world;
  const statement: PolicyStatement = { Sid: "LetsIn", Effect: "Allow", Action: action, Resource: resource.arn };
  const held = policies.principals.get(principal)?.policies ?? [];
  const theirs = policyOfResource(policies, resource.arn, action) ?? {
    name: "new",
    service: action.split(":")[0] ?? "",
    covers: [resource.arn],
    document: { Version: "2012-10-17" as const, Statement: [] },
  };
  const { Resource: _, ...anywhere } = statement;
  const admits = {
    ...anywhere,
    Principal: { AWS: principal },
    ...(action.startsWith("sts:") ? {} : { Resource: "*" }),
  };
  const opened = { ...theirs, document: { ...theirs.document, Statement: [...theirs.document.Statement, admits] } };
  return {
    ...world,
    policies: {
      principals: new Map([
        ...policies.principals,
        [
          principal,
          { policies: [...held, { name: "widened", document: { Version: "2012-10-17", Statement: [statement] } }] },
        ],
      ]),
      resources: [opened, ...policies.resources.filter((policy) => policy !== theirs)],
    },
  };
}
