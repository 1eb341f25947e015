import { isRecord, listOf, nameOf } from "../inputs";
import { type DeclaredResource, type Surroundings, UnknownToStandIn } from "../service";
import type { Bucket } from "./bucket";
import { sizeOf } from "./content";
import { sequencerOf } from "./events";
import type { ReplicationRule } from "./replication-rules";
import type { Stored } from "./stored";

const FAILED = "s3:Replication:OperationFailedReplication";
/** Events that a bucket's notification may ask for; of the others but the first the stand-in sends none. */
const KNOWN = [
  FAILED,
  "s3:Replication:OperationNotTracked",
  "s3:Replication:OperationMissedThreshold",
  "s3:Replication:OperationReplicatedAfterThreshold",
  "s3:Replication:*",
];
const ASKS_FOR_FAILURES = [FAILED, "s3:Replication:*"];

/** One target of a bucket's notifications. */
export interface Notification {
  id: string;
  /** ARN of a queue or a topic. */
  target: string;
  events: readonly string[];
}

/** @throws UnknownToStandIn for an event that the stand-in isn't told of */
export function parseNotification(setting: DeclaredResource): Notification[] {
  const all = [...listOf(setting.inputs.queues), ...listOf(setting.inputs.topics)].filter(isRecord);
  return all.map(({ id, queueArn, topicArn, events, ...others }) => {
    const asked = listOf(events).map(String);
    const unknown = [...Object.keys(others), ...asked.filter((event) => !KNOWN.includes(event))];
    if (unknown.length > 0) throw new UnknownToStandIn(`${nameOf(setting)}: ${unknown.join(", ")}`);
    return { id: String(id), target: String(queueArn ?? topicArn), events: asked };
  });
}

/** Tells whom the bucket's notification names, and counts in the rule's metric; both only where the rule has metrics. */
export function notifyOfFailure(
  bucket: Bucket,
  stored: Stored,
  rule: ReplicationRule,
  reason: string,
  around: Surroundings,
): void {
  if (!rule.metrics) return;
  const { name, account, region, arn, notifications } = bucket;
  for (const { id, target } of notifications.filter(({ events }) => events.some(isAboutFailures))) {
    const body = JSON.stringify({ Records: [failureRecord(bucket, stored, rule, reason, id, around.clock.now())] });
    const from = { service: "s3.amazonaws.com", sourceArn: arn, sourceAccount: account };
    const refused = around.tell(target, body, from);
    if (refused !== undefined) around.trace.note(`s3://${name}/${stored.key}`, `the failure is not told: ${refused}`);
  }
  const dimensions = { SourceBucket: name, DestinationBucket: rule.bucketName, RuleId: rule.id };
  const metric = "OperationsFailedReplication";
  around.observe({ account, region, namespace: "AWS/S3", metric, dimensions, value: 1 });
}

const isAboutFailures = (event: string): boolean => ASKS_FOR_FAILURES.includes(event);

/** A notification's key is form-URL-encoded, unlike an event's. */
const encoded = (key: string): string => key.split("/").map(encodeURIComponent).join("/").replaceAll("%20", "+");

const failureRecord = (
  { name, arn, region, account }: Bucket,
  { key, content, etag, versionId, lastModified }: Stored,
  { id: replicationRuleId, bucketName }: ReplicationRule,
  failureReason: string,
  configurationId: string,
  now: Date,
) => ({
  eventVersion: "2.5",
  eventSource: "aws:s3",
  awsRegion: region,
  eventTime: now.toISOString(),
  eventName: FAILED.replace("s3:", ""),
  userIdentity: { principalId: account },
  requestParameters: { sourceIPAddress: "10.0.1.23" },
  responseElements: { "x-amz-request-id": "N4N7GDK58NMKJ12R", "x-amz-id-2": "EXAMPLE" },
  s3: {
    s3SchemaVersion: "1.0",
    configurationId,
    bucket: { name, ownerIdentity: { principalId: account }, arn },
    object: { key: encoded(key), size: sizeOf(content), eTag: etag, versionId, sequencer: sequencerOf(0) },
  },
  replicationEventData: {
    replicationRuleId,
    destinationBucket: arn.replace(name, bucketName),
    s3Operation: "OBJECT_PUT",
    requestTime: lastModified.toISOString(),
    failureReason,
  },
});
