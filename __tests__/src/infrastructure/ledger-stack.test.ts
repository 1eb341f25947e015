import { arnOf, type DeclaredStack, declaredStack } from "../../support/declared-stack";
import { governance } from "../../support/policies";

let stack: DeclaredStack;
beforeAll(async () => {
  stack = await declaredStack(governance());
});

const inputs = (type: string, name: string) => stack.one(type, name).inputs;

it("locks every record as config says; evidence and verdicts only where a decision cites them", () => {
  expect(stack.names("BucketObjectLockConfiguration")).toEqual(["records"]);
  expect(stack.one("BucketObjectLockConfiguration", "records")).toMatchObject({
    inputs: { rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } } },
    protect: true,
  });
});

it.each(["record", "checkpoint", "revocation"])("has a protected key pair that signs %ss", (of) => {
  expect(stack.one("Key", `${of}-signing`)).toMatchObject({
    inputs: { keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "ECC_NIST_P256" },
    protect: true,
  });
  expect(inputs("Alias", `${of}-signing`).name).toBe(`alias/mg-${of}-signing`);
});

it("never runs two checkpoint writers at once, and reserves nothing for others", () => {
  const reserved = stack
    .names("Function")
    .map((name) => [name, inputs("Function", name).reservedConcurrentExecutions])
    .filter(([, most]) => most !== undefined);
  expect(reserved).toEqual([["checkpoint", 1]]);
});

it.each(["reconcile", "checkpoint"])("%s runs on a schedule, and people hear where it fails or doesn't run", (name) => {
  expect(inputs("EventRule", name).scheduleExpression).toBe("rate(15 minutes)");
  expect(inputs("EventTarget", name)).toMatchObject({ rule: name, arn: arnOf("Function", name) });
  expect(inputs("Permission", name)).toMatchObject({
    principal: "events.amazonaws.com",
    sourceArn: arnOf("EventRule", name),
  });
  const watched = { dimensions: { FunctionName: `mg-${name}` }, alarmActions: [arnOf("Topic", "notices")] };
  expect(inputs("MetricAlarm", name)).toMatchObject({ ...watched, metricName: "Errors", threshold: 0 });
  expect(inputs("MetricAlarm", `${name}-missing`)).toMatchObject({
    ...watched,
    ...{ metricName: "Invocations", comparisonOperator: "LessThanThreshold", treatMissingData: "breaching" },
  });
});
