import { type DeclaredResource, type Service, UnknownToStandIn } from "../../../../src/local/stand-in/service";
import { assembleWorld } from "../../../../src/local/stand-in/world";
import { declared, GOVERNANCE, policy, REGION, roleArn, START } from "../../../support/surroundings";

type Inputs = Record<string, unknown>;
const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${GOVERNANCE}:${resource}`;
const allow = (service: string) => ({ Effect: "Allow", Principal: { Service: service }, Action: "*", Resource: "*" });

/** Calls the function that its environment names, and says what came of it. */
const CALLER = `
const { LambdaClient, InvokeCommand } = require("@aws-sdk/client-lambda");
const lambda = new LambdaClient({});
exports.handler = async () => {
  const Payload = Buffer.from(JSON.stringify({ asked: true }));
  try {
    const answer = await lambda.send(new InvokeCommand({ FunctionName: process.env.CALLED, Payload }));
    console.log(answer.StatusCode, answer.FunctionError ?? "well", Buffer.from(answer.Payload).toString());
  } catch (error) {
    console.log(error.name);
  }
};`;
const ANSWERS = `exports.handler = async (event) => ({ ...event, answered: true });`;
const THROWS = `exports.handler = async () => { throw new TypeError("no"); };`;
const SLOW = `exports.handler = () => new Promise((resolve) => setTimeout(resolve, 90_000));`;

const lambda = (name: string, source: string, inputs: Inputs = {}) =>
  declared("lambda/function:Function", name, {
    ...{ name, role: roleArn(GOVERNANCE, "runner"), runtime: "nodejs22.x", handler: "index.handler", timeout: 100 },
    code: { files: { "index.js": source } },
    ...inputs,
  });
const scheduled = (name: string, inputs: Inputs = {}): DeclaredResource[] => [
  declared("cloudwatch/eventRule:EventRule", name, { name, scheduleExpression: "rate(1 minute)", ...inputs }),
  declared("cloudwatch/eventTarget:EventTarget", name, { rule: name, arn: arn("lambda", `function:${name}`) }),
  declared("lambda/permission:Permission", name, {
    ...{ function: name, action: "lambda:InvokeFunction", principal: "events.amazonaws.com" },
    sourceArn: arn("events", `rule/${name}`),
  }),
];
const HOURLY = { scheduleExpression: "rate(1 hour)" };
const missing = (period: number): DeclaredResource[] => [
  declared("sns/topic:Topic", "told", { name: "told" }),
  declared("sns/topicPolicy:TopicPolicy", "told", {
    arn: arn("sns", "told"),
    policy: policy(allow("cloudwatch.amazonaws.com")),
  }),
  declared("cloudwatch/metricAlarm:MetricAlarm", "missing", {
    ...{ name: "missing", namespace: "AWS/Lambda", metricName: "Invocations", dimensions: { FunctionName: "one" } },
    ...{ period, evaluationPeriods: 1, comparisonOperator: "LessThanThreshold", threshold: 1 },
    ...{ treatMissingData: "breaching", alarmActions: [arn("sns", "told")] },
  }),
];

const nothing: Service = { needs: () => [], call: ({ operation }) => Promise.reject(new UnknownToStandIn(operation)) };
function worldOf(resources: readonly DeclaredResource[], deliveries?: () => readonly number[]) {
  const trust = declared("iam/role:Role", "runner", {
    ...{ name: "runner", assumeRolePolicy: policy(allow("lambda.amazonaws.com")) },
  });
  const options = { seed: 1, start: START, images: new Map(), existingRoles: [], ...(deliveries && { deliveries }) };
  return assembleWorld([trust, ...resources], options, { s3: () => nothing, sageMaker: () => nothing });
}

/** The world after so many minutes, and after what has begun until then. */
async function ranFor(minutes: number, resources: readonly DeclaredResource[]) {
  const world = worldOf(resources);
  await world.run(new Date(START.getTime() + minutes * 60_000));
  await world.run();
  return {
    logs: world.logs.map(({ text }) => text),
    notes: world.notes.map(({ text }) => text),
    told: world.notices().get(arn("sns", "told")) ?? [],
    begun: world.begun(),
  };
}

describe("a schedule", () => {
  it("begins its function as often as it says, and a run to the end doesn't wait for it", async () => {
    const world = worldOf([lambda("one", ANSWERS), ...scheduled("one", { scheduleExpression: "rate(2 hours)" })]);
    await world.run();
    expect([world.clock.now(), world.begun().size]).toEqual([START, 0]);
    await world.run(new Date(START.getTime() + world.schedulesWithin));
    await world.run();
    expect(world.begun().get(arn("lambda", "function:one"))?.toISOString()).toMatch(/^2026-11-20T12:00:00/);
  });

  it.each([
    ["comes once and at once", undefined, ["00.000"]],
    ["is lost", [], []],
    ["is late", [5_000], ["05.000"]],
    ["comes twice", [0, 7_000], ["00.000", "07.000"]],
  ] as const)("what it sends %s, as any other event", async (_, delays, expected) => {
    const world = worldOf([lambda("one", ANSWERS), ...scheduled("one", HOURLY)], delays && (() => delays));
    await world.run(new Date(START.getTime() + 3_600_000 + 30_000));
    const delivered = world.notes.filter(({ text }) => text.includes("delivered to"));
    expect(delivered.map(({ at }) => at.toISOString().slice(17, 23))).toEqual(expected);
  });

  it.each(["rate(1 minutes)", "rate(2 minute)", "rate(0 minutes)", "cron(0 12 * * ? *)"])(
    "of the form %s is refused",
    (scheduleExpression) => {
      expect(() => worldOf([lambda("one", ANSWERS), ...scheduled("one", { scheduleExpression })])).toThrow(
        /scheduleExpression/,
      );
    },
  );

  it("that is switched off says so", async () => {
    const { begun, notes } = await ranFor(5, [lambda("one", ANSWERS), ...scheduled("one", { state: "DISABLED" })]);
    expect([begun.size, notes]).toEqual([0, ["rule one: is disabled, its schedule begins nothing"]]);
  });

  it("has a function that throws tried twice again, by Lambda's queue", async () => {
    const { notes } = await ranFor(60, [lambda("one", THROWS), ...scheduled("one", HOURLY)]);
    expect(notes.filter((text) => text === "function one failed: TypeError: no")).toHaveLength(3);
  });

  it("waits while as many run as are reserved", async () => {
    const one = lambda("one", SLOW, { reservedConcurrentExecutions: 1 });
    const twice = scheduled("one", HOURLY).flatMap((of) =>
      of.type.endsWith(":EventTarget") ? [of, { ...of, name: "again" }] : [of],
    );
    const { notes, begun } = await ranFor(60, [one, ...twice]);
    // The second begins only when the first has ended, a minute and a half later.
    const second = begun.get(arn("lambda", "function:one"))?.getTime() ?? 0;
    expect(second - START.getTime()).toBeGreaterThan(61.5 * 60_000);
    expect(notes.filter((text) => text.includes("failed"))).toEqual([]);
  });
});

describe("an alarm that takes missing values for bad", () => {
  it.each([
    ["is silent while the function runs", 300, 0],
    ["tells once when it hasn't run for a period", 30, 1],
  ])("%s", async (_, period, times) => {
    const { told } = await ranFor(10, [
      lambda("one", ANSWERS),
      ...scheduled("one", times > 0 ? { state: "DISABLED" } : {}),
      ...missing(period),
    ]);
    expect(told.map(({ subject }) => subject)).toEqual(Array.from({ length: times }, () => 'ALARM: "missing"'));
  });
});

describe("a function that calls another", () => {
  const called = (source: string, CALLED = arn("lambda", "function:other")) => [
    lambda("one", CALLER, { environment: { variables: { CALLED } } }),
    lambda("other", source),
    ...scheduled("one"),
  ];
  it.each([
    ["gets its answer", called(ANSWERS), '200 well {"asked":true,"answered":true}'],
    ["gets what it threw", called(THROWS), '200 Unhandled {"errorType":"TypeError","errorMessage":"no","trace":[]}'],
    ["meets that it isn't there", called(ANSWERS, arn("lambda", "function:none")), "ResourceNotFoundException"],
  ])("%s", async (_, resources, line) => {
    expect((await ranFor(1, resources)).logs[0]).toBe(line);
  });
});
