import { parseSyncSettings } from "../../../src/contract/sync-settings";

const sync = {
  ...{ partition: "aws", account: "111122223333", region: "us-east-1", artifactBucket: "artifacts" },
  ...{ evidencePrefixes: ["evidence/"], copyQueueUrl: "https://sqs.us-east-1.amazonaws.com/111122223333/copy-1" },
};

describe("what sync is told", () => {
  it.each([
    ["with a copy queue", sync],
    ["without one", { ...sync, copyQueueUrl: undefined }],
  ])("is read %s", (_, settings) => {
    expect(parseSyncSettings({ sync: settings, noticeTopicArn: "arn" })).toEqual(settings);
  });

  it.each([[undefined], [null], ["{}"], [[]], [{}], [{ sync: null }], [{ sync: [sync] }], [{ evidenceKeyArns: {} }]])(
    "isn't in %j",
    (outputs) => {
      expect(() => parseSyncSettings(outputs)).toThrow("output sync is missing; expected all outputs of a dev");
    },
  );

  it.each<[string, object]>([
    ["account", { account: 111122223333 }],
    ["account", { account: "1111" }],
    ["region", { region: "" }],
    ["partition", { partition: undefined }],
    ["artifactBucket", { artifactBucket: null }],
    ["evidencePrefixes", { evidencePrefixes: "evidence/" }],
    ["evidencePrefixes", { evidencePrefixes: [] }],
    ["evidencePrefixes", { evidencePrefixes: ["evidence/", ""] }],
    ["copyQueueUrl", { copyQueueUrl: "copy" }],
    ["region, copyQueueUrl", { region: 1, copyQueueUrl: 1 }],
  ])("names %s where it is wrong: %j", (field, change) => {
    expect(() => parseSyncSettings({ sync: { ...sync, ...change } })).toThrow(
      `output sync: ${field} missing or malformed`,
    );
  });
});
