import { bucketArn } from "../../contract/names";
import { type DevConfig, placeOf } from "../stack-config";
import { commonLines } from "./deployer-common";
import { always, asks, type DeployerLine, of } from "./deployer-line";
import { bucketOf, registrarsOf, repositoryArn } from "./dev-table";
import { registeringPolicyName } from "./named-things";
import { iamArn } from "./principals";

/** Logical names of what Pulumi names itself. */
const NAMED_BY_PULUMI = ["copy", "transfer", "notices"];

/** What the deployer of a dev account's stack may need. */
export function devLines(config: DevConfig): DeployerLine[] {
  const policy = iamArn(placeOf(config), `policy/${registeringPolicyName(config)}`);
  const copies = config.transfer === "copy";
  return [
    ...commonLines(config, {
      names: NAMED_BY_PULUMI,
      queues: [],
      rules: [],
      buckets: config.artifactBucket === undefined ? [bucketOf(config)] : [],
      bucketActions: ["GetBucketNotification", "PutBucketNotification"],
      passedTo: [copies ? "lambda.amazonaws.com" : "s3.amazonaws.com"],
      mails: config.notifyEmails.length > 0,
      functions: { asked: copies, with: "transfer `copy`" },
      tagged: [{ actions: of("iam", "TagPolicy", "UntagPolicy"), on: [policy] }],
    }),
    ...registeringLines(config, policy),
    ...existingLines(config),
  ];
}

function registeringLines(config: DevConfig, policy: string): DeployerLine[] {
  const registrars = registrarsOf(config).map(({ arn }) => arn);
  return [
    always(
      "RegisteringPolicy",
      "the policy of those who register",
      of(
        "iam",
        ...["CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "GetPolicy"],
        ...["GetPolicyVersion", "ListPolicyVersions"],
      ),
      [policy],
    ),
    always(
      "AttachPolicy",
      "that policy alone, at their roles",
      of("iam", "AttachRolePolicy", "DetachRolePolicy"),
      registrars,
      { ArnEquals: { "iam:PolicyARN": policy } },
    ),
    always("SeeRegistrars", "what their roles have", ["iam:ListAttachedRolePolicies"], registrars),
  ];
}

function existingLines(config: DevConfig): DeployerLine[] {
  const { artifactBucket, ownsArtifactBucket, imageRepositories } = config;
  const bucket = [bucketArn(config.partition, bucketOf(config))];
  const replicates = config.transfer === "replication";
  const owns = ownsArtifactBucket === true;
  return [
    asks(
      artifactBucket !== undefined,
      "`artifactBucket`",
      always(
        "SeeBucket",
        "a bucket that exists, to compare it",
        of("s3", "GetBucketNotification", "GetBucketPolicy", "GetBucketVersioning", "GetReplicationConfiguration"),
        bucket,
      ),
    ),
    asks(
      owns,
      "`ownsArtifactBucket`",
      always("OwnBucket", "its documents", of("s3", "PutBucketNotification", "PutBucketPolicy"), bucket),
    ),
    asks(
      replicates && (owns || artifactBucket === undefined),
      "transfer `replication`, but for a bucket that exists and isn't owned",
      always("Replicate", "replication", ["s3:PutReplicationConfiguration"], bucket),
    ),
    asks(
      replicates && artifactBucket !== undefined,
      "transfer `replication` and `artifactBucket`",
      always("SeeQueues", "the queue of its failures, by its name's beginning", ["sqs:ListQueues"], ["*"]),
    ),
    asks(
      imageRepositories.length > 0,
      "`imageRepositories`",
      always(
        "SeeRepositories",
        "repositories of models' images, to compare their policies",
        ["ecr:GetRepositoryPolicy"],
        imageRepositories.map((name) => repositoryArn(config, name)),
      ),
    ),
  ];
}
