import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as s3 from "@pulumi/aws/s3";
import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { bucketArn, evidenceBucketName } from "../contract/names";
import type { WrittenBucket } from "./artifact-bucket";
import { bucketOf } from "./permissions/dev-table";
import type { Grant, MadeArns } from "./permissions/grant";
import { queuePolicy, type ServiceSender } from "./permissions/messaging-policy";
import { ProcessRole } from "./process-role";
import { replicationRules, ruleId } from "./replication-rules";
import type { DevConfig } from "./stack-config";

export interface EvidenceReplicationArgs {
  config: DevConfig;
  table: readonly Grant[];
  made: MadeArns;
  topicArn: pulumi.Input<string>;
  /** Undefined for an existing bucket of which nothing is written. */
  written: WrittenBucket | undefined;
}

/** Carries evidence by S3 itself, and raises an alarm on what it couldn't replicate. */
export class EvidenceReplication extends pulumi.ComponentResource {
  /** S3 names each object that it couldn't replicate here; EventBridge carries no such events. */
  readonly failuresArn: pulumi.Output<string>;

  constructor(name: string, args: EvidenceReplicationArgs, options: pulumi.ComponentResourceOptions) {
    super("governance:index:EvidenceReplication", name, {}, options);
    const { config, table, made, topicArn, written } = args;
    const own = { parent: this };
    const role = new ProcessRole("replication", { config, of: "replication", table, made }, own);
    config.evidencePrefixes.forEach((_, at) => {
      new cloudwatch.MetricAlarm(`${name}-${ruleId(at)}`, failureAlarm(config, at, topicArn), own);
    });
    const failures = failureQueue(name);
    const queue = new sqs.Queue(failures, { sqsManagedSseEnabled: true, messageRetentionSeconds: FOURTEEN_DAYS }, own);
    const policy = pulumi.jsonStringify(queuePolicy(queue.arn, [bucketReports(config)]));
    const open = new sqs.QueuePolicy(failures, { queueUrl: queue.url, policy }, own);
    if (written !== undefined) {
      const { bucket, versioning, retainOnDelete } = written;
      const rules = replicationRules(config);
      const kept = { ...own, retainOnDelete };
      const dependsOn = versioning === undefined ? [] : [versioning];
      new s3.BucketReplicationConfig(name, { bucket, role: role.arn, rules }, { ...kept, dependsOn });
      const queues = [{ id: FAILURES, queueArn: queue.arn, events: FAILURE_EVENTS }];
      new s3.BucketNotification(name, { bucket, queues }, { ...kept, dependsOn: open });
    }
    this.failuresArn = queue.arn;
    this.registerOutputs({ failuresArn: this.failuresArn });
  }
}

const FOURTEEN_DAYS = 14 * 24 * 60 * 60;

const bucketReports = (config: DevConfig): ServiceSender => ({
  sid: "BucketReports",
  service: "s3.amazonaws.com",
  source: bucketArn(config.partition, bucketOf(config)),
  account: config.account,
});

/** Name of the queue; in AWS Pulumi's own letters follow it. */
export const failureQueue = (transfer: string): string => `${transfer}-failures`;

/** Id of the bucket's notification. */
export const FAILURES = "replication-failures";

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
