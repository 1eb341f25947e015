import type { ExistingThings } from "../adapters/existing-things";
import { parseArn } from "../contract/arn";
import { checksRepositoryName, roleName } from "../contract/names";
import { isObject } from "../core/shape";
import { bucketStatements, EVENTS_TO_EVENT_BRIDGE, repositoryStatements, VERSIONED } from "./additions";
import { FAILURE_EVENTS, FAILURES, failureQueue } from "./evidence-replication";
import { TRANSFER } from "./evidence-transfer";
import { existingKeys } from "./existing-keys";
import { bucketOf, devTable } from "./permissions/dev-table";
import { governanceTable } from "./permissions/governance-table";
import { policyOf, type Statement } from "./permissions/grant";
import { policyOfGroup } from "./permissions/group-policy";
import { uncovered } from "./permissions/policy-coverage";
import { lambdaPulls } from "./permissions/repository-policy";
import { replicationConfigurationJson } from "./replication-rules";
import type { DevConfig, GovernanceConfig, StackConfig } from "./stack-config";
import { writesPolicyOf } from "./stack-config-takeover";

/** A document of something that exists, which is its owner's and which the stack can't do without. */
export interface ExistingDocument {
  /** Keys of the stack file that name the thing, without `governance:`. */
  settings: readonly string[];
  /** For people: `the policy of bucket team-artifacts`. */
  name: string;
  /** @throws Error where it can't be read, or is no such document */
  lacks(things: ExistingThings): Promise<Lack>;
  /** Commands of the AWS CLI that put it right. */
  commands: readonly string[];
  /** The line of the stack file that gives it to the stack. */
  owning?: string;
}

/** What such a document isn't as the stack needs it. */
export interface Lack {
  /** To be added, as JSON has it; undefined where nothing is missing. */
  add?: unknown;
  /** Whether there is no such document yet: what is to be added is all of it. */
  isNew?: boolean;
  /** What is in the way besides, in words. */
  obstacles: readonly string[];
  /** What the stack makes first, since AWS doesn't take what names it before. */
  awaits?: string;
}

/** All that a stack names and doesn't own. */
export const existingDocuments = (config: StackConfig): ExistingDocument[] =>
  config.role === "dev" ? devDocuments(config) : governanceDocuments(config);

const governanceDocuments = (config: GovernanceConfig): ExistingDocument[] => [
  ...config.groups.flatMap((group, at): ExistingDocument[] => {
    if (writesPolicyOf(group)) return [];
    const { name } = group;
    return [
      policyDocument({
        settings: [`groups[${at}]`],
        of: `model package group ${name}`,
        statements: policyOfGroup(config, group).Statement,
        read: (things) => things.groupPolicy(name),
        get: `sagemaker get-model-package-group-policy --model-package-group-name ${name} --query ResourcePolicy`,
        put: `sagemaker put-model-package-group-policy --model-package-group-name ${name} --resource-policy`,
        owning: `ownsPolicy: true beside existing: true`,
      }),
    ];
  }),
  ...imageDocuments(config),
  ...keyDocuments(config),
];

/** The repository that CI pushes the checks' image to, where it isn't the stack's own. A Processing job's role needs no policy of it. */
function imageDocuments(config: GovernanceConfig): ExistingDocument[] {
  const [, name] = /^[^/]+\/([^@]+)@/.exec(config.checksImage ?? "") ?? [];
  if (name === undefined || name === checksRepositoryName(config.prefix) || config.runner !== "lambda") return [];
  return [repositoryDocument("checksImage", name, [lambdaPulls(config)])];
}

function devDocuments(config: DevConfig): ExistingDocument[] {
  const table = devTable(config);
  return [
    ...(config.artifactBucket === undefined ? [] : bucketDocuments(config, bucketStatements(config, table))),
    ...config.imageRepositories.map((name, at) =>
      repositoryDocument(`imageRepositories[${at}]`, name, repositoryStatements(config, table, name)),
    ),
    ...keyDocuments(config),
  ];
}

/** A policy of another account's key can't be read from here. */
const keyDocuments = (config: StackConfig): ExistingDocument[] =>
  existingKeys(config, config.role === "dev" ? devTable(config) : governanceTable(config))
    .filter(({ arn }) => parseArn(arn)?.account === config.account)
    .map(({ arn, settings, statements }) =>
      policyDocument({
        settings,
        ...{ of: `key ${arn}`, statements, self: arn },
        read: (things) => things.keyPolicy(arn),
        get: `kms get-key-policy --key-id ${arn} --policy-name default --query Policy`,
        put: `kms put-key-policy --key-id ${arn} --policy-name default --policy`,
      }),
    );

const repositoryDocument = (
  setting: string,
  name: string,
  statements: readonly Omit<Statement, "Resource">[],
): ExistingDocument =>
  policyDocument({
    settings: [setting],
    ...{ of: `repository ${name}`, statements },
    read: (things) => things.repositoryPolicy(name),
    get: `ecr get-repository-policy --repository-name ${name} --query policyText`,
    put: `ecr set-repository-policy --repository-name ${name} --policy-text`,
  });

interface PolicyOf {
  settings: readonly string[];
  of: string;
  statements: readonly Statement[];
  self?: string;
  read(things: ExistingThings): Promise<string | undefined>;
  get: string;
  put: string;
  owning?: string;
}

const policyDocument = ({ settings, of, statements, self, read, get, put, owning }: PolicyOf): ExistingDocument => ({
  settings,
  name: `the policy of ${of}`,
  async lacks(things) {
    const found = await read(things);
    const { missing, denying } = uncovered(found, statements, self);
    const isNew = found === undefined;
    return {
      ...(missing.length > 0 && { add: isNew ? policyOf(missing) : missing, isNew }),
      obstacles: denying.map((sid) => `its statement ${sid} denies what the stack needs, to whomever asks`),
    };
  },
  commands: [`aws ${get} --output text > policy.json`, `aws ${put} file://policy.json`],
  ...(owning !== undefined && { owning }),
});

function bucketDocuments(config: DevConfig, statements: readonly Statement[]): ExistingDocument[] {
  const bucket = bucketOf(config);
  const s3 = (call: string, rest: string) => `aws s3api ${call} --bucket ${bucket} ${rest}`;
  const of = { settings: ["artifactBucket"], owning: "governance:ownsArtifactBucket: true" };
  const notifications = {
    ...of,
    name: `the notifications of bucket ${bucket}`,
    commands: [
      s3("get-bucket-notification-configuration", "> notifications.json"),
      s3("put-bucket-notification-configuration", "--notification-configuration file://notifications.json"),
    ],
  };
  const versioning: ExistingDocument = {
    settings: ["artifactBucket"],
    name: `the versioning of bucket ${bucket}`,
    lacks: async (things) => ({ ...(!(await things.isVersioned(bucket)) && { add: VERSIONED }), obstacles: [] }),
    commands: [s3("put-bucket-versioning", "--versioning-configuration Status=Enabled")],
  };
  const documents = [
    policyDocument({
      ...{ ...of, of: `bucket ${bucket}`, statements },
      read: (things) => things.bucketPolicy(bucket),
      get: `s3api get-bucket-policy --bucket ${bucket} --query Policy`,
      put: `s3api put-bucket-policy --bucket ${bucket} --policy`,
    }),
    ...(config.transfer === "copy"
      ? [{ ...notifications, lacks: (things: ExistingThings) => lackOfEvents(things, bucket) }]
      : [
          {
            ...{ ...of, name: `the replication of bucket ${bucket}` },
            lacks: (things: ExistingThings) => lackOfRules(things, config),
            commands: [
              s3("get-bucket-replication", "--query ReplicationConfiguration > replication.json"),
              s3("put-bucket-replication", "--replication-configuration file://replication.json"),
            ],
          },
          { ...notifications, lacks: (things: ExistingThings) => lackOfFailures(things, bucket) },
        ]),
  ];
  return [
    ...(config.transfer === "replication" ? [versioning] : []),
    ...(config.ownsArtifactBucket === true ? [] : documents),
  ];
}

async function lackOfEvents(things: ExistingThings, bucket: string): Promise<Lack> {
  const found = await things.notifications(bucket);
  const isThere = isObject(found) && found.EventBridgeConfiguration !== undefined;
  return { ...(!isThere && { add: EVENTS_TO_EVENT_BRIDGE }), obstacles: [] };
}

async function lackOfRules(things: ExistingThings, config: DevConfig): Promise<Lack> {
  const { Role, Rules } = replicationConfigurationJson(config);
  const found = await things.replication(bucketOf(config));
  const { Role: role, Rules: there } = isObject(found) ? found : {};
  const rules: unknown[] = Array.isArray(there) ? there : [];
  const name = roleName(config.prefix, "replication", config.region);
  const isOther = role !== undefined && role !== Role;
  if (isOther && !String(role).endsWith(`/${name}`)) {
    const obstacle = `it replicates under ${String(role)}, and S3 has one role a bucket; where that stays, carry evidence with governance:transfer: copy, in both stacks`;
    return { add: { Role, Rules }, obstacles: [obstacle] };
  }
  // Which of a bucket's rules come first is its owner's.
  const missing = Rules.filter(({ Priority: _, ...rule }) => isOther || !rules.some((one) => has(one, rule)));
  if (missing.length === 0) return { obstacles: [] };
  // Under another path it is another role, which the stack still has to make.
  const isMade = (await things.roleArn(name)) === Role;
  return { add: { Role, Rules: missing }, obstacles: [], ...(!isMade && { awaits: `role ${name}` }) };
}

async function lackOfFailures(things: ExistingThings, bucket: string): Promise<Lack> {
  const name = failureQueue(TRANSFER);
  const queues = await things.queues(`${name}-`);
  const found = await things.notifications(bucket);
  const told: unknown[] = isObject(found) && Array.isArray(found.QueueConfigurations) ? found.QueueConfigurations : [];
  const isTold = told.some(
    (one) =>
      isObject(one) &&
      queues.includes(String(one.QueueArn)) &&
      one.Filter === undefined &&
      FAILURE_EVENTS.every((event) => [one.Events].flat().some((of) => of === event || of === "s3:Replication:*")),
  );
  if (isTold) return { obstacles: [] };
  const QueueArn = queues.length === 1 ? queues[0] : "what `pulumi stack output replicationFailuresArn` prints";
  const add = { QueueConfigurations: [{ Id: FAILURES, QueueArn, Events: FAILURE_EVENTS }] };
  return { add, obstacles: [], ...(queues.length === 0 && { awaits: `queue ${name}` }) };
}

/** Whether a found value has all that a wanted one has. */
const has = (found: unknown, wanted: unknown): boolean =>
  isObject(wanted)
    ? isObject(found) && Object.entries(wanted).every(([name, value]) => has(found[name], value))
    : found === wanted;
