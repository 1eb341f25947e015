import type { ComponentResourceOptions, Input } from "@pulumi/pulumi";
import { SYNC_OUTPUT } from "../../contract/sync-settings";
import { bucketAdditions, keyAdditions, repositoryAdditions } from "../additions";
import { ArtifactBucket, TakenOverBucket } from "../artifact-bucket";
import { EvidenceTransfer, TRANSFER } from "../evidence-transfer";
import { Notices } from "../notices";
import { bucketOf, devTable } from "../permissions/dev-table";
import type { MadeArns } from "../permissions/grant";
import { RegisteringPolicy } from "../registering-policy";
import type { StackBuild } from "../stack-build";
import { type DevConfig, placeOf } from "../stack-config";

/** A dev account: its artifact bucket, the way of its evidence, and what its roles need to register. */
export function devStack(
  config: DevConfig,
  build: StackBuild,
  options: ComponentResourceOptions,
): Record<string, Input<unknown>> {
  const table = devTable(config);
  const { topicArn } = new Notices("notices", { config, table }, options);
  const ownBucket =
    config.artifactBucket === undefined ? new ArtifactBucket("artifacts", { config, table }, options) : undefined;
  const written =
    config.ownsArtifactBucket === true ? new TakenOverBucket("artifacts", { config, table }, options) : ownBucket;
  const artifactKeyArn = ownBucket?.keyArn ?? config.artifactKeyArn;
  const made: MadeArns = {
    [`evidence-key-${config.account}`]: config.evidenceKeyArn,
    ...(artifactKeyArn !== undefined && { "artifact-key": artifactKeyArn }),
  };
  const registering = new RegisteringPolicy("register", { config, table, made }, options);
  const transfer = new EvidenceTransfer(
    TRANSFER,
    { config, copyCode: () => build.code("copy"), table, made, topicArn, written },
    options,
  );
  const sync = {
    ...placeOf(config),
    artifactBucket: bucketOf(config),
    evidencePrefixes: [...config.evidencePrefixes],
    ...(transfer.copyQueueUrl !== undefined && { copyQueueUrl: transfer.copyQueueUrl }),
  };
  return {
    [SYNC_OUTPUT]: sync,
    artifactBucket: ownBucket?.bucket ?? bucketOf(config),
    ...(artifactKeyArn !== undefined && { artifactKeyArn }),
    evidencePrefixes: [...config.evidencePrefixes],
    registeringPolicyArn: registering.arn,
    noticeTopicArn: topicArn,
    ...(transfer.failuresArn !== undefined && { replicationFailuresArn: transfer.failuresArn }),
    ...(transfer.deadLettersUrl !== undefined && { copyDeadLettersUrl: transfer.deadLettersUrl }),
    ...keyAdditions(config, table),
    ...bucketAdditions(config, table, transfer.failuresArn),
    ...repositoryAdditions(config, table),
  };
}
