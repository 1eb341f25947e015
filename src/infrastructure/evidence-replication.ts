import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as s3 from "@pulumi/aws/s3";
import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { bucketArn, evidenceBucketName } from "../contract/names";
import type { ArtifactBucket } from "./artifact-bucket";
import { bucketOf } from "./permissions/dev-table";
import type { Grant, MadeArns } from "./permissions/grant";
import { queuePolicy } from "./permissions/messaging-policy";
import { ProcessRole } from "./process-role";
import { replicationRules, ruleId } from "./replication-rules";
import type { DevConfig } from "./stack-config";

export interface EvidenceReplicationArgs {
  config: DevConfig;
  table: readonly Grant[];
  made: MadeArns;
  topicArn: pulumi.Input<string>;
  /** The bucket that the stack made; undefined for an existing one, of which no setting is written. */
  ownBucket: ArtifactBucket | undefined;
}

/** Carries evidence by S3 itself, and raises an alarm on what it couldn't replicate. */
export class EvidenceReplication extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: EvidenceReplicationArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:EvidenceReplication", name, {}, options);
    const { config, table, made, topicArn, ownBucket } = args;
    const role = new ProcessRole("replication", { config, of: "replication", table, made }, { parent: this });
    config.evidencePrefixes.forEach((_, at) => {
      new cloudwatch.MetricAlarm(`${name}-${ruleId(at)}`, failureAlarm(config, at, topicArn), { parent: this });
    });
    if (ownBucket !== undefined) {
      new s3.BucketReplicationConfig(
        name,
        { bucket: ownBucket.bucket, role: role.arn, rules: replicationRules(config) },
        { parent: this, dependsOn: ownBucket.versioning },
      );
      this.reportFailures(name, config, ownBucket.bucket);
    }
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }

  /** S3 names each object that it couldn't replicate in a message; EventBridge carries no such events. */
  private reportFailures(name: string, { account, partition }: DevConfig, bucket: pulumi.Output<string>): void {
    const own = { parent: this };
    const queue = new sqs.Queue(
      `${name}-failures`,
      { sqsManagedSseEnabled: true, messageRetentionSeconds: FOURTEEN_DAYS },
      own,
    );
    const source = bucket.apply((known) => bucketArn(partition, known));
    const sender = { sid: "BucketReports", service: "s3.amazonaws.com", source, account };
    const policy = new sqs.QueuePolicy(
      `${name}-failures`,
      { queueUrl: queue.url, policy: pulumi.jsonStringify(queuePolicy(queue.arn, [sender])) },
      own,
    );
    new s3.BucketNotification(
      name,
      { bucket, queues: [{ id: "replication-failures", queueArn: queue.arn, events: FAILURE_EVENTS }] },
      { ...own, dependsOn: policy },
    );
  }
}

const FOURTEEN_DAYS = 14 * 24 * 60 * 60;

/** S3's events of evidence that doesn't arrive. */
export const FAILURE_EVENTS = ["s3:Replication:OperationFailedReplication", "s3:Replication:OperationNotTracked"];

const failureAlarm = (config: DevConfig, at: number, topicArn: pulumi.Input<string>): cloudwatch.MetricAlarmArgs => ({
  alarmDescription: `S3 couldn't replicate evidence under ${config.evidencePrefixes[at]}; repair it with S3 Batch Replication.`,
  namespace: "AWS/S3",
  metricName: "OperationsFailedReplication",
  dimensions: {
    SourceBucket: bucketOf(config),
    DestinationBucket: evidenceBucketName(config.prefix, config.account, config.governanceRegion),
    RuleId: ruleId(at),
  },
  statistic: "Sum",
  period: 300,
  evaluationPeriods: 1,
  comparisonOperator: "GreaterThanThreshold",
  threshold: 0,
  treatMissingData: "notBreaching",
  alarmActions: [topicArn],
});
