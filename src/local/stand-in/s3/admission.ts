import { arnParts, wildcardMatches } from "../arns";
import { isRecord, jsonText, listOf, nameOf } from "../inputs";
import { holds, parsePolicy, type RequestContext } from "../policy";
import { AwsError, type Caller, type Surroundings, UnknownToStandIn } from "../service";
import type { Bucket } from "./bucket";

/** Who calls, and which operation. */
export interface Asker {
  operation: string;
  caller: Caller;
}

/** What a bucket's policy is asked about. */
export interface Request extends Asker {
  /** For example `s3:PutObject`. */
  action: string;
  /** Absent where the bucket itself is meant. */
  key: string | undefined;
  /** What the request says, by condition key in lower case. */
  context: RequestContext;
}

/**
 * A bucket by its name, which exists, is whose the call expects, and lets its caller in.
 * @param owner the call's ExpectedBucketOwner
 */
export function bucketFor(
  buckets: ReadonlyMap<string, Bucket>,
  name: string,
  owner: string | undefined,
  { caller, operation }: Asker,
  around: Surroundings,
): Bucket {
  const bucket = buckets.get(name);
  if (bucket === undefined) throw new AwsError("NoSuchBucket", `The specified bucket does not exist: ${name}`, 404);
  if (owner !== undefined && owner !== bucket.account) {
    throw denied(operation, `bucket ${name} belongs to another account than ${owner}`);
  }
  const own = caller.account === bucket.account;
  if (!own && (bucket.policy === undefined || !around.admits(bucket.policy.inputs.policy, caller))) {
    throw denied(operation, `the policy of bucket ${name} doesn't let ${caller.principal} in`);
  }
  return bucket;
}

const denied = (operation: string, why: string) => new AwsError("AccessDenied", `${operation}: ${why}`, 403);

/** A call must go to the Region in which the bucket is. */
export function requireRegion({ name, region }: Bucket, { caller, operation }: Asker): void {
  if (caller.region === region) return;
  const where = `bucket ${name} is in ${region}, the call went to ${caller.region}`;
  throw new AwsError("PermanentRedirect", `${operation}: ${where}`, 301);
}

/** Refuses a key that doesn't exist where the bucket is, or whose policy doesn't let a caller of another account in. */
export function requireKey(
  keyArn: string | undefined,
  { region, name }: Bucket,
  { caller, operation }: Asker,
  around: Surroundings,
): void {
  if (keyArn === undefined) return;
  const parts = arnParts(keyArn);
  const key = around
    .declared("aws:kms/key:Key")
    .find(
      ({ id, account, region: of }) => parts?.resource === `key/${id}` && parts.account === account && of === region,
    );
  if (key === undefined || parts?.region !== region) {
    throw new AwsError(
      "KMS.NotFoundException",
      `${operation}: key ${keyArn} does not exist in ${region}, as ${name} does`,
    );
  }
  if (key.account !== caller.account && !around.admits(key.inputs.policy, caller)) {
    throw denied(operation, `the policy of key ${keyArn} doesn't let ${caller.principal} in`);
  }
}

/** Refuses a request that a statement of the bucket's policy denies. */
export function requireNotDenied({ arn, name, policy }: Bucket, request: Request): void {
  if (policy === undefined) return;
  const of = nameOf(policy);
  const document = jsonText(policy, "policy");
  const raw = isRecord(document) ? listOf(document.Statement).filter(isRecord) : [];
  const resource = request.key === undefined ? arn : `${arn}/${request.key}`;
  const context = new Map([...request.context, ...saysOfCaller(request.caller)]);
  parsePolicy(document, of).forEach(({ effect, who, conditions }, at) => {
    const { Sid, Action, Resource, NotResource } = raw[at] ?? {};
    if (effect !== "Deny") return;
    if (Action === undefined) throw new UnknownToStandIn(`${of}: NotAction`);
    const aims = NotResource === undefined ? matchesAny(Resource, resource) : !matchesAny(NotResource, resource);
    const meant = matchesAny(Action, request.action) && aims && names(who?.aws, request.caller);
    if (!meant || !conditions.every((condition) => holds(condition, context))) return;
    throw denied(request.operation, `the policy of bucket ${name} denies ${request.action} by ${String(Sid)}`);
  });
}

const matchesAny = (patterns: unknown, text: string): boolean =>
  listOf(patterns).some((pattern) => wildcardMatches(String(pattern), text));

const names = (principals: readonly string[] | undefined, { principal, account }: Caller): boolean =>
  principals?.some((one) => ["*", principal, account].includes(one) || one.endsWith(`::${account}:root`)) ?? false;

const saysOfCaller = ({ principal, account }: Caller): [string, string][] => [
  ["aws:principalarn", principal],
  ["aws:principalaccount", account],
  ["aws:securetransport", "true"],
  ["aws:principalisawsservice", "false"],
  ["s3:tlsversion", "1.3"],
];
