import { arnParts } from "./arns";
import { arnOf, madeOf } from "./aws-outputs";
import type { Identities } from "./identities";
import { isRecord, listOf, nameOf, requireKnownInputs, text } from "./inputs";
import { COMMON_INPUTS, KNOWN_TYPES } from "./known-types";
import { parsePolicy } from "./policy";
import { S3_TYPES } from "./s3/bucket";
import { SAGEMAKER_TYPES } from "./sagemaker";
import { type DeclaredResource, UnknownToStandIn } from "./service";

/** Types whose services look at their own resources. */
const ELSEWHERE = new Set([...S3_TYPES, ...SAGEMAKER_TYPES]);

/**
 * Refuses resources of types and with inputs that the stand-in doesn't know, and those that name a role, policy, key,
 * repository or principal which isn't there.
 */
export function requireReferences(resources: readonly DeclaredResource[], identities: Identities): void {
  for (const resource of resources) {
    const known = KNOWN_TYPES[resource.type];
    if (known !== undefined) requireKnownInputs(resource, [...known, ...COMMON_INPUTS]);
    else if (!ELSEWHERE.has(resource.type)) throw new UnknownToStandIn(`${nameOf(resource)}: resource type`);
    requireKeys(resource, resources);
    CHECKS[resource.type]?.(resource, identities, resources);
  }
}

type Check = (of: DeclaredResource, identities: Identities, all: readonly DeclaredResource[]) => void;

const policyIsKnown: Check = (of) => {
  parsePolicy(of.inputs.policy, nameOf(of));
};
const principalsExist: Check = (of, identities) => {
  if (of.inputs.policy !== undefined) identities.requirePrincipals(of.inputs.policy, of);
};

const CHECKS: Readonly<Record<string, Check>> = {
  "aws:kms/key:Key": principalsExist,
  "aws:kms/alias:Alias": (of, _identities, all) => {
    const target = text(of, "targetKeyId");
    const keys = all.filter(({ type }) => type === "aws:kms/key:Key");
    if (!keys.some((key) => target === madeOf(key).id || target === arnOf(key))) {
      throw new Error(`${nameOf(of)}: key ${target} doesn't exist`);
    }
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": (of, identities, all) => {
    const name = text(of, "repository");
    const found = all.some(
      ({ type, account, id }) => type === "aws:ecr/repository:Repository" && account === of.account && id === name,
    );
    if (!found) throw new Error(`${nameOf(of)}: repository ${name} doesn't exist`);
    principalsExist(of, identities, all);
  },
  "aws:iam/role:Role": (of, identities) => identities.requirePrincipals(of.inputs.assumeRolePolicy, of),
  "aws:iam/policy:Policy": policyIsKnown,
  "aws:iam/rolePolicy:RolePolicy": (of, identities, all) => {
    identities.requireAttached(of);
    policyIsKnown(of, identities, all);
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (of, identities) => identities.requireAttached(of),
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": (of, identities) =>
    identities.requireRole(text(of, "role"), "s3.amazonaws.com", nameOf(of), `arn:aws:s3:::${text(of, "bucket")}`),
  "aws:s3/bucketNotification:BucketNotification": (of, _identities, all) => {
    const known = all.filter(({ type }) => type === "aws:sqs/queue:Queue").map(arnOf);
    for (const queue of listOf(of.inputs.queues)) {
      const arn = isRecord(queue) ? String(queue.queueArn) : "";
      if (!known.includes(arn)) throw new Error(`${nameOf(of)}: queue ${arn} doesn't exist`);
    }
  },
  "aws:sagemaker/pipeline:Pipeline": (of, identities) =>
    identities.requireRole(text(of, "roleArn"), "sagemaker.amazonaws.com", nameOf(of), arnOf(of)),
};

/** ARNs of KMS keys anywhere in an input must be keys that exist. */
function requireKeys(resource: DeclaredResource, all: readonly DeclaredResource[]): void {
  if (resource.type.startsWith("aws:iam/") || resource.type.startsWith("aws:kms/")) return;
  const keys = new Set(all.filter(({ type }) => type === "aws:kms/key:Key").map(arnOf));
  for (const [input, value] of Object.entries(resource.inputs)) {
    const missing = textsIn(value).find(
      (item) => /^arn:[^:]+:kms:/.test(item) && !keys.has(item) && arnParts(item)?.resource.startsWith("key/"),
    );
    if (missing !== undefined)
      throw new Error(`${nameOf(resource)}: ${input} names key ${missing}, which doesn't exist`);
  }
}

const textsIn = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : Array.isArray(value)
      ? value.flatMap(textsIn)
      : isRecord(value)
        ? Object.values(value).flatMap(textsIn)
        : [];
