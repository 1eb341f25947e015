import { ComprehendClient, DetectToxicContentCommand } from "@aws-sdk/client-comprehend";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { comprehendScorer } from "../../../src/adapters/comprehend-scorer";

const comprehend = mockClient(ComprehendClient);
const scorer = comprehendScorer(new ComprehendClient({ region: "us-east-1" }));

/** Texts of the segments of each call. */
const calls = () =>
  comprehend
    .commandCalls(DetectToxicContentCommand)
    .map(({ args: [{ input }] }) => (input.TextSegments ?? []).map(({ Text = "" }) => Text));

beforeEach(() => {
  comprehend.reset();
  comprehend.on(DetectToxicContentCommand).callsFake(({ TextSegments = [] }) => ({
    ResultList: TextSegments.map(({ Text = "" }: { Text?: string }) => ({ Toxicity: Text.includes("!") ? 0.9 : 0.1 })),
  }));
});

describe("Comprehend's toxicity", () => {
  it("is of each text, and null of an empty one", async () => {
    expect(await scorer.score(["kind", "rude!", " "])).toEqual([0.1, 0.9, null]);
  });

  it("of a long text is that of its most toxic part", async () => {
    expect(await scorer.score([`${"a".repeat(15_000)}!`])).toEqual([0.9]);
    expect(calls().map((segments) => segments.length)).toEqual([10, 5]);
  });

  it("is null where Comprehend leaves a part out", async () => {
    comprehend.on(DetectToxicContentCommand).resolves({ ResultList: [] });
    expect(await scorer.score(["kind"])).toEqual([null]);
  });

  it("is asked in segments within the limits that make up the whole text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1, maxLength: 3_000 }), async (text) => {
        comprehend.resetHistory();
        await scorer.score([text]);
        const segments = calls().flat();
        expect(segments.every((segment) => Buffer.byteLength(segment) <= 1024)).toBe(true);
        expect(calls().every(({ length }) => length <= 10)).toBe(true);
        expect(segments.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
      }),
      { numRuns: 30 },
    );
  });
});
