import { parseArn } from "../../contract/arn";
import { keysOf, WATCH_QUEUE } from "../../contract/governance-outputs";
import {
  APPROVAL_RULE,
  bucketArn,
  evidenceBucketName,
  promptBucketName,
  recordBucketName,
  requestsName,
  revocationsName,
  servedModelBucketName,
  temporaryPrefix,
  verdictBucketName,
} from "../../contract/names";
import { type GovernanceConfig, placeOf } from "../stack-config";
import { checksRepositoryOf, governanceTable } from "./governance-table";
import { arnOf, type Statement } from "./grant";
import { allBut, deny, groupArns, pipelinesOf, whoMay } from "./guardrail-parts";
import { arnIn, byPulumi, named, oneByPulumi, rolesOf } from "./named-things";

export const CHANGE_PIPELINE = [
  "sagemaker:CreatePipeline",
  "sagemaker:UpdatePipeline",
  "sagemaker:UpdatePipelineVersion",
  "sagemaker:DeletePipeline",
];
export const CHANGE_GROUP = [
  "sagemaker:PutModelPackageGroupPolicy",
  "sagemaker:DeleteModelPackageGroupPolicy",
  "sagemaker:DeleteModelPackageGroup",
];
const CHANGE_KEY = [
  "kms:CreateGrant",
  "kms:DeleteAlias",
  "kms:DeleteImportedKeyMaterial",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:PutKeyPolicy",
  "kms:ScheduleKeyDeletion",
  "kms:UpdateAlias",
];

const SCHEDULED = ["reconcile", "checkpoint", "clean-up"];
/** Each has a queue, of dead letters at least. */
const QUEUED = ["start", "failed-executions", "watch", "revocations", "requests"];

/** Logical names of what Pulumi names itself: rules, queues, alarms, topics are called so, and something after a hyphen. */
export const NAMED_BY_PULUMI = [...SCHEDULED, ...QUEUED, "notices"];

/** What decides is changed by the deploy role alone. */
export function gateStatements(
  config: GovernanceConfig,
  deployer: string,
  made: Readonly<Record<string, string>> | undefined,
): Statement[] {
  const onlyDeployer = allBut([deployer]);
  const arn = (service: string, resource: string) => arnIn(config, service, resource);
  const change = (sid: string, actions: readonly string[], on: string[]) =>
    deny(`OnlyDeployer${sid}`, actions, on, onlyDeployer);
  const roles = [rolesOf(config), deployer];
  const functions = named(config, "lambda", "function:");
  return [
    change("ChangesPipelines", CHANGE_PIPELINE, pipelinesOf(config)),
    change("ChangesGroups", CHANGE_GROUP, groupArns(config)),
    // Shared by AWS RAM, another account's people could use them, whom these policies don't bind.
    deny("OnlyDeployerShares", ["ram:CreateResourceShare", "ram:AssociateResourceShare"], ["*"], {
      ArnLike: { "ram:ResourceArn": [...pipelinesOf(config), arn("sagemaker", "model-package-group/*")] },
      ...onlyDeployer,
    }),
    change(
      "ChangesRoles",
      ["iam:Attach*", "iam:CreateRole", "iam:Delete*", "iam:Detach*", "iam:Put*", "iam:Update*"],
      roles,
    ),
    // Whoever passes one of them to a function of theirs has what it may do.
    deny(
      "OnlyDeployerAndStepsPassRoles",
      ["iam:PassRole"],
      roles,
      allBut([deployer, ...whoMay(config, "iam:PassRole")]),
    ),
    change(
      "ChangesFunctions",
      ["Add", "Create", "Delete", "Publish", "Put", "Remove", "Update"].map((verb) => `lambda:${verb}*`),
      [functions],
    ),
    deny(
      "OnlyDeployerFeeds",
      ["Create", "Delete", "Update"].map((verb) => `lambda:${verb}EventSourceMapping`),
      ["*"],
      {
        ArnLike: { "lambda:FunctionArn": functions },
        ...onlyDeployer,
      },
    ),
    change(
      "ChangesRules",
      ["events:DeleteRule", "events:DisableRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets"],
      [
        arn("events", `rule/${APPROVAL_RULE}`),
        ...byPulumi(config, "events", "rule/", ["failed-executions", "watch", ...SCHEDULED]),
      ],
    ),
    change(
      "ChangesQueues",
      ["sqs:*Permission", "sqs:DeleteQueue", "sqs:PurgeQueue", "sqs:SetQueueAttributes"],
      [
        ...byPulumi(config, "sqs", "", QUEUED),
        ...[requestsName, revocationsName].map((name) => arn("sqs", name(config.prefix))),
      ],
    ),
    change(
      "SilencesAlarms",
      // A rule that mutes is put on the alarms that it mutes.
      [
        "cloudwatch:DeleteAlarms",
        "cloudwatch:DisableAlarmActions",
        "cloudwatch:Put*Alarm",
        "cloudwatch:PutAlarmMuteRule",
        "cloudwatch:SetAlarmState",
      ],
      byPulumi(config, "cloudwatch", "alarm:", [...SCHEDULED, ...QUEUED]),
    ),
    change(
      "ChangesNotices",
      ["sns:*Permission", "sns:DeleteTopic", "sns:PutDataProtectionPolicy", "sns:Set*", "sns:Unsubscribe"],
      [arn("sns", "notices-*")],
    ),
    // Start's alarm counts lines of its log; the others' logs say what was refused.
    change(
      "ChangesLogs",
      ["logs:*MetricFilter", "logs:DeleteLog*", "logs:Put*Policy"],
      [named(config, "logs", "log-group:/aws/lambda/")],
    ),
    change("ChangesKeys", CHANGE_KEY, [
      ...(made === undefined ? [arn("kms", "key/*")] : [...Object.values(keysOf({ made })), ...formerKeys(config)]),
      arn("kms", `alias/${config.prefix}-*`),
    ]),
    change(
      "ChangesImages",
      [
        "ecr:BatchDeleteImage",
        "ecr:DeleteRepository*",
        "ecr:PutImageTagMutability",
        "ecr:PutLifecyclePolicy",
        "ecr:SetRepositoryPolicy",
      ],
      [arn("ecr", `repository/${checksRepositoryOf(config)}`)],
    ),
  ];
}

/**
 * What somebody else took, hid or moved on would never reach its function. Queues of dead letters aren't among them: people
 * look at those and redrive them.
 */
export function takingStatement(config: GovernanceConfig, made?: Readonly<Record<string, string>>): Statement {
  const called = (name: string) => oneByPulumi(config, "sqs", name);
  const arns = { queue: called("start"), [WATCH_QUEUE]: called("watch"), ...made };
  const take = "sqs:ReceiveMessage";
  const queues = governanceTable(config)
    .filter(({ may }) => may.includes(take))
    .flatMap(({ on }) => on.map((queue) => String(arnOf(queue, config.partition, arns))));
  const all = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", take, "sqs:StartMessageMoveTask"];
  return deny("OnlyStepsTakeMessages", all, queues, allBut(whoMay(config, take)));
}

/** With them one acts as a user who isn't oneself. In few letters, since each reviewer has a statement. */
const TAKE_A_USERS_PLACE = ["iam:Create*", "iam:UpdateAccessKey", "iam:UpdateLoginProfile", "iam:*MFADevice"];

/** A decision is a person's who is known by their user: none holds another's keys, nor has two names. Of users of this account. */
export function reviewerStatements(config: GovernanceConfig, deployer: string): Statement[] {
  const users = (config.reviewers?.users ?? []).filter((arn) => parseArn(arn)?.account === config.account);
  if (users.length === 0) return [];
  return [
    ...users.map((user, at) =>
      deny(`OnlyReviewersHoldTheirKeys${at || ""}`, TAKE_A_USERS_PLACE, [user], allBut([deployer, user])),
    ),
    // Under another name one would be of no team, or a second person.
    deny("OnlyDeployerRenamesReviewers", ["iam:UpdateUser"], users, allBut([deployer])),
  ];
}

/** What is read to decide, and what is kept of it. */
export function storeStatements(config: GovernanceConfig, deployer: string): Statement[] {
  const { prefix, partition, region } = config;
  const place = placeOf(config);
  const written = [
    evidenceBucketName(prefix, "*", region),
    verdictBucketName(prefix, place),
    recordBucketName(prefix, place),
    servedModelBucketName(prefix, place),
  ].map((bucket) => bucketArn(partition, bucket));
  const objects = written.map((bucket) => `${bucket}/*`);
  const buckets = [...written, bucketArn(partition, promptBucketName(prefix, place))];
  const write = [
    "s3:PutObject",
    "s3:PutObjectLegalHold",
    "s3:PutObjectRetention",
    "s3:ReplicateDelete",
    "s3:ReplicateObject",
  ];
  const take = ["s3:BypassGovernanceRetention", "s3:DeleteObject", "s3:DeleteObjectVersion"];
  return [
    // The deployer writes definitions; it is trusted with what decides, and can sign nothing.
    deny("OnlyStepsWrite", write, objects, allBut([...whoMay(config, "s3:PutObject"), deployer])),
    deny("OnlyDeployerDeletes", take, objects, allBut([deployer])),
    deny(
      "OnlyDeployerChangesBuckets",
      [
        "s3:DeleteBucket*",
        "s3:PutBucket*",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:PutReplicationConfiguration",
      ],
      buckets,
      allBut([deployer]),
    ),
  ];
}

/** Who answers in a language model's place decides with it; deleting is no harm, the step fails then. */
export function servingStatements(config: GovernanceConfig): Statement[] {
  const serving = whoMay(config, "sagemaker:CreateEndpoint");
  if (serving.length === 0) return [];
  const temporary = ["endpoint", "endpoint-config", "model"].map((kind) =>
    arnIn(config, "sagemaker", `${kind}/${temporaryPrefix(config.prefix)}*`),
  );
  const serve = ["sagemaker:CreateEndpoint*", "sagemaker:CreateModel", "sagemaker:UpdateEndpoint*"];
  return [deny("OnlyCollectServes", serve, temporary, allBut(serving))];
}

/** They sign nothing any more, and what they signed is believed. */
const formerKeys = ({ signingKeys: { former } }: GovernanceConfig): string[] => Object.values(former).flat();

/** The policies of keys that the stack makes let nobody else sign; an existing key's policy is its owner's. */
export function signingStatements(config: GovernanceConfig, known: Readonly<Record<string, string>> = {}): Statement[] {
  const { records, checkpoints, verdicts, revocations } = config.signingKeys;
  const made = Object.entries(known).flatMap(([of, arn]) => (of.endsWith("-signing-key") ? [arn] : []));
  const named = [records, checkpoints, verdicts, revocations].flatMap((arn) => arn ?? []);
  const keys = [...new Set([...made, ...named, ...formerKeys(config)])];
  return keys.length === 0 ? [] : [deny("OnlyStepsSign", ["kms:Sign"], keys, allBut(whoMay(config, "kms:Sign")))];
}
