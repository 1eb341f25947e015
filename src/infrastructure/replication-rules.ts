import type { types } from "@pulumi/aws";
import { bucketArn, evidenceBucketName, roleArn } from "../contract/names";
import { type DevConfig, placeOf } from "./stack-config";

/** Id of the rule for the prefix at that place of the configured list. */
export const ruleId = (at: number): string => `evidence-${at + 1}`;

/** One replication rule an evidence prefix: the replica is governance's own, under its key; deletions stay here. */
export const replicationRules = (config: DevConfig): types.input.s3.BucketReplicationConfigRule[] =>
  config.evidencePrefixes.map((prefix, at) => ({
    id: ruleId(at),
    priority: at + 1,
    status: "Enabled",
    filter: { prefix },
    deleteMarkerReplication: { status: "Disabled" },
    sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
    destination: {
      bucket: evidenceBucketArn(config),
      account: config.governanceAccount,
      accessControlTranslation: { owner: "Destination" },
      encryptionConfiguration: { replicaKmsKeyId: config.evidenceKeyArn },
      metrics: { status: "Enabled" },
    },
  }));

const evidenceBucketArn = ({ partition, prefix, account, governanceRegion }: DevConfig): string =>
  bucketArn(partition, evidenceBucketName(prefix, account, governanceRegion));

/** The same as `aws s3api put-bucket-replication --replication-configuration` takes it, to merge with what a bucket has. */
export const replicationConfigurationJson = (config: DevConfig) => ({
  Role: roleArn(config, "replication", placeOf(config)),
  Rules: config.evidencePrefixes.map((prefix, at) => ({
    ID: ruleId(at),
    Priority: at + 1,
    Status: "Enabled",
    Filter: { Prefix: prefix },
    DeleteMarkerReplication: { Status: "Disabled" },
    SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
    Destination: {
      Bucket: evidenceBucketArn(config),
      Account: config.governanceAccount,
      AccessControlTranslation: { Owner: "Destination" },
      EncryptionConfiguration: { ReplicaKmsKeyID: config.evidenceKeyArn },
      Metrics: { Status: "Enabled" },
    },
  })),
});
