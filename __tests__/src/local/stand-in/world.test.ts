import { type DeclaredResource, type Service, UnknownToStandIn } from "../../../../src/local/stand-in/service";
import { assembleWorld, type WorldOptions } from "../../../../src/local/stand-in/world";

const account = "444455556666";
const region = "us-east-1";
const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
const ROLE = `arn:aws:iam::${account}:role/reader`;
const document = (...Statement: unknown[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (service: string, Condition?: unknown) => ({
  ...{ Effect: "Allow", Principal: { Service: service }, Action: "sqs:SendMessage", Resource: "*" },
  ...(Condition !== undefined && { Condition }),
});

/** Fails for a message that says so, tells the topic of others. */
const READER = `
const { SNSClient, PublishCommand } = require("@aws-sdk/client-sns");
const sns = new SNSClient({});
exports.handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { messageId, body } of Records) {
    const { detail } = JSON.parse(body);
    console.log(process.env.GREETING, new Date().toISOString(), detail.name);
    if (detail.name === "throws") throw new Error("thrown");
    if (detail.name === "fails") batchItemFailures.push({ itemIdentifier: messageId });
    else await sns.send(new PublishCommand({ TopicArn: process.env.TOPIC, Message: detail.name }));
  }
  return { batchItemFailures };
};`;

type Inputs = Record<string, unknown>;
const declared = (type: string, name: string, inputs: Inputs): DeclaredResource => ({
  ...{ stack: "governance", type: `aws:${type}`, name, account, region, id: name, inputs: { name, ...inputs } },
});
const setting = (type: string, name: string, inputs: Inputs): DeclaredResource => ({
  ...declared(type, name, {}),
  inputs,
});

const resources = (): DeclaredResource[] => [
  declared("iam/role:Role", "reader", {
    assumeRolePolicy: document({ ...allow("lambda.amazonaws.com"), Action: "sts:AssumeRole", Resource: undefined }),
  }),
  declared("sqs/queue:Queue", "dead", {}),
  declared("sqs/queue:Queue", "live", {
    visibilityTimeoutSeconds: 30,
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("sqs", "dead"), maxReceiveCount: 2 }),
  }),
  setting("sqs/queuePolicy:QueuePolicy", "live", {
    queueUrl: `https://sqs.${region}.amazonaws.com/${account}/live`,
    policy: document(allow("events.amazonaws.com", { ArnEquals: { "aws:SourceArn": arn("events", "rule/named") } })),
  }),
  declared("sns/topic:Topic", "told", {}),
  setting("sns/topicPolicy:TopicPolicy", "told", {
    arn: arn("sns", "told"),
    policy: document(allow("cloudwatch.amazonaws.com")),
  }),
  declared("cloudwatch/eventRule:EventRule", "named", {
    eventPattern: '{"source":["test"],"detail":{"name":[{"exists":true}]}}',
  }),
  setting("cloudwatch/eventTarget:EventTarget", "named", { rule: "named", arn: arn("sqs", "live") }),
  declared("lambda/function:Function", "reader", {
    ...{
      role: ROLE,
      runtime: "nodejs22.x",
      handler: "index.handler",
      code: { files: { "index.js": READER } },
      timeout: 10,
    },
    environment: { variables: { GREETING: "hello", TOPIC: arn("sns", "told") } },
  }),
  setting("lambda/eventSourceMapping:EventSourceMapping", "reader", {
    ...{
      eventSourceArn: arn("sqs", "live"),
      functionName: "reader",
      functionResponseTypes: ["ReportBatchItemFailures"],
    },
  }),
  declared("cloudwatch/metricAlarm:MetricAlarm", "dead", {
    ...{ namespace: "AWS/SQS", metricName: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: "dead" } },
    ...{ comparisonOperator: "GreaterThanThreshold", threshold: 0, alarmActions: [arn("sns", "told")] },
  }),
];

const nothing: Service = { needs: () => [], call: ({ operation }) => Promise.reject(new UnknownToStandIn(operation)) };
const options: WorldOptions = {
  seed: 1,
  start: new Date("2026-11-20T10:00:00Z"),
  images: new Map(),
  existingRoles: [],
};
const worldOf = (of: readonly DeclaredResource[], seed = 1) =>
  assembleWorld(of, { ...options, seed }, { s3: () => nothing, sageMaker: () => nothing });

/** Delivers events of these names, and gives the world after all is done. */
async function delivered(names: string[], of = resources(), seed = 1) {
  const world = worldOf(of, seed);
  for (const name of names) {
    const envelope = { version: "0", "detail-type": "Test", account, region, time: "2026-11-20T10:00:00Z" } as const;
    world.deliver({ ...envelope, id: name, source: "test", resources: [name], detail: { name } });
  }
  await world.run();
  return world;
}
const told = (world: Awaited<ReturnType<typeof delivered>>) =>
  world
    .notices()
    .get(arn("sns", "told"))
    ?.map(({ subject, message }) => subject ?? message);

describe("a world of declared resources", () => {
  it("carries an event through rule, queue and function", async () => {
    const world = await delivered(["first"]);
    expect(told(world)).toEqual(["first"]);
    expect(world.logs.map(({ text }) => text)).toEqual([expect.stringMatching(/^hello 2026-11-20T10:00:0.* first$/)]);
  });

  it.each(["fails", "throws"])(
    "makes a dead letter of a message whose reader %s, and raises the alarm",
    async (name) => {
      const world = await delivered([name]);
      expect([...world.depths()]).toEqual([
        [arn("sqs", "dead"), 1],
        [arn("sqs", "live"), 0],
      ]);
      expect(told(world)).toEqual(['ALARM: "dead"']);
      expect(world.logs).toHaveLength(2);
      expect(world.clock.now().getTime()).toBeGreaterThan(options.start.getTime() + 60_000);
    },
  );

  it("is the same again for the same seed", async () => {
    const run = async (seed: number) => (await delivered(["a", "fails", "b", "c"], resources(), seed)).notes;
    expect(await run(7)).toEqual(await run(7));
    expect(await run(7)).not.toEqual(await run(8));
  });

  const changed = (name: string, type: string, inputs: Inputs) =>
    resources().map((one) =>
      one.name === name && one.type.endsWith(`:${type}`) ? { ...one, inputs: { ...one.inputs, ...inputs } } : one,
    );
  const event = "arn:aws:events:us-east-1:444455556666:rule";

  it.each<[string, string, Inputs, RegExp]>([
    [
      "named",
      "EventRule",
      { eventPattern: '{"detail":{"nam":[{"exists":true}]}}' },
      /rule named: detail.nam is absent, pattern wants \{"exists":true\}/,
    ],
    ["named", "EventRule", { state: "DISABLED" }, /rule named: is disabled/],
    ["named", "EventRule", { name: "other" }, /eventTarget:EventTarget "named": rule named doesn't exist/],
    [
      "live",
      "QueuePolicy",
      { policy: document(allow("s3.amazonaws.com")) },
      /has no policy that lets events.amazonaws.com in/,
    ],
    [
      "live",
      "QueuePolicy",
      { policy: document(allow("events.amazonaws.com", { ArnEquals: { "aws:SourceArn": `${event}/x` } })) },
      /has no policy that lets/,
    ],
    [
      "live",
      "QueuePolicy",
      { policy: document(allow("events.amazonaws.com", { ArnIs: { "aws:SourceArn": event } })) },
      /condition operator ArnIs/,
    ],
    [
      "live",
      "QueuePolicy",
      { policy: document({ ...allow("x"), Principal: { AWS: `arn:aws:iam::${account}:role/gone` } }) },
      /role\/gone, which doesn't exist/,
    ],
    ["reader", "EventSourceMapping", { eventSourceArn: arn("sqs", "gone") }, /queue .*:gone doesn't exist/],
    ["reader", "EventSourceMapping", { functionName: "gone" }, /function gone doesn't exist/],
    ["reader", "Function", { handler: "main.handler" }, /handler main.handler names no file/],
    ["reader", "Function", { handler: "index.handle" }, /handler index.handle: the bundle exports handler/],
    ["reader", "Function", { timeout: 31 }, /hides a message for 30 s, function reader may take 31 s/],
    ["reader", "Function", { role: `${ROLE}s` }, /role .*readers doesn't exist/],
    ["reader", "Function", { tracing: {} }, /doesn't know tracing/],
    [
      "reader",
      "Function",
      { environment: { variables: { TOPIC: "gone" } } },
      /sns Publish: NotFoundException: Topic gone/,
    ],
    [
      "reader",
      "Role",
      { assumeRolePolicy: document(allow("s3.amazonaws.com")) },
      /doesn't let lambda.amazonaws.com act as it/,
    ],
    [
      "live",
      "Queue",
      { redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("sqs", "gone"), maxReceiveCount: 2 }) },
      /gone doesn't exist/,
    ],
  ])("names a broken link: %s %s %j", async (name, type, inputs, message) => {
    const said = await delivered(["first"], changed(name, type, inputs)).then(
      ({ notes }) => notes.map(({ text }) => text).join("\n"),
      (error: unknown) => String(error),
    );
    expect(said).toMatch(message);
  });
});
