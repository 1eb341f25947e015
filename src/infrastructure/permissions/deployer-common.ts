import { bucketArn } from "../../contract/names";
import type { StackConfig } from "../stack-config";
import { always, asks, type DeployerLine, of } from "./deployer-line";
import type { Conditions } from "./grant";
import { arnIn, byPulumi, named, rolesOf } from "./named-things";

/** What differs between the two kinds of stack. */
export interface DeployerTerms {
  /** Logical names of what Pulumi names itself. */
  names: readonly string[];
  /** Queues and rules whose names the program chooses. */
  queues: readonly string[];
  rules: readonly string[];
  /** Names of the buckets that the stack makes. */
  buckets: readonly string[];
  /** More that is done to those. */
  bucketActions: readonly string[];
  /** Services that roles are passed to. */
  passedTo: readonly string[];
  /** Mail addresses are in the configuration. */
  mails: boolean;
  /** Whether the stack file asks for functions, and in which words, where not every such stack has them. */
  functions?: { asked: boolean; with: string };
  /** More that can be tagged. */
  tagged: readonly { actions: readonly string[]; on: readonly string[] }[];
}

/** Lines that the deployers of both kinds of stack have. */
export function commonLines(config: StackConfig, terms: DeployerTerms): DeployerLine[] {
  const at = placesOf(config, terms);
  return [
    always(
      "See",
      "who it is, and what is there",
      ["sts:GetCallerIdentity", "kms:ListAliases", "logs:DescribeLogGroups"],
      ["*"],
    ),
    ...alarmLines(config, at.alarms),
    always(
      "Rules",
      "rules",
      of(
        "events",
        ...["DeleteRule", "DescribeRule", "ListTagsForResource", "ListTargetsByRule"],
        ...["PutRule", "PutTargets", "RemoveTargets"],
      ),
      at.rules,
    ),
    ...roleLines(config, terms),
    ...keyLines(at.keys, at.aliases),
    ...functionLines(config, terms, at),
    ...bucketLines(at.buckets, terms),
    always(
      "Topics",
      "notices",
      of("sns", "CreateTopic", "DeleteTopic", "GetTopicAttributes", "ListTagsForResource", "SetTopicAttributes"),
      at.topics,
    ),
    asks(
      terms.mails,
      config.role === "governance" ? "`notifyEmails`, `groups[].owner`" : "`notifyEmails`",
      always(
        "Mails",
        "subscriptions to notices",
        of("sns", "GetSubscriptionAttributes", "SetSubscriptionAttributes", "Subscribe", "Unsubscribe"),
        at.topics,
      ),
    ),
    always(
      "Queues",
      "queues",
      of("sqs", "CreateQueue", "DeleteQueue", "GetQueueAttributes", "ListQueueTags", "SetQueueAttributes"),
      at.queues,
    ),
    asks(
      config.vpc !== undefined,
      "`vpc`",
      always(
        "Network",
        "functions in a network",
        of("ec2", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"),
        ["*"],
      ),
    ),
    tagLine(config, terms, at),
  ];
}

type Places = ReturnType<typeof placesOf>;

const placesOf = (config: StackConfig, { names, queues, rules, buckets }: DeployerTerms) => ({
  alarms: byPulumi(config, "cloudwatch", "alarm:", names),
  rules: [
    ...byPulumi(config, "events", "rule/", names),
    ...rules.map((name) => arnIn(config, "events", `rule/${name}`)),
  ],
  topics: byPulumi(config, "sns", "", ["notices"]),
  queues: [...byPulumi(config, "sqs", "", names), ...queues.map((name) => arnIn(config, "sqs", name))],
  functions: [named(config, "lambda", "function:")],
  // Lambda chooses their ids; whose they are says the function.
  mappings: [arnIn(config, "lambda", "event-source-mapping:*")],
  logGroups: [named(config, "logs", "log-group:/aws/lambda/")],
  // KMS chooses their ids.
  keys: [arnIn(config, "kms", "key/*")],
  aliases: [named(config, "kms", "alias/")],
  buckets: buckets.map((name) => bucketArn(config.partition, name)),
});

const alarmLines = (config: StackConfig, alarms: readonly string[]): DeployerLine[] => [
  always("Alarms", "alarms", of("cloudwatch", "DeleteAlarms", "ListTagsForResource", "PutMetricAlarm"), alarms),
  // CloudWatch asks for all alarms whichever are described.
  always(
    "SeeAlarms",
    "alarms, all that are seen",
    ["cloudwatch:DescribeAlarms"],
    [arnIn(config, "cloudwatch", "alarm:*")],
  ),
];

function roleLines(config: StackConfig, { passedTo }: DeployerTerms): DeployerLine[] {
  const { permissionsBoundary } = config;
  const roles = [rolesOf(config)];
  const bounded: Conditions | undefined =
    permissionsBoundary === undefined
      ? undefined
      : { StringEquals: { "iam:PermissionsBoundary": permissionsBoundary } };
  return [
    always("MakeRoles", "new roles; with `permissionsBoundary` under it alone", ["iam:CreateRole"], roles, bounded),
    asks(
      bounded !== undefined,
      "`permissionsBoundary`",
      always("BindRoles", "that boundary, and no other", ["iam:PutRolePermissionsBoundary"], roles, bounded),
    ),
    always(
      "Roles",
      "roles and their policies",
      of(
        "iam",
        ...["DeleteRole", "DeleteRolePolicy", "GetRole", "GetRolePolicy", "ListAttachedRolePolicies"],
        ...["ListInstanceProfilesForRole", "ListRolePolicies", "PutRolePolicy", "UpdateAssumeRolePolicy"],
      ),
      roles,
    ),
    always("PassRoles", "roles, to the services that run under them", ["iam:PassRole"], roles, {
      StringEquals: { "iam:PassedToService": passedTo },
    }),
  ];
}

const keyLines = (keys: readonly string[], aliases: readonly string[]): DeployerLine[] => [
  always("MakeKeys", "new keys", ["kms:CreateKey"], ["*"]),
  always(
    "Keys",
    "keys: all of the account and Region, since KMS chooses their ids; each key's own policy says who else",
    of(
      "kms",
      ...["DescribeKey", "EnableKeyRotation", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags"],
      ...["PutKeyPolicy", "ScheduleKeyDeletion"],
    ),
    keys,
  ),
  always("Aliases", "their aliases", of("kms", "CreateAlias", "DeleteAlias"), [...aliases, ...keys]),
];

/** Functions that the pipeline names by version, that schedules call, or of which one runs at a time. */
const GOVERNANCE_FUNCTIONS = [
  "AddPermission",
  "GetPolicy",
  "PublishVersion",
  "PutFunctionConcurrency",
  "RemovePermission",
];

function functionLines(config: StackConfig, terms: DeployerTerms, at: Places): DeployerLine[] {
  const lines = [
    always(
      "Functions",
      "functions",
      of(
        "lambda",
        ...["CreateFunction", "DeleteFunction", "GetFunction", "GetFunctionCodeSigningConfig"],
        ...["GetFunctionConfiguration", "ListVersionsByFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration"],
        ...(config.role === "governance" ? GOVERNANCE_FUNCTIONS : []),
      ),
      at.functions,
    ),
    always(
      "FunctionTags",
      "their tags, and those of what feeds them",
      ["lambda:ListTags"],
      [...at.functions, ...at.mappings],
    ),
    always(
      "Mappings",
      "queues that feed functions of the stack",
      of(
        "lambda",
        ...["CreateEventSourceMapping", "DeleteEventSourceMapping", "GetEventSourceMapping"],
        "UpdateEventSourceMapping",
      ),
      ["*"],
      { ArnLike: { "lambda:FunctionArn": at.functions } },
    ),
    always(
      "Logs",
      "log groups",
      of(
        "logs",
        ...["CreateLogGroup", "DeleteLogGroup", "ListTagsForResource", "PutRetentionPolicy"],
        ...(config.role === "governance" ? ["DeleteMetricFilter", "DescribeMetricFilters", "PutMetricFilter"] : []),
      ),
      at.logGroups,
    ),
  ];
  const { functions } = terms;
  return functions === undefined ? lines : lines.map((line) => asks(functions.asked, functions.with, line));
}

const BUCKET_READS = [
  ...["GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCORS", "GetBucketLogging"],
  ...[
    "GetBucketObjectLockConfiguration",
    "GetBucketOwnershipControls",
    "GetBucketPolicy",
    "GetBucketPublicAccessBlock",
  ],
  ...["GetBucketRequestPayment", "GetBucketTagging", "GetBucketVersioning", "GetBucketWebsite"],
  ...["GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetReplicationConfiguration", "ListBucket"],
];
const BUCKET_WRITES = [
  ...["CreateBucket", "PutBucketOwnershipControls", "PutBucketPolicy", "PutBucketPublicAccessBlock"],
  ...["PutBucketVersioning", "PutEncryptionConfiguration", "PutLifecycleConfiguration"],
];

const bucketLines = (buckets: readonly string[], { bucketActions }: DeployerTerms): DeployerLine[] => [
  asks(
    buckets.length > 0,
    "buckets that the stack makes",
    always("Buckets", "buckets", of("s3", ...BUCKET_READS, ...BUCKET_WRITES, ...bucketActions), buckets),
  ),
];

function tagLine(config: StackConfig, { tagged }: DeployerTerms, at: Places): DeployerLine {
  const both = (service: string) => of(service, "TagResource", "UntagResource");
  const services = ["cloudwatch", "events", "kms", "lambda", "logs", "sns"].flatMap(both);
  const may = [...services, ...of("sqs", "TagQueue", "UntagQueue"), ...of("iam", "TagRole", "UntagRole")];
  const { alarms, rules, topics, queues, functions, mappings, logGroups, keys, buckets } = at;
  const on = [alarms, rules, topics, queues, functions, mappings, logGroups, keys, buckets].flat();
  return asks(
    Object.keys(config.tags).length > 0,
    "`tags`",
    always(
      "Tags",
      "tags of all that is made",
      [
        ...may,
        ...of("s3", "PutBucketTagging", "TagResource", "UntagResource"),
        ...tagged.flatMap((one) => one.actions),
      ],
      [...on, rolesOf(config), ...tagged.flatMap((one) => one.on)],
    ),
  );
}
