import {
  createValidatedPolicy,
  type ValidatedPolicy,
  validateIdentityPolicy,
  validateResourcePolicy,
  validateServiceControlPolicy,
} from "@cloud-copilot/iam-policy";
import {
  isWildcardOnlyAction,
  type RequestAnalysis,
  runSimulation,
  type Simulation,
} from "@cloud-copilot/iam-simulate";
import { arnParts } from "../stand-in/arns";
import { type NamedPolicy, type Policies, type PolicyDocument, policyOfResource } from "./declared-policies";

/** One request, as IAM sees it. */
export interface AccessRequest {
  /** ARN of a role, or name of a service that acts by itself: `events.amazonaws.com`. */
  principal: string;
  /** For example `s3:PutObject`. */
  action: string;
  /** ARN, and the account that owns it, which a bucket's ARN doesn't say. Actions that take no resource leave it out of account. */
  resource: { arn: string; account: string };
  /** Condition keys and their values; a key that isn't here is absent from the request. */
  context?: Context;
}

export type Context = Readonly<Record<string, string | readonly string[]>>;

/** A statement, by its policy's name and its own id, or its number where it has none. */
export interface StatementRef {
  policy: string;
  sid: string;
}

export interface Decision {
  allowed: boolean;
  /** Statements that let it in; none where it is refused. */
  by: readonly StatementRef[];
  /** Statements that forbid it. */
  deniedBy: readonly StatementRef[];
  /** For people: what let it in, or why it is refused. */
  reason: string;
}

export interface Organization {
  /** Service control policies, which bind the principals of all accounts here. */
  scps?: readonly NamedPolicy[];
}

/**
 * Whether IAM would let a request in, by these policies and no others.
 * @throws Error for a principal, action or resource type that isn't known, and for a policy that IAM would refuse
 */
export async function decide(
  request: AccessRequest,
  policies: Policies,
  { scps = [] }: Organization = {},
): Promise<Decision> {
  const simulation = await simulationOf(request, policies, scps);
  const result = await runSimulation(simulation, {});
  if (result.resultType !== "single") throw new Error(`${told(request)}: ${problem(result)}`);
  return decisionOf(request, result.result.analysis, resourcePolicyName(request, policies));
}

/** What the simulator is told; also for those who run it in another way. */
export async function simulationOf(
  request: AccessRequest,
  policies: Policies,
  scps: readonly NamedPolicy[] = [],
): Promise<Simulation> {
  const { principal, action, resource } = request;
  const held = policies.principals.get(principal);
  const isService = !principal.startsWith("arn:");
  if (held === undefined && !isService) throw new Error(`${told(request)}: nothing is known of this principal`);
  const [service = "", name = ""] = action.split(":");
  const takesNone = await isWildcardOnlyAction(service, name);
  const resourcePolicy = policyOfResource(policies, resource.arn, action);
  return {
    request: {
      principal,
      action,
      resource: takesNone
        ? { resource: "*", accountId: arnParts(principal)?.account ?? resource.account }
        : { resource: resource.arn, accountId: resource.account },
      contextVariables: { ...callerContext(principal, resource.account), ...mutable(request.context ?? {}) },
    },
    identityPolicies: (held?.policies ?? []).map(asSimulated(validateIdentityPolicy)),
    serviceControlPolicies:
      scps.length === 0 || isService
        ? []
        : [
            {
              orgIdentifier: "organization",
              policies: [FULL_ACCESS, ...scps].map(asSimulated(validateServiceControlPolicy)),
            },
          ],
    resourceControlPolicies: [],
    ...(resourcePolicy !== undefined &&
      !takesNone && { resourcePolicy: validated(resourcePolicy.document, validateResourcePolicy) }),
    ...(held?.boundary !== undefined && {
      permissionBoundaryPolicies: [held.boundary].map(asSimulated(validateIdentityPolicy)),
    }),
  };
}

/** Without it, an organization's policies would allow nothing. */
const FULL_ACCESS: NamedPolicy = {
  name: "FullAWSAccess",
  document: { Version: "2012-10-17", Statement: [{ Sid: "FullAccess", Effect: "Allow", Action: "*", Resource: "*" }] },
};

type Validate = typeof validateIdentityPolicy;

const asSimulated =
  (validate: Validate) =>
  ({ name, document }: NamedPolicy) => ({ name, policy: validated(document, validate) });

/** Nobody changes a document, and looking at it again takes most of a decision's time. */
const known = new WeakMap<PolicyDocument, ValidatedPolicy>();

function validated(document: PolicyDocument, validate: Validate): ValidatedPolicy {
  const policy = known.get(document) ?? createValidatedPolicy(document, validate);
  known.set(document, policy);
  return policy;
}

/** What AWS itself says of a caller. */
function callerContext(principal: string, resourceAccount: string): Record<string, string> {
  const account = arnParts(principal)?.account;
  return {
    "aws:SecureTransport": "true",
    "aws:ResourceAccount": resourceAccount,
    "aws:PrincipalIsAWSService": String(account === undefined),
    ...(account !== undefined && {
      "aws:PrincipalArn": principal,
      "aws:PrincipalAccount": account,
      "aws:PrincipalType": "AssumedRole",
    }),
  };
}

const mutable = (context: Context): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key, typeof value === "string" ? value : [...value]]),
  );

const resourcePolicyName = ({ action, resource }: AccessRequest, policies: Policies): string =>
  policyOfResource(policies, resource.arn, action)?.name ?? "policy of the resource";

/** @param resourcePolicy name of the resource's policy, which the simulator doesn't keep */
export function decisionOf(request: AccessRequest, analysis: RequestAnalysis, resourcePolicy: string): Decision {
  const { identityAnalysis, resourceAnalysis, permissionBoundaryAnalysis, scpAnalysis, result } = analysis;
  const held = [identityAnalysis, permissionBoundaryAnalysis].flatMap((part) => (part ? [part] : []));
  const organization = scpAnalysis?.ouAnalysis ?? [];
  const allowed = result === "Allowed";
  const refs = (statements: readonly Analysed[], policy?: string): StatementRef[] =>
    statements.map(({ policyId, statement }) => ({
      policy: policy ?? policyId,
      sid: statement.sid() ?? `statement ${statement.index()}`,
    }));
  const by = [
    ...refs(identityAnalysis?.allowStatements ?? []),
    ...refs(resourceAnalysis?.allowStatements ?? [], resourcePolicy),
  ];
  const deniedBy = [
    ...[...held, ...organization].flatMap(({ denyStatements }) => refs(denyStatements)),
    ...refs(resourceAnalysis?.denyStatements ?? [], resourcePolicy),
  ];
  return {
    allowed,
    by: allowed ? by : [],
    deniedBy: allowed ? [] : deniedBy,
    reason: `${told(request)}: ${reasonOf(allowed, by, deniedBy, analysis)}`,
  };
}

type Analysed = NonNullable<RequestAnalysis["identityAnalysis"]>["allowStatements"][number];

function reasonOf(
  allowed: boolean,
  by: readonly StatementRef[],
  deniedBy: readonly StatementRef[],
  { blockedBy = [] }: RequestAnalysis,
): string {
  const listed = (refs: readonly StatementRef[]) => refs.map(({ policy, sid }) => `${sid} of ${policy}`).join(", ");
  if (allowed) return `allowed by ${listed(by)}`;
  if (deniedBy.length > 0) return `denied by ${listed(deniedBy)}`;
  if (blockedBy.length > 0)
    return `allowed by ${listed(by)}, but not by ${blockedBy.map((kind) => (kind === "pb" ? "the role's permissions boundary" : kind)).join(", ")}`;
  return by.length > 0 ? `only one side allows it: ${listed(by)}` : "no statement allows it";
}

const told = ({ principal, action, resource }: AccessRequest): string => `${principal} ${action} on ${resource.arn}`;

const problem = (result: Awaited<ReturnType<typeof runSimulation>>): string =>
  result.resultType === "error" ? JSON.stringify(result.errors) : "a resource with wildcards has no one answer";
