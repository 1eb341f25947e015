import { createWorld } from "../../../../../src/local/stand-in/create-world";
import { createS3 } from "../../../../../src/local/stand-in/s3";
import {
  ARTIFACTS,
  bucketResources,
  EVIDENCE,
  FAILURES,
  keyArn,
  REPLICATION_RULE,
  replication,
} from "../../../../support/buckets";
import {
  as,
  caller,
  DEV,
  declared,
  GOVERNANCE,
  policy,
  REGION,
  roleArn,
  START,
  surroundings,
} from "../../../../support/surroundings";

const KEY = "evidence/a report.json";

async function replicated(resources = [...bucketResources("replication"), replication()], key = KEY) {
  const { around, clock, heard } = surroundings(resources);
  const s3 = createS3(around);
  const team = caller(s3, as(DEV, "team"));
  const Metadata = { of: "credit-risk" };
  await team("PutObject", { Bucket: ARTIFACTS, Key: key, Body: "{}", Metadata });
  await clock.run();
  return { s3, clock, heard, [ARTIFACTS]: s3.stored(ARTIFACTS, key), [EVIDENCE]: s3.stored(EVIDENCE, key) };
}

describe("replication", () => {
  it("gives the destination the same version, some seconds later, under its own key", async () => {
    const {
      clock,
      [ARTIFACTS]: [source],
      [EVIDENCE]: replicas,
    } = await replicated();
    expect(source).toMatchObject({ replicationStatus: "COMPLETED", kmsKeyArn: keyArn(DEV, "dev-key") });
    expect(replicas).toEqual([
      { ...source, kmsKeyArn: keyArn(GOVERNANCE, "evidence-key"), replicationStatus: "REPLICA" },
    ]);
    expect(clock.now().getTime() - START.getTime()).toBeGreaterThan(2_000);
  });

  it("leaves keys outside of its prefix alone", async () => {
    const {
      [ARTIFACTS]: [source],
      [EVIDENCE]: replicas,
    } = await replicated(undefined, "training/data.csv");
    expect([source?.replicationStatus, replicas]).toEqual([undefined, []]);
  });

  it("leaves objects under a KMS key alone where the rule doesn't select them", async () => {
    const { encryptionConfiguration: _, ...destination } = REPLICATION_RULE.destination;
    const rule = { ...REPLICATION_RULE, sourceSelectionCriteria: {}, destination };
    const { [EVIDENCE]: replicas, heard } = await replicated([...bucketResources("replication"), replication(rule)]);
    expect(replicas).toEqual([]);
    expect(heard.notes.at(-1)).toMatch(/objects under a KMS key aren't selected/);
  });

  it("that is refused is told to the queue, in S3's words, and counted", async () => {
    const resources = [...bucketResources("team"), replication()];
    const {
      [ARTIFACTS]: [source],
      [EVIDENCE]: replicas,
      heard,
      clock,
    } = await replicated(resources);
    expect([source?.replicationStatus, replicas]).toEqual(["FAILED", []]);
    expect(heard.told).toEqual([
      {
        target: FAILURES,
        from: `s3.amazonaws.com for arn:aws:s3:::${ARTIFACTS}`,
        body: {
          Records: [
            {
              eventVersion: "2.5",
              eventSource: "aws:s3",
              awsRegion: "us-east-1",
              eventTime: clock.now().toISOString(),
              eventName: "Replication:OperationFailedReplication",
              userIdentity: { principalId: DEV },
              requestParameters: { sourceIPAddress: "10.0.1.23" },
              responseElements: { "x-amz-request-id": expect.any(String), "x-amz-id-2": expect.any(String) },
              s3: {
                s3SchemaVersion: "1.0",
                configurationId: "failures",
                bucket: {
                  name: ARTIFACTS,
                  ownerIdentity: { principalId: DEV },
                  arn: `arn:aws:s3:::${ARTIFACTS}`,
                },
                object: {
                  key: "evidence/a+report.json",
                  size: 2,
                  eTag: source?.etag,
                  versionId: source?.versionId,
                  sequencer: expect.any(String),
                },
              },
              replicationEventData: {
                replicationRuleId: "to-governance",
                destinationBucket: `arn:aws:s3:::${EVIDENCE}`,
                s3Operation: "OBJECT_PUT",
                requestTime: START.toISOString(),
                failureReason: "DstPutObjectNotPermitted",
              },
            },
          ],
        },
      },
    ]);
    expect(heard.observed).toEqual([
      {
        account: DEV,
        region: "us-east-1",
        namespace: "AWS/S3",
        metric: "OperationsFailedReplication",
        dimensions: { SourceBucket: ARTIFACTS, DestinationBucket: EVIDENCE, RuleId: "to-governance" },
        value: 1,
      },
    ]);
  });

  it("keeps the order of the source's versions, whichever arrives first", async () => {
    const { around, clock } = surroundings([...bucketResources("replication"), replication()]);
    const s3 = createS3(around);
    const put = (Body: string) => caller(s3, as(DEV, "team"))("PutObject", { Bucket: ARTIFACTS, Key: KEY, Body });
    for (const second of [0, 1, 2, 3, 4, 5]) clock.after(second * 1000, async () => void (await put(String(second))));
    await clock.run();
    const ids = (bucket: string) => s3.stored(bucket, KEY).map(({ versionId }) => versionId);
    expect(ids(EVIDENCE)).toEqual(ids(ARTIFACTS));
    expect(ids(EVIDENCE)).toHaveLength(6);
  });
});

const TOPIC = `arn:aws:sns:${REGION}:${DEV}:told`;
const letIn = (service: string, Action: string) =>
  policy({ Effect: "Allow", Principal: { Service: `${service}.amazonaws.com` }, Action, Resource: "*" });
const inDev = (type: string, name: string, inputs: Record<string, unknown>) =>
  declared(type, name, inputs, { account: DEV });

/** The queue that failures go to, and an alarm on their count that tells a topic. */
const watched = () => [
  inDev("sqs/queue:Queue", "failures", { name: "failures" }),
  inDev("sqs/queuePolicy:QueuePolicy", "failures", {
    queueUrl: `https://sqs.${REGION}.amazonaws.com/${DEV}/failures`,
    policy: letIn("s3", "sqs:SendMessage"),
  }),
  inDev("sns/topic:Topic", "told", { name: "told" }),
  inDev("sns/topicPolicy:TopicPolicy", "told", { arn: TOPIC, policy: letIn("cloudwatch", "sns:Publish") }),
  inDev("cloudwatch/metricAlarm:MetricAlarm", "replication", {
    ...{ name: "replication", namespace: "AWS/S3", metricName: "OperationsFailedReplication" },
    dimensions: { SourceBucket: ARTIFACTS, DestinationBucket: EVIDENCE, RuleId: REPLICATION_RULE.id },
    ...{ comparisonOperator: "GreaterThanThreshold", threshold: 0, alarmActions: [TOPIC] },
  }),
];

it.each([
  ["fails: the alarm's topic is told", "team", ['ALARM: "replication"'], 1],
  ["succeeds: nobody is told", "replication", [], 0],
])("a replication that %s", async (_, admitted, subjects, depth) => {
  const world = createWorld([...bucketResources(admitted), replication(), ...watched()], {
    ...{ seed: 1, start: START, images: new Map() },
    existingRoles: [roleArn(DEV, "team"), roleArn(DEV, "replication"), roleArn(GOVERNANCE, "start")],
  });
  const input = { Bucket: ARTIFACTS, Key: KEY, Body: "{}" };
  await world.call(roleArn(DEV, "team"), REGION, "s3", "PutObject", input);
  await world.run();
  expect((world.notices().get(TOPIC) ?? []).map(({ subject }) => subject)).toEqual(subjects);
  expect(world.depths().get(FAILURES)).toBe(depth);
});
