import { arnParts, wildcardMatches } from "../stand-in/arns";
import { arnOf, partitionOf } from "../stand-in/aws-outputs";
import { isRecord, jsonText, nameOf, optionalText, requireKnownInputs, text } from "../stand-in/inputs";
import { type DeclaredResource, UnknownToStandIn } from "../stand-in/service";

/** A policy document, and which one it is, for messages: `governance: role policy "decide"`. */
export interface NamedPolicy {
  name: string;
  document: PolicyDocument;
}

export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: readonly PolicyStatement[];
}

/** A statement as IAM reads it; ids that the program gives are in `Sid`. */
export interface PolicyStatement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  [element: string]: unknown;
}

/** What a principal holds itself. */
export interface HeldPolicies {
  policies: readonly NamedPolicy[];
  /** What it may do at most. */
  boundary?: NamedPolicy;
}

/** Policy of a resource: whom it lets in. */
export interface ResourcePolicy extends NamedPolicy {
  /** Patterns of the ARNs that it speaks of. */
  covers: readonly string[];
  /** Prefix of the actions that ask it. A role's trust policy isn't asked who may pass or change the role. */
  service: string;
}

/** All policies that a request may meet, but for those of the organization. */
export interface Policies {
  /** By the principal's ARN. */
  principals: ReadonlyMap<string, HeldPolicies>;
  resources: readonly ResourcePolicy[];
}

/**
 * The policies that a program declares, of principals and of resources.
 * @param existing ARNs of roles that were there before; of them no more is known than what the program attaches
 * @param boundaries documents of permissions boundaries that the program doesn't make, by ARN
 * @throws UnknownToStandIn for a policy of a kind that it doesn't know, since one left out would allow or deny too much
 */
export function declaredPolicies(
  resources: readonly DeclaredResource[],
  existing: readonly string[] = [],
  boundaries: ReadonlyMap<string, PolicyDocument> = new Map(),
): Policies {
  for (const resource of resources) requireKnown(resource);
  const roles = new Map(ofType(resources, "aws:iam/role:Role").map((role) => [arnOf(role), role]));
  const held = (arn: string): [string, HeldPolicies] => {
    const boundary = boundaryOf(roles.get(arn), resources, boundaries);
    return [arn, { policies: attachedTo(arn, resources), ...(boundary && { boundary }) }];
  };
  return {
    principals: new Map([...roles.keys(), ...existing].map(held)),
    resources: [
      ...resources.flatMap((resource) => RESOURCE_POLICIES[resource.type]?.(resource, resources) ?? []),
      ...functionPolicies(ofType(resources, PERMISSION)),
    ],
  };
}

/** The policy that a request for this resource meets; undefined where it has none. */
export const policyOfResource = (policies: Policies, arn: string, action: string): ResourcePolicy | undefined =>
  policies.resources.find(
    ({ covers, service }) =>
      action.startsWith(`${service}:`) && covers.some((pattern) => wildcardMatches(pattern, arn)),
  );

const PERMISSION = "aws:lambda/permission:Permission";
const IDENTITY_TYPES = [
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
];
/** Nobody is let in by it. */
const NO_ACCESS_POLICY = ["aws:ecr/lifecyclePolicy:LifecyclePolicy"];
/** Of roles: policies there would be overlooked. */
const UNKNOWN_OF_ROLES = ["inlinePolicies", "managedPolicyArns"];

function requireKnown(resource: DeclaredResource): void {
  const { type, inputs } = resource;
  const known = [...IDENTITY_TYPES, ...NO_ACCESS_POLICY, PERMISSION, ...Object.keys(RESOURCE_POLICIES)];
  const opensSomething = type.startsWith("aws:iam/") || /policy|permission|grant/i.test(type);
  if (opensSomething && !known.includes(type)) throw new UnknownToStandIn(`${nameOf(resource)}: kind of policy`);
  const overlooked = UNKNOWN_OF_ROLES.filter((input) => type === "aws:iam/role:Role" && inputs[input] !== undefined);
  if (overlooked.length > 0) throw new UnknownToStandIn(`${nameOf(resource)}: ${overlooked.join(", ")}`);
}

const ofType = (resources: readonly DeclaredResource[], type: string): DeclaredResource[] =>
  resources.filter((resource) => resource.type === type);

function attachedTo(arn: string, resources: readonly DeclaredResource[]): NamedPolicy[] {
  const of = ({ account, inputs: { role } }: DeclaredResource): boolean =>
    account === arnParts(arn)?.account && (role === arn || arn.endsWith(`/${role}`));
  const inline = ofType(resources, "aws:iam/rolePolicy:RolePolicy").filter(of);
  const attached = ofType(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter(of);
  return [
    ...inline.map((policy) => named(policy, "policy")),
    ...attached.map((attachment) => managedPolicy(text(attachment, "policyArn"), attachment, resources)),
  ];
}

function managedPolicy(arn: string, of: DeclaredResource, resources: readonly DeclaredResource[]): NamedPolicy {
  const policy = ofType(resources, "aws:iam/policy:Policy").find((declared) => arnOf(declared) === arn);
  if (policy === undefined) throw new UnknownToStandIn(`${nameOf(of)}: policy ${arn}, which the program doesn't make`);
  return named(policy, "policy");
}

function boundaryOf(
  role: DeclaredResource | undefined,
  resources: readonly DeclaredResource[],
  boundaries: ReadonlyMap<string, PolicyDocument>,
): NamedPolicy | undefined {
  const arn = role === undefined ? undefined : optionalText(role, "permissionsBoundary");
  if (role === undefined || arn === undefined) return undefined;
  const document = boundaries.get(arn);
  return document === undefined ? managedPolicy(arn, role, resources) : { name: arn, document };
}

type Reader = (of: DeclaredResource, all: readonly DeclaredResource[]) => ResourcePolicy[];

const policyOn =
  (service: string, input: string, covers: (of: DeclaredResource, all: readonly DeclaredResource[]) => string[]) =>
  (of: DeclaredResource, all: readonly DeclaredResource[]): ResourcePolicy[] =>
    of.inputs[input] === undefined ? [] : [{ ...named(of, input), service, covers: covers(of, all) }];

/** ARN of the resource that a policy is set on, by its type and id. */
const arnById = (of: DeclaredResource, all: readonly DeclaredResource[], type: string, id: string): string => {
  const found = all.find((other) => other.type === type && other.account === of.account && other.id === id);
  if (found === undefined) throw new Error(`${nameOf(of)}: its policy is for ${type} ${id}, which doesn't exist`);
  return arnOf(found);
};

const RESOURCE_POLICIES: Readonly<Record<string, Reader>> = {
  "aws:s3/bucketPolicy:BucketPolicy": policyOn("s3", "policy", (of, all) => {
    const bucket = arnById(of, all, "aws:s3/bucket:Bucket", text(of, "bucket"));
    return [bucket, `${bucket}/*`];
  }),
  "aws:kms/key:Key": policyOn("kms", "policy", (of) => [arnOf(of)]),
  "aws:sqs/queuePolicy:QueuePolicy": policyOn("sqs", "policy", (of, all) => [
    arnById(of, all, "aws:sqs/queue:Queue", text(of, "queueUrl")),
  ]),
  "aws:sns/topicPolicy:TopicPolicy": policyOn("sns", "policy", (of) => [text(of, "arn")]),
  "aws:ecr/repositoryPolicy:RepositoryPolicy": policyOn("ecr", "policy", (of, all) => [
    arnById(of, all, "aws:ecr/repository:Repository", text(of, "repository")),
  ]),
  // A group's policy is for its versions too. That its conditions are looked at isn't documented; IAM's rules are taken for granted here.
  "aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy": policyOn(
    "sagemaker",
    "resourcePolicy",
    (of, all) => {
      const name = text(of, "modelPackageGroupName");
      const group = arnById(of, all, "aws:sagemaker/modelPackageGroup:ModelPackageGroup", name);
      return [group, `${group.replace(":model-package-group/", ":model-package/")}/*`];
    },
  ),
  "aws:iam/role:Role": policyOn("sts", "assumeRolePolicy", (of) => [arnOf(of)]),
};

/** A function's policy, made of its permissions; a published version or an alias has one of its own. */
function functionPolicies(permissions: readonly DeclaredResource[]): ResourcePolicy[] {
  const targets = [...new Set(permissions.map(permittedFunction))];
  return targets.map((target) => {
    const own = permissions.filter((permission) => permittedFunction(permission) === target);
    return {
      name: `function policy of ${target}`,
      service: "lambda",
      covers: [target],
      document: { Version: "2012-10-17", Statement: own.map((permission) => permissionStatement(permission, target)) },
    };
  });
}

function permittedFunction(of: DeclaredResource): string {
  const given = text(of, "function");
  const arn = given.startsWith("arn:")
    ? given
    : `arn:${partitionOf(of.region)}:lambda:${of.region}:${of.account}:function:${given}`;
  const qualifier = optionalText(of, "qualifier");
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

const PERMISSION_INPUTS = ["action", "function", "principal", "qualifier", "sourceArn", "sourceAccount", "statementId"];

function permissionStatement(of: DeclaredResource, target: string): PolicyStatement {
  requireKnownInputs(of, [...PERMISSION_INPUTS, "region"]);
  const principal = text(of, "principal");
  const [sourceArn, sourceAccount] = [optionalText(of, "sourceArn"), optionalText(of, "sourceAccount")];
  const condition = {
    ...(sourceArn !== undefined && { ArnLike: { "AWS:SourceArn": sourceArn } }),
    ...(sourceAccount !== undefined && { StringEquals: { "AWS:SourceAccount": sourceAccount } }),
  };
  return {
    Sid: optionalText(of, "statementId") ?? of.name,
    Effect: "Allow",
    Principal: /amazonaws\.com/.test(principal) ? { Service: principal } : { AWS: principal },
    Action: text(of, "action"),
    Resource: target,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function named(of: DeclaredResource, input: string): NamedPolicy {
  const document: unknown = isRecord(of.inputs[input]) ? of.inputs[input] : jsonText(of, input);
  if (!isPolicyDocument(document)) {
    throw new Error(
      `${nameOf(of)}: ${input} is no policy document, expected Version "2012-10-17" and a list Statement`,
    );
  }
  return { name: nameOf(of), document };
}

export const isPolicyDocument = (value: unknown): value is PolicyDocument =>
  isRecord(value) && value.Version === "2012-10-17" && Array.isArray(value.Statement);
