import { eventPattern } from "../../../../src/local/stand-in/event-pattern";

const event = { source: "aws.s3", detail: { object: { key: "evidence/a b.json", size: 0 }, list: ["x", "y"] } };

describe("eventPattern", () => {
  it.each<[string, unknown, string | undefined]>([
    ["an exact text", { source: ["aws.s3"] }, undefined],
    ["another text", { source: ["aws.sagemaker"] }, "source"],
    ["one of several", { source: ["aws.sagemaker", "aws.s3"] }, undefined],
    ["a field below", { detail: { object: { key: ["evidence/a b.json"] } } }, undefined],
    ["an absent field", { detail: { Object: { key: ["evidence/a b.json"] } } }, "detail.Object.key"],
    ["a prefix", { detail: { object: { key: [{ prefix: "evidence/" }] } } }, undefined],
    ["another prefix", { detail: { object: { key: [{ prefix: "Evidence/" }] } } }, "detail.object.key"],
    ["a suffix", { detail: { object: { key: [{ suffix: ".json" }] } } }, undefined],
    ["a wildcard", { detail: { object: { key: [{ wildcard: "evidence/*.json" }] } } }, undefined],
    ["absence", { detail: { reason: [{ exists: false }] } }, undefined],
    ["presence", { detail: { reason: [{ exists: true }] } }, "detail.reason"],
    ["anything but", { source: [{ "anything-but": ["aws.s3"] }] }, "source"],
    ["a number", { detail: { object: { size: [0] } } }, undefined],
    ["a number as text", { detail: { object: { size: ["0"] } } }, "detail.object.size"],
    ["an item of a list", { detail: { list: ["y"] } }, undefined],
  ])("%s", (_, pattern, field) => {
    expect(eventPattern(pattern)(event)?.field).toBe(field);
  });

  it.each<[unknown, RegExp]>([
    [{ source: "aws.s3" }, /source must be a list/],
    [{ source: [{ begins: "aws" }] }, /operator \{"begins":"aws"\}/],
    [{ detail: { object: { size: [{ numeric: [">", 0] }] } } }, /operator/],
    [{}, /must be an object with fields/],
  ])("refuses %j", (pattern, message) => {
    expect(() => eventPattern(pattern)).toThrow(message);
  });
});
