import type { Output } from "@pulumi/pulumi";
import { FAILURE_EVENTS, FAILURES } from "./evidence-replication";
import { bucketAdmissions } from "./permissions/bucket-policy";
import { bucketOf, repositoryArn } from "./permissions/dev-table";
import { admit, type Grant, type Made, type Statement } from "./permissions/grant";
import { policyOfGroup } from "./permissions/group-policy";
import { keyAdmissions } from "./permissions/key-policy";
import { replicationConfigurationJson } from "./replication-rules";
import { type DevConfig, type GovernanceConfig, placeOf } from "./stack-config";

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
  const owned = { ...placeOf(config), bucket: bucketOf(config) };
  return {
    addToArtifactBucketPolicy: bucketAdmissions(table, owned),
    ...transferAdditions(config, failuresArn),
  };
}

/**
 * For each key that the program uses and doesn't own: whom its policy must let in.
 * @param uses what each key is for, and the AWS services that use it for a topic
 */
export function keyAdditions(
  table: readonly Grant[],
  uses: readonly { arn: string | undefined; key: Made; services?: readonly string[] }[],
): Additions {
  const existing = uses.flatMap(({ arn, key, services }) =>
    arn === undefined ? [] : [[arn, keyAdmissions(table, key, services)] as const],
  );
  if (existing.length === 0) return {};
  // One key may serve several uses.
  const all = (key: string) => existing.filter(([arn]) => arn === key).flatMap(([, admissions]) => admissions);
  return { addToKeyPolicies: Object.fromEntries(existing.map(([arn]) => [arn, all(arn)])) };
}

/** For each model package group that exists already: the statements that let its accounts' roles register in it, and consumers read it. */
export function groupAdditions(config: GovernanceConfig): Additions {
  const existing = config.groups.filter((group) => group.existing === true);
  if (existing.length === 0) return {};
  return {
    addToGroupPolicies: Object.fromEntries(
      existing.map((group) => [group.name, policyOfGroup(config, group).Statement]),
    ),
  };
}

function transferAdditions(config: DevConfig, failuresArn: Output<string> | undefined): Additions {
  switch (config.transfer) {
    case "copy":
      return { addToArtifactBucketNotifications: { EventBridgeConfiguration: {} } };
    case "replication":
      return {
        addToArtifactBucketVersioning: { Status: "Enabled" },
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
          config.imageRepositories.map((name) => [name, statementsOn(table, repositoryArn(config, name))]),
        ),
      };

/** A repository's policy has no resource. */
const statementsOn = (table: readonly Grant[], arn: string): Omit<Statement, "Resource">[] =>
  table
    .filter(({ on }) => on.some((resource) => "arn" in resource && resource.arn === arn))
    .flatMap(({ sid, who, may }) =>
      who.map((principal) => {
        const { Resource: _, ...statement } = admit(principal, sid, may, []);
        return statement;
      }),
    );
