import type { ListedExecution, ListedVersion } from "../../src/core/ports";
import type {
  DeployedAccount,
  FoundBucket,
  FoundFunction,
  FoundKey,
  FoundRole,
  FoundRule,
  FoundTrail,
} from "../../src/doctor/ports";
import { declaredPolicies } from "../../src/local/access/declared-policies";
import { madeOf } from "../../src/local/stand-in/aws-outputs";
import type { DeclaredResource } from "../../src/local/stand-in/service";

/** What is found in an account, for tests to change. */
export interface FoundAccount {
  buckets: Map<string, FoundBucket>;
  roles: Map<string, FoundRole>;
  keys: Map<string, FoundKey>;
  groupPolicies: Map<string, string>;
  /** By ARN. */
  queuePolicies: Map<string, string>;
  /** By URL. */
  messages: Map<string, number>;
  topicPolicies: Map<string, string>;
  repositoryPolicies: Map<string, string>;
  /** `repository@digest` */
  images: Set<string>;
  rules: Map<string, FoundRule>;
  functions: Map<string, FoundFunction>;
  /** By function. */
  feeds: Map<string, { queueArn: string; isEnabled: boolean }[]>;
  pending: ListedVersion[];
  /** Keys of objects, of whatever bucket, and what they hold. */
  objects: Map<string, string>;
  executions: ListedExecution[];
  trails: FoundTrail[];
}

const text = (value: unknown): string => String(value);
const arn = (resource: DeclaredResource): string => text(madeOf(resource).properties.arn);
const field = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce((at: unknown, name) => (at === undefined ? undefined : Reflect.get(Object(at), name)), value);

/** What AWS would show of what a program declares, right after `pulumi up`. */
export function foundAfter(resources: readonly DeclaredResource[], image: string): FoundAccount {
  const of = (type: string) => resources.filter((one) => one.type.endsWith(`:${type}`));
  const settingOf = (type: string, bucket: string) => of(type).find(({ inputs }) => inputs.bucket === bucket)?.inputs;
  const buckets = of("Bucket").map(({ inputs }): [string, FoundBucket] => {
    const bucket = text(inputs.bucket);
    const retention = field(settingOf("BucketObjectLockConfiguration", bucket), "rule", "defaultRetention");
    const encryption = settingOf("BucketServerSideEncryptionConfiguration", bucket);
    return [
      bucket,
      {
        policy: text(settingOf("BucketPolicy", bucket)?.policy),
        keyArn: text(field(encryption, "rules", 0, "applyServerSideEncryptionByDefault", "kmsMasterKeyId")),
        isVersioned: settingOf("BucketVersioning", bucket) !== undefined,
        isClosedToPublic: settingOf("BucketPublicAccessBlock", bucket)?.restrictPublicBuckets === true,
        hasObjectLock: inputs.objectLockEnabled === true,
        ...(retention !== undefined && { retention: retention as NonNullable<FoundBucket["retention"]> }),
      },
    ];
  });
  const roles = of("Role").map(({ inputs }): [string, FoundRole] => [
    text(inputs.name),
    {
      trust: text(inputs.assumeRolePolicy),
      ...(inputs.permissionsBoundary !== undefined && { boundary: text(inputs.permissionsBoundary) }),
      inline: of("RolePolicy").flatMap((policy) =>
        policy.inputs.role === inputs.name ? text(policy.inputs.policy) : [],
      ),
      attached: [],
    },
  ]);
  const rules = of("EventRule").map(({ inputs: { name, eventPattern, scheduleExpression } }): [string, FoundRule] => [
    text(name ?? ""),
    {
      name: text(name),
      isEnabled: true,
      ...(eventPattern !== undefined && { pattern: text(eventPattern) }),
      ...(scheduleExpression !== undefined && { schedule: text(scheduleExpression) }),
      targets: of("EventTarget")
        .filter(({ inputs }) => inputs.rule === name)
        .map(({ inputs }) => ({ arn: text(inputs.arn), hasDeadLetters: inputs.deadLetterConfig !== undefined })),
    },
  ]);
  const policies = declaredPolicies(of("Permission")).resources;
  const functions = of("Function").map((one): [string, FoundFunction] => {
    const own = policies.find(({ covers }) => covers.includes(arn(one)))?.document;
    return [text(one.inputs.name), { ...(own && { policy: JSON.stringify(own) }), versions: [], aliases: [] }];
  });
  const queuesByUrl = new Map(of("Queue").map((queue) => [queue.id, arn(queue)]));
  return {
    buckets: new Map(buckets),
    roles: new Map(roles),
    keys: new Map(of("Key").map((key) => [arn(key), { policy: text(key.inputs.policy), isEnabled: true }])),
    groupPolicies: new Map(
      of("ModelPackageGroupPolicy").map(({ inputs }) => [
        text(inputs.modelPackageGroupName),
        text(inputs.resourcePolicy),
      ]),
    ),
    queuePolicies: new Map(
      of("QueuePolicy").map(({ inputs }) => [text(queuesByUrl.get(text(inputs.queueUrl))), text(inputs.policy)]),
    ),
    messages: new Map(of("Queue").map(({ id }) => [text(id), 0])),
    topicPolicies: new Map(of("TopicPolicy").map(({ inputs }) => [text(inputs.arn), text(inputs.policy)])),
    repositoryPolicies: new Map(
      of("RepositoryPolicy").map(({ inputs }) => [text(inputs.repository), text(inputs.policy)]),
    ),
    images: new Set([image]),
    rules: new Map(rules),
    functions: new Map(functions),
    feeds: new Map(
      of("EventSourceMapping").map(({ inputs }) => [
        text(inputs.functionName).replace(/^.*:function:/, ""),
        [{ queueArn: text(inputs.eventSourceArn), isEnabled: true }],
      ]),
    ),
    pending: [],
    objects: new Map(),
    executions: [],
    trails: [{ name: "organization", isLogging: true, writesLoggedBelow: [""] }],
  };
}

/** Reads it as the doctor does. */
export const reading = (found: FoundAccount): DeployedAccount => ({
  bucket: async (name) => found.buckets.get(name),
  keysBelow: async (_, beginning) => [...found.objects.keys()].filter((key) => key.startsWith(beginning)),
  object: async (_, key) => {
    const held = found.objects.get(key);
    return held === undefined ? undefined : Buffer.from(held);
  },
  role: async (name) => found.roles.get(name),
  key: async (of) => found.keys.get(of),
  groupPolicy: async (group) => found.groupPolicies.get(group),
  queuePolicy: async (of) => found.queuePolicies.get(of),
  messages: async (url) => found.messages.get(url),
  topicPolicy: async (of) => found.topicPolicies.get(of),
  repositoryPolicy: async (repository) => found.repositoryPolicies.get(repository),
  hasImage: async (repository, digest) => [...found.images].some((image) => image.endsWith(`/${repository}@${digest}`)),
  rule: async (name) => found.rules.get(name),
  function: async (name) => found.functions.get(name),
  feeds: async (name) => found.feeds.get(name) ?? [],
  pendingVersions: async (group) => found.pending.filter(({ id }) => id.group === group),
  executions: async (_, since) => found.executions.filter(({ startedAt }) => startedAt >= since),
  trails: async () => found.trails,
});
