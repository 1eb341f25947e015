import type { ExistingThings } from "../../../src/adapters/existing-things";
import type { StackConfig } from "../../../src/infrastructure/stack-config";
import { jsonIn, OTHERS, policy, previewed, printed } from "../../support/existing-account";
import { dev } from "../../support/policies";

const BUCKET = { artifactBucket: "team-artifacts", evidencePrefixes: ["evidence/"] };
const REPLICATED = { ...BUCKET, transfer: "replication" };
const ROLE = "arn:aws:iam::111122223333:role/mg-replication-us-east-1";
const QUEUE = "arn:aws:sqs:us-east-1:111122223333:transfer-failures-1a2b3c4";

describe("an existing bucket's notifications in mode copy", () => {
  const config = dev(BUCKET);
  const seen = (notifications: unknown) =>
    previewed(config, {
      bucketPolicy: async () => policy({ ...OTHERS, Principal: "*" }),
      notifications: async () => notifications,
    });

  it("stop preview without EventBridge, though others are told", async () => {
    const { stops } = await seen({ QueueConfigurations: [{ QueueArn: "arn:aws:sqs:us-east-1:111122223333:team" }] });
    expect(stops).toHaveLength(1);
    expect(jsonIn(stops[0])).toEqual({ EventBridgeConfiguration: {} });
    expect(stops[0]).toContain(
      "aws s3api put-bucket-notification-configuration --bucket team-artifacts --notification-configuration file://notifications.json",
    );
  });

  it("pass with it", async () => {
    expect((await seen({ EventBridgeConfiguration: {} })).stops).toEqual([]);
  });
});

describe("an existing bucket in mode replication", () => {
  const config = dev(REPLICATED);
  const needed = async () =>
    (await printed(config, "addToArtifactBucketReplication")) as { Role: string; Rules: Record<string, unknown>[] };
  const told = (change: Readonly<Record<string, unknown>> = {}) => ({
    QueueConfigurations: [
      {
        Id: "any",
        QueueArn: QUEUE,
        Events: ["s3:Replication:OperationNotTracked", "s3:Replication:OperationFailedReplication"],
        ...change,
      },
    ],
  });
  /** After the first update, and with all but what is given as it must be. */
  const seen = async (there: Partial<ExistingThings> = {}, of: StackConfig = config) => {
    const replication = await needed();
    return previewed(of, {
      ...{ bucketPolicy: async () => policy({ ...OTHERS, Principal: "*" }), isVersioned: async () => true },
      ...{
        roleArn: async () => ROLE,
        queues: async () => [QUEUE],
        replication: async () => replication,
        notifications: async () => told(),
      },
      ...there,
    });
  };

  it("passes with all of it there", async () => {
    expect(await seen()).toMatchObject({ stops: [], warnings: [] });
  });

  it("warns, before the first update has made what they name, and stops afterwards", async () => {
    const bare = { replication: async () => undefined, notifications: async () => ({}) };
    const before = await seen({ ...bare, roleArn: async () => undefined, queues: async () => [] });
    expect(before).toMatchObject({
      stops: [],
      warnings: [
        expect.stringMatching(
          /^Pulumi.test.yaml: governance:artifactBucket: the replication of bucket team-artifacts lacks .* before an update has made role mg-replication-us-east-1; then add/,
        ),
        expect.stringMatching(
          /the notifications of bucket team-artifacts lacks .* before an update has made queue transfer-failures; then add.*replicationFailuresArn/s,
        ),
      ],
    });
    const after = await seen(bare);
    expect(after.warnings).toEqual([]);
    expect(after.stops.map(jsonIn)).toEqual([
      await needed(),
      {
        QueueConfigurations: [
          { Id: "replication-failures", QueueArn: QUEUE, Events: told().QueueConfigurations[0]?.Events.toReversed() },
        ],
      },
    ]);
  });

  it("stops at once without versions, also where the stack owns the documents", async () => {
    const off = { isVersioned: async () => false, roleArn: async () => undefined, queues: async () => [] };
    for (const stack of [config, dev({ ...REPLICATED, ownsArtifactBucket: true })]) {
      const { stops } = await seen(off, stack);
      expect(stops).toEqual([
        expect.stringMatching(
          /the versioning of bucket team-artifacts lacks .*aws s3api put-bucket-versioning --bucket team-artifacts --versioning-configuration Status=Enabled/s,
        ),
      ]);
      expect(stops[0]).not.toContain("ownsArtifactBucket");
    }
  });

  it("warns where the stack's role still has another path, and stops once it has made the new one", async () => {
    const { Rules } = (await needed()) as { Rules: unknown };
    const replication = async () => ({ Role: ROLE.replace(":role/", ":role/former/"), Rules });
    const before = await seen({ roleArn: async () => ROLE.replace(":role/", ":role/former/"), replication });
    expect([before.stops, before.warnings.length]).toEqual([[], 1]);
    const after = await seen({ replication });
    expect([after.stops.length, after.warnings]).toEqual([1, []]);
  });

  it("stops at once where it replicates under another role, which S3 has one of", async () => {
    const other = { Role: "arn:aws:iam::111122223333:role/backup", Rules: [{ ID: "all" }] };
    const { stops } = await seen({ roleArn: async () => undefined, replication: async () => other });
    expect(stops).toEqual([
      expect.stringMatching(
        /In the way: it replicates under arn:aws:iam::111122223333:role\/backup.*governance:transfer: copy/,
      ),
    ]);
  });

  it.each<[string, (rule: Record<string, unknown>) => unknown, boolean]>([
    [
      "of another priority, with more to it",
      (rule) => ({ ...rule, Priority: 7, Destination: { ...Object(rule.Destination), StorageClass: "STANDARD_IA" } }),
      true,
    ],
    ["that is off", (rule) => ({ ...rule, Status: "Disabled" }), false],
    ["under another id, which the alarm doesn't hear of", (rule) => ({ ...rule, ID: "mine" }), false],
    [
      "to another bucket",
      (rule) => ({ ...rule, Destination: { ...Object(rule.Destination), Bucket: "arn:aws:s3:::other" } }),
      false,
    ],
    [
      "of tagged objects alone",
      (rule) => ({ ...rule, Filter: { And: { Prefix: "evidence/", Tags: [{ Key: "a", Value: "b" }] } } }),
      false,
    ],
    ["that carries deletions", (rule) => ({ ...rule, DeleteMarkerReplication: { Status: "Enabled" } }), false],
  ])("a rule %s", async (_, change, passes) => {
    const { Rules } = await needed();
    const rules = [{ ID: "backup", Priority: 1 }, ...Rules.map(change)];
    const { stops } = await seen({ replication: async () => ({ Role: ROLE, Rules: rules }) });
    expect(stops).toHaveLength(passes ? 0 : 1);
    if (!passes) expect(jsonIn(stops[0])).toEqual({ Role: ROLE, Rules });
  });

  it.each<[string, Record<string, unknown>, boolean]>([
    ["of all that replication tells", { Events: ["s3:Replication:*"] }, true],
    ["of one event", { Events: ["s3:Replication:OperationFailedReplication"] }, false],
    ["of some keys", { Filter: { Key: { FilterRules: [{ Name: "prefix", Value: "a/" }] } } }, false],
    [
      "to a queue of a stack that is gone",
      { QueueArn: "arn:aws:sqs:us-east-1:111122223333:transfer-failures-9999999" },
      false,
    ],
  ])("a notification %s", async (_, change, passes) => {
    expect((await seen({ notifications: async () => told(change) })).stops).toHaveLength(passes ? 0 : 1);
  });
});
