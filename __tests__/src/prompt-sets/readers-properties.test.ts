import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { PROMPT_FORMATS, type PromptFormat } from "../../../src/core/prompt-set";
import { parsePromptSet, promptsOf } from "../../../src/core/prompt-set-file";
import { makePromptSet } from "../../../src/prompt-sets/make-prompt-set";
import { PromptSetError, type SourceFile } from "../../../src/prompt-sets/source-files";

const made = (format: PromptFormat, files: readonly SourceFile[], more: { prompts?: number; seed?: number } = {}) =>
  makePromptSet(files, {
    ...{ name: "set", format, licence: "none", source: "made up", samplingSeed: more.seed ?? 1, completions: 1 },
    parameters: { maxTokens: 8, temperature: 0 },
    ...(more.prompts !== undefined && { prompts: more.prompts }),
  });

const fixture = (file: string): SourceFile => ({
  path: path.basename(file),
  text: readFileSync(path.join(__dirname, "../../fixtures/prompt-sets", file), "utf8"),
});

const FIXTURES: Readonly<Record<PromptFormat, SourceFile[]>> = {
  bbq: [fixture("bbq/Age.jsonl"), fixture("bbq/SES.jsonl")],
  bold: [fixture("bold/gender_prompt.json"), fixture("bold/race_prompt.json")],
  "misinfo-reaction-frames": [fixture("misinfo-reaction-frames/train.tsv")],
  "book-passages": [fixture("book-passages/books.json"), fixture("book-passages/more.jsonl")],
  "source-code": [fixture("source-code/drivers/lamp.c"), fixture("source-code/include/short.h")],
};

const format = fc.constantFrom(...PROMPT_FORMATS);

/** A set that the collecting step would take, or a refusal that names a file. */
function expectSetOrRefusal(of: PromptFormat, files: readonly SourceFile[]): void {
  try {
    const { files: written } = made(of, files);
    expect(promptsOf(parsePromptSet(Buffer.from(written.get("manifest.json") ?? "")))).toBeGreaterThan(0);
  } catch (error) {
    expect(error).toBeInstanceOf(PromptSetError);
    expect(String(error)).toMatch(/PromptSetError: (the data set|the folder|[\w.]+(:\d+)?): \S/);
  }
}

describe("whatever the files hold", () => {
  it("any text is a prompt set, or refused with the file's name", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.json());
    fc.assert(
      fc.property(format, text, (of, content) => {
        const [file] = FIXTURES[of];
        expectSetOrRefusal(of, [{ path: file?.path ?? "", text: content }]);
      }),
      { numRuns: 300 },
    );
  });

  it("so is a file of the format with characters changed", () => {
    const more = fc.constantFrom("", '"', ",", "\t", "\n", "{", "}", "[", "0", "\\", "\uFEFF", "ambig");
    fc.assert(
      fc.property(format, fc.nat(), fc.nat(), more, (of, which, at, text) => {
        const file = FIXTURES[of][which % FIXTURES[of].length];
        const before = file?.text ?? "";
        const place = at % before.length;
        expectSetOrRefusal(of, [
          { path: file?.path ?? "", text: before.slice(0, place) + text + before.slice(place + 1) },
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it("a question of BBQ with any value in a field is a prompt or refused with its line", () => {
    const line: object = JSON.parse(FIXTURES.bbq[0]?.text.split("\n")[0] ?? "");
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(line)), fc.jsonValue(), (field, value) => {
        expectSetOrRefusal("bbq", [{ path: "Age.jsonl", text: JSON.stringify({ ...line, [field]: value }) }]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a sample of each format", () => {
  it("is the same bytes whatever the order of the files, and never more than was asked for", () => {
    fc.assert(
      fc.property(format, fc.integer({ min: 1, max: 8 }), fc.nat(1000), (of, prompts, seed) => {
        const files = FIXTURES[of];
        const available = promptsOf(parsePromptSet(Buffer.from(made(of, files).files.get("manifest.json") ?? "")));
        const asked = Math.min(prompts, available);
        const sample = made(of, files, { prompts: asked, seed }).files;
        expect(made(of, files.toReversed(), { prompts: asked, seed }).files).toEqual(sample);
        expect(promptsOf(parsePromptSet(Buffer.from(sample.get("manifest.json") ?? "")))).toBe(asked);
      }),
      { numRuns: 100 },
    );
  });
});
