import {
  APPROVAL_RULE,
  bucketArn,
  checksRepositoryName,
  DEFINITIONS_PREFIX,
  evidenceBucketName,
  modelPackageGroupArn,
  ofLanguage,
  pipelineArn,
  promptBucketName,
  recordBucketName,
  requestsName,
  revocationsName,
  servedModelBucketName,
  verdictBucketName,
} from "../../contract/names";
import { type GovernanceConfig, placeOf } from "../stack-config";
import { writesPolicyOf } from "../stack-config-takeover";
import { commonLines } from "./deployer-common";
import { always, asks, type DeployerLine, of } from "./deployer-line";
import { checksRepositoryOf } from "./governance-table";
import { NAMED_BY_PULUMI } from "./guardrail-gate";
import { arnIn } from "./named-things";

/** What the deployer of a governance stack may need. */
export function governanceLines(config: GovernanceConfig): DeployerLine[] {
  const { prefix, groups, notifyEmails } = config;
  const lines = commonLines(config, {
    names: NAMED_BY_PULUMI,
    queues: [requestsName(prefix), revocationsName(prefix)],
    rules: [APPROVAL_RULE],
    buckets: bucketsOf(config),
    bucketActions: ["PutBucketObjectLockConfiguration"],
    passedTo: ["lambda.amazonaws.com", "sagemaker.amazonaws.com"],
    mails: notifyEmails.length > 0 || groups.some(({ owner }) => owner !== undefined),
    tagged: [
      { actions: of("ecr", "TagResource", "UntagResource"), on: [repositoryOf(config)] },
      { actions: of("sagemaker", "AddTags", "DeleteTags"), on: [...madeGroups(config), ...pipelines(config)] },
    ],
  });
  return [...lines, definitionsLine(config), ...groupLines(config), ...imageLines(config)];
}

function bucketsOf(config: GovernanceConfig): string[] {
  const { prefix, region, devAccounts, language } = config;
  const place = placeOf(config);
  return [
    verdictBucketName(prefix, place),
    recordBucketName(prefix, place),
    ...devAccounts.map(({ account }) => evidenceBucketName(prefix, account, region)),
    ...(language === undefined ? [] : [promptBucketName(prefix, place), servedModelBucketName(prefix, place)]),
  ];
}

const definitionsLine = (config: GovernanceConfig): DeployerLine =>
  always(
    "Definitions",
    "the pipelines' definitions, which decide believes",
    of("s3", "GetObject", "GetObjectTagging", "PutObject", "PutObjectRetention"),
    [`${bucketArn(config.partition, recordBucketName(config.prefix, placeOf(config)))}/${DEFINITIONS_PREFIX}*`],
  );

const arnOfGroup = (config: GovernanceConfig, { name }: { name: string }): string =>
  modelPackageGroupArn(placeOf(config), name);

const madeGroups = (config: GovernanceConfig): string[] =>
  config.groups.filter(({ existing }) => existing !== true).map((group) => arnOfGroup(config, group));

function pipelines(config: GovernanceConfig): string[] {
  const approval = pipelineArn(placeOf(config));
  return config.language === undefined ? [approval] : [approval, ofLanguage(approval)];
}

const SEE_GROUP = ["DescribeModelPackageGroup", "GetModelPackageGroupPolicy"];

function groupLines(config: GovernanceConfig): DeployerLine[] {
  const found = config.groups.filter(({ existing }) => existing === true);
  const owned = found.filter(writesPolicyOf);
  const made = madeGroups(config);
  return [
    asks(
      made.length > 0,
      "groups that the stack makes",
      always(
        "Groups",
        "groups",
        of(
          "sagemaker",
          ...["CreateModelPackageGroup", "DeleteModelPackageGroupPolicy", "PutModelPackageGroupPolicy", "ListTags"],
          ...SEE_GROUP,
        ),
        made,
      ),
    ),
    asks(
      found.length > 0,
      "`groups[].existing`",
      always(
        "SeeGroups",
        "groups that exist, to compare them",
        of("sagemaker", ...SEE_GROUP),
        found.map((group) => arnOfGroup(config, group)),
      ),
    ),
    asks(
      owned.length > 0,
      "`groups[].ownsPolicy`",
      always(
        "OwnGroups",
        "their policies",
        ["sagemaker:PutModelPackageGroupPolicy"],
        owned.map((group) => arnOfGroup(config, group)),
      ),
    ),
    always(
      "Pipelines",
      "the pipelines",
      of("sagemaker", "CreatePipeline", "DeletePipeline", "DescribePipeline", "ListTags", "UpdatePipeline"),
      pipelines(config),
    ),
  ];
}

const repositoryArnOf = (config: GovernanceConfig, name: string): string => arnIn(config, "ecr", `repository/${name}`);

const repositoryOf = (config: GovernanceConfig): string => repositoryArnOf(config, checksRepositoryName(config.prefix));

function imageLines(config: GovernanceConfig): DeployerLine[] {
  const { checksImageBuild, runner } = config;
  const builds = checksImageBuild !== undefined;
  return [
    always(
      "Repository",
      "the image's repository",
      of(
        "ecr",
        ...["CreateRepository", "DeleteLifecyclePolicy", "DeleteRepositoryPolicy", "DescribeRepositories"],
        ...["GetLifecyclePolicy", "GetRepositoryPolicy", "ListTagsForResource", "PutLifecyclePolicy"],
        "SetRepositoryPolicy",
      ),
      [repositoryOf(config)],
    ),
    asks(builds, "`checksImageBuild`", always("LogIn", "the registry", ["ecr:GetAuthorizationToken"], ["*"])),
    asks(
      builds,
      "`checksImageBuild`",
      always(
        "PushImage",
        "the image",
        of(
          "ecr",
          ...["BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "GetDownloadUrlForLayer"],
          ...["InitiateLayerUpload", "PutImage", "UploadLayerPart"],
        ),
        [repositoryOf(config)],
      ),
    ),
    asks(
      runner === "lambda" && !builds,
      "runner `lambda`, and `checksImage`",
      always(
        "OpenImage",
        "that Lambda may read the image, in the repository that CI pushes it to",
        of("ecr", "GetRepositoryPolicy", "SetRepositoryPolicy"),
        [repositoryArnOf(config, checksRepositoryOf(config))],
      ),
    ),
  ];
}
