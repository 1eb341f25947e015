import type { Output } from "@pulumi/pulumi";
import { FAILURE_EVENTS, FAILURES } from "./evidence-replication";
import { existingKeys } from "./existing-keys";
import { bucketAdmissions } from "./permissions/bucket-policy";
import { bucketOf, repositoryArn } from "./permissions/dev-table";
import { admit, type Grant, type Statement } from "./permissions/grant";
import { policyOfGroup } from "./permissions/group-policy";
import { replicationConfigurationJson } from "./replication-rules";
import { type DevConfig, type GovernanceConfig, placeOf, type StackConfig } from "./stack-config";
import { writesPolicyOf } from "./stack-config-takeover";

/** What a person adds to resources that the program doesn't own, as JSON to copy. */
export type Additions = Readonly<Record<string, unknown>>;

/**
 * For an existing artifact bucket: its policy, its key's, and how it tells of or replicates new objects.
 * @param failuresArn the queue for what S3 couldn't replicate, in that mode
 */
export function bucketAdditions(
  config: DevConfig,
  table: readonly Grant[],
  failuresArn: Output<string> | undefined,
): Additions {
  if (config.artifactBucket === undefined) return {};
  const versioning = config.transfer === "replication" && { addToArtifactBucketVersioning: VERSIONED };
  if (config.ownsArtifactBucket === true) return { ...versioning };
  return {
    addToArtifactBucketPolicy: bucketStatements(config, table),
    ...versioning,
    ...transferAdditions(config, failuresArn),
  };
}

/** For each key that the program uses and doesn't own: whom its policy must let in. */
export function keyAdditions(config: StackConfig, table: readonly Grant[]): Additions {
  const existing = existingKeys(config, table);
  if (existing.length === 0) return {};
  return { addToKeyPolicies: Object.fromEntries(existing.map(({ arn, statements }) => [arn, statements])) };
}

/** For each model package group that exists already: the statements that let its accounts' roles register in it, and consumers read it. */
export function groupAdditions(config: GovernanceConfig): Additions {
  const existing = config.groups.filter((group) => !writesPolicyOf(group));
  if (existing.length === 0) return {};
  return {
    addToGroupPolicies: Object.fromEntries(
      existing.map((group) => [group.name, policyOfGroup(config, group).Statement]),
    ),
  };
}

/** Whom an artifact bucket's policy must let in. */
export const bucketStatements = (config: DevConfig, table: readonly Grant[]): Statement[] =>
  bucketAdmissions(table, { ...placeOf(config), bucket: bucketOf(config) });

/** What replication needs of a bucket's versioning. */
export const VERSIONED = { Status: "Enabled" };

/** By which copy hears of new objects. */
export const EVENTS_TO_EVENT_BRIDGE = { EventBridgeConfiguration: {} };

function transferAdditions(config: DevConfig, failuresArn: Output<string> | undefined): Additions {
  switch (config.transfer) {
    case "copy":
      return { addToArtifactBucketNotifications: EVENTS_TO_EVENT_BRIDGE };
    case "replication":
      return {
        addToArtifactBucketReplication: replicationConfigurationJson(config),
        addToArtifactBucketNotifications: {
          QueueConfigurations: [{ Id: FAILURES, QueueArn: failuresArn, Events: FAILURE_EVENTS }],
        },
      };
  }
}

/** For each repository of models' images: governance resolves an image's digest at registration. */
export const repositoryAdditions = (config: DevConfig, table: readonly Grant[]): Additions =>
  config.imageRepositories.length === 0
    ? {}
    : {
        addToImageRepositoryPolicies: Object.fromEntries(
          config.imageRepositories.map((name) => [name, repositoryStatements(config, table, name)]),
        ),
      };

/** Whom a repository's policy must let in; such a policy has no resource. */
export const repositoryStatements = (
  config: DevConfig,
  table: readonly Grant[],
  name: string,
): Omit<Statement, "Resource">[] =>
  table
    .filter(({ on }) => on.some((resource) => "arn" in resource && resource.arn === repositoryArn(config, name)))
    .flatMap(({ sid, who, may }) =>
      who.map((principal) => {
        const { Resource: _, ...statement } = admit(principal, sid, may, []);
        return statement;
      }),
    );
