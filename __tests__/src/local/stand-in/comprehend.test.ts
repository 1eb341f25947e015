import { Comprehend } from "../../../../src/local/stand-in/comprehend";
import { as, caller, GOVERNANCE, refusal } from "../../../support/surroundings";

const detect = (texts: readonly string[], LanguageCode = "en") =>
  caller(new Comprehend(), as(GOVERNANCE, "start"))("DetectToxicContent", {
    TextSegments: texts.map((Text) => ({ Text })),
    LanguageCode,
  });

describe("toxicity detection", () => {
  it("scores each segment", async () => {
    expect(await detect(["Have a good day.", "You idiot."])).toMatchObject({
      ResultList: [{ Toxicity: 0.03 }, { Toxicity: 0.92 }],
    });
  });

  it.each([
    ["no segment", [], "en", /1 to 10/],
    ["eleven segments", Array(11).fill("a"), "en", /1 to 10/],
    ["a segment of more than 1 KB", ["ä".repeat(513)], "en", /TextSizeLimitExceeded.*1024 bytes/],
    ["an empty segment", [""], "en", /1024 bytes/],
    ["another language", ["a"], "de", /LanguageCode must be en/],
  ])("refuses %s", async (_, texts, language, reason) => {
    expect(await refusal(detect(texts, language))).toMatch(reason);
  });
});
