import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { snsNotices } from "../../../src/adapters/sns-notices";
import { sqsStartQueue } from "../../../src/adapters/sqs-start-queue";
import { sqsWatchQueue } from "../../../src/adapters/sqs-watch-queue";
import { parseLookAgain, parseStartAgain } from "../../../src/contract/registry-event";
import { ARN } from "../../support/registered-version";
import { awsError, sent } from "../../support/sdk-answers";

const sns = mockClient(SNSClient);
const sqs = mockClient(SQSClient);
const TOPIC = "arn:aws:sns:us-east-1:444455556666:mg-notices";
const URL = "https://sqs.us-east-1.amazonaws.com/444455556666/mg-start";

beforeEach(() => {
  sns.reset();
  sqs.reset();
});

describe("a notice", () => {
  const notices = snsNotices(new SNSClient({ region: "us-east-1" }), TOPIC);

  it.each([
    ["as it is", "A person must decide", "A person must decide"],
    ["in ASCII on one line", "Modèle\n“x”", "Mod?le ?x?"],
    ["of 100 characters", "x".repeat(100), "x".repeat(100)],
    ["cut after 100", "x".repeat(101), `${"x".repeat(99)}~`],
  ])("has its subject %s", async (_, subject, expected) => {
    await notices.tell(subject, "line one\nline two é");
    expect(sent(sns)).toEqual([["Publish", { TopicArn: TOPIC, Subject: expected, Message: "line one\nline two é" }]]);
  });

  it("for a group's owner says which group's", async () => {
    await notices.tell("s", "t", "credit-risk");
    const MessageAttributes = { ownedGroup: { DataType: "String", StringValue: "credit-risk" } };
    expect(sent(sns)).toEqual([["Publish", { TopicArn: TOPIC, Subject: "s", Message: "t", MessageAttributes }]]);
  });

  it("that can't be sent is an error", async () => {
    sns.rejects(awsError("AuthorizationError"));
    await expect(notices.tell("s", "t")).rejects.toMatchObject({ name: "AuthorizationError" });
  });
});

describe("start's message to itself", () => {
  const queue = sqsStartQueue(new SQSClient({ region: "us-east-1" }), URL);

  it("is delayed, and start can read it", async () => {
    const again = { modelPackageArn: ARN, attempt: 2, waits: 3 };
    await queue.send(again, 40);
    const MessageBody = JSON.stringify({ startAgain: again });
    expect(sent(sqs)).toEqual([["SendMessage", { QueueUrl: URL, MessageBody, DelaySeconds: 40 }]]);
    expect(parseStartAgain(JSON.parse(MessageBody))).toEqual(again);
  });

  it("that can't be sent is an error", async () => {
    sqs.rejects(awsError("QueueDoesNotExist"));
    await expect(queue.send({ modelPackageArn: ARN, attempt: 1 }, 0)).rejects.toMatchObject({
      name: "QueueDoesNotExist",
    });
  });
});

it("the reconciler's message to the watcher is delayed, and the watcher can read it", async () => {
  await sqsWatchQueue(new SQSClient({ region: "us-east-1" }), URL).lookAgain(ARN, 300);
  const MessageBody = JSON.stringify({ lookAgain: { modelPackageArn: ARN } });
  expect(sent(sqs)).toEqual([["SendMessage", { QueueUrl: URL, MessageBody, DelaySeconds: 300 }]]);
  expect(parseLookAgain(JSON.parse(MessageBody))).toBe(ARN);
});
