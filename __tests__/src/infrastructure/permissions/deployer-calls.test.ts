import { formatArn } from "../../../../src/contract/arn";
import { deployerTable } from "../../../../src/infrastructure/permissions/deployer-table";
import { placeOf, type StackConfig } from "../../../../src/infrastructure/stack-config";
import { asDeployer } from "../../../support/as-deployer";
import { type Declared, declaredStack } from "../../../support/declared-stack";
import { LANGUAGE_VALUES, SERVING_VALUES } from "../../../support/language-config";
import { dev, governance } from "../../../support/policies";

/** Letters that Pulumi puts behind a logical name. */
const OWN_LETTERS = "-1a2b3c4";

/** By type: what makes it, the ARN up to its name, and the input that is its name where the program chooses one. */
const MADE: Readonly<Record<string, readonly [action: string, before: string, input?: string]>> = {
  Alias: ["kms:CreateAlias", "kms:", "name"],
  Bucket: ["s3:CreateBucket", "s3:", "bucket"],
  EventRule: ["events:PutRule", "events:rule/", "name"],
  Function: ["lambda:CreateFunction", "lambda:function:", "name"],
  LogGroup: ["logs:CreateLogGroup", "logs:log-group:", "name"],
  MetricAlarm: ["cloudwatch:PutMetricAlarm", "cloudwatch:alarm:"],
  ModelPackageGroup: ["sagemaker:CreateModelPackageGroup", "sagemaker:model-package-group/", "modelPackageGroupName"],
  Pipeline: ["sagemaker:CreatePipeline", "sagemaker:pipeline/", "pipelineName"],
  Policy: ["iam:CreatePolicy", "iam:policy/", "name"],
  Queue: ["sqs:CreateQueue", "sqs:", "name"],
  Repository: ["ecr:CreateRepository", "ecr:repository/", "name"],
  Role: ["iam:CreateRole", "iam:role", "name"],
  Topic: ["sns:CreateTopic", "sns:"],
};

function makes(config: StackConfig, { type, name, inputs }: Declared): [action: string, arn: string][] {
  const [action, before, input] = MADE[type] ?? [];
  if (action === undefined || before === undefined) return [];
  const chosen = input === undefined ? undefined : inputs[input];
  const [service = "", kind = ""] = [before.split(":")[0], before.slice(before.indexOf(":") + 1)];
  const path = type === "Role" ? config.rolePath : "";
  const place = service === "s3" ? { partition: config.partition, region: "", account: "" } : placeOf(config);
  const region = service === "iam" ? "" : place.region;
  const resource = `${kind}${path}${typeof chosen === "string" ? chosen : `${name}${OWN_LETTERS}`}`;
  return [[action, formatArn({ ...place, region, service, resource })]];
}

const REVIEWERS = { reviewers: { users: ["arn:aws:iam::444455556666:user/bob"] } };
const LANGUAGE = {
  language: LANGUAGE_VALUES,
  groups: [{ name: "credit-risk", accounts: ["111122223333"], team: ["tina"], language: SERVING_VALUES }],
};

describe("all that a stack declares may be made", () => {
  it.each<[string, StackConfig, string[]]>([
    ["governance", governance({ ...REVIEWERS, ...LANGUAGE, rolePath: "/ml/", prefix: "acme" }), ["Policy"]],
    ["dev, copying", dev(), ["ModelPackageGroup", "Pipeline", "Repository"]],
    [
      "dev, replicating",
      dev({ transfer: "replication" }),
      ["EventRule", "Function", "LogGroup", "ModelPackageGroup", "Pipeline", "Repository"],
    ],
  ])("%s", async (_, config, others) => {
    const { resources } = await declaredStack(config);
    const calls = resources.flatMap((resource) => makes(config, resource));
    for (const [action, arn] of calls) expect([arn, await asDeployer(config, action, arn)]).toEqual([arn, "Allowed"]);
    const types = new Set(resources.map(({ type }) => type));
    expect(Object.keys(MADE).filter((type) => !types.has(type))).toEqual(others);
  });
});

/** What `pulumi up`, `refresh` and `destroy` were seen to call, for both kinds of stack. */
const CALLED = {
  cloudwatch: "DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm",
  events: "DeleteRule DescribeRule ListTagsForResource ListTargetsByRule PutRule PutTargets RemoveTargets",
  iam: "CreateRole DeleteRole DeleteRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies PassRole PutRolePolicy UpdateAssumeRolePolicy",
  kms: "CreateAlias CreateKey DeleteAlias DescribeKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListAliases ListResourceTags PutKeyPolicy ScheduleKeyDeletion",
  lambda:
    "CreateEventSourceMapping CreateFunction DeleteEventSourceMapping DeleteFunction GetEventSourceMapping GetFunction GetFunctionCodeSigningConfig GetFunctionConfiguration ListTags ListVersionsByFunction UpdateEventSourceMapping UpdateFunctionCode UpdateFunctionConfiguration",
  logs: "CreateLogGroup DeleteLogGroup DescribeLogGroups ListTagsForResource PutRetentionPolicy",
  s3: "CreateBucket GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLogging GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration ListBucket PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock PutBucketVersioning PutEncryptionConfiguration PutLifecycleConfiguration",
  sns: "CreateTopic DeleteTopic GetTopicAttributes ListTagsForResource SetTopicAttributes",
  sqs: "CreateQueue DeleteQueue GetQueueAttributes ListQueueTags SetQueueAttributes",
  sts: "GetCallerIdentity",
};
const CALLED_IN_GOVERNANCE = {
  ecr: "CreateRepository DeleteLifecyclePolicy DeleteRepositoryPolicy DescribeRepositories GetAuthorizationToken GetLifecyclePolicy GetRepositoryPolicy ListTagsForResource PutLifecyclePolicy SetRepositoryPolicy",
  lambda: "AddPermission GetPolicy PublishVersion PutFunctionConcurrency RemovePermission",
  logs: "DeleteMetricFilter DescribeMetricFilters PutMetricFilter",
  s3: "GetObject GetObjectTagging PutBucketObjectLockConfiguration PutObject PutObjectRetention",
  sagemaker:
    "CreateModelPackageGroup CreatePipeline DeleteModelPackageGroupPolicy DeletePipeline DescribeModelPackageGroup DescribePipeline GetModelPackageGroupPolicy ListTags PutModelPackageGroupPolicy UpdatePipeline",
};
const CALLED_IN_DEV = {
  iam: "AttachRolePolicy CreatePolicy DeletePolicy DetachRolePolicy GetPolicy GetPolicyVersion ListPolicyVersions",
  s3: "GetBucketNotification PutBucketNotification",
};

const actionsIn = (called: Readonly<Record<string, string>>): string[] =>
  Object.entries(called).flatMap(([service, actions]) => actions.split(" ").map((action) => `${service}:${action}`));

it.each<[string, StackConfig, Readonly<Record<string, string>>]>([
  ["governance", governance({ checksImage: undefined, checksImageBuild: {} }), CALLED_IN_GOVERNANCE],
  ["dev", dev(), CALLED_IN_DEV],
])("all calls that a deployment of %s was seen to make are in the table", (_, config, own) => {
  const may = deployerTable(config).flatMap((line) => line.may);
  expect([...actionsIn(CALLED), ...actionsIn(own)].filter((action) => !may.includes(action))).toEqual([]);
});
