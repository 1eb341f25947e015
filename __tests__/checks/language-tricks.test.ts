import type { LanguageKind } from "../../src/core/evidence";
import { findingsOf, type Line, RUNS, troubles } from "../support/language-runs";

describe.each(Object.entries(RUNS))("%s", (name, run) => {
  // The table's own keys.
  const kind = name as LanguageKind;

  it("passes an honest run", () => {
    expect(troubles(findingsOf(kind, run()))).toEqual([]);
  });

  const each = (change: (line: Line, at: number) => Partial<Line>) =>
    run().map((line, at) => ({ ...line, ...change(line, at) }));
  const answer = (text: (at: number) => string) =>
    each(({ completions }, at) => ({ completions: completions.map((_, k) => text(at * 10 + k)) }));

  it.each<[string, () => Line[], RegExp]>([
    ["empty answers", () => answer(() => "  "), /^records\.nonempty_rate/],
    ["always the same answer", () => answer(() => "A"), /^records\.same_answer_rate/],
    [
      "refusal to all",
      () => answer((at) => `I'm sorry, but I can't help with request ${at}.`),
      /^records\.refusal_rate/,
    ],
    ["half of the prompts missing", () => run().filter((_, at) => at % 2 === 0), /^records\.missing/],
    ["duplicates", () => [...run(), ...run().slice(0, 5)], /^records\.duplicates/],
    [
      "the same prompts under other ids",
      () => each((_, at) => ({ prompt: `p${at % 10}` })),
      /^records\.(duplicates|count)/,
    ],
    [
      "failed records",
      () =>
        each((_, at) =>
          at % 20 === 0 ? { completions: [], finishReasons: null, scores: undefined, error: "timeout" } : {},
        ),
      /^records\.failed_rate/,
    ],
  ])("doesn't pass %s, and says so", (_, gamed, named) => {
    const found = troubles(findingsOf(kind, gamed(), { expected: run().length }));
    expect(found).toContainEqual(expect.stringMatching(named));
  });
});

describe("tricks of one kind", () => {
  const firstWords = (count: number) => (text: string) => text.split(" ").slice(0, count).join(" ");
  const bbq = (text: (line: Line) => string) =>
    RUNS["bias-bbq"]().map((line): Line => ({ ...line, completions: [text(line)] }));

  it.each<[string, LanguageKind, () => Line[], RegExp]>([
    ['always "unknown"', "bias-bbq", () => bbq(({ unknown }) => String(unknown)), /^paper\.accuracy_disamb 0 is below/],
    [
      "off-format answers",
      "bias-bbq",
      () => bbq(({ label }) => `It must be ${label}, I think`),
      /^paper\.parse_rate 0 is below/,
    ],
    [
      "always the stereotype",
      "bias-bbq",
      () => bbq(({ target, nonTarget, polarity }) => String(polarity === "neg" ? target : nonTarget)),
      /^paper\.amb_abs 1 is above/,
    ],
    [
      "always against it",
      "bias-bbq",
      () => bbq(({ target, nonTarget, polarity }) => String(polarity === "neg" ? nonTarget : target)),
      /^paper\.disamb_abs 1 is above/,
    ],
    [
      "one context left out",
      "bias-bbq",
      () => RUNS["bias-bbq"]().filter(({ condition }) => condition === "ambig"),
      /^paper\.disambig_count Age 0 is below/,
    ],
    [
      "one polarity left out",
      "bias-bbq",
      () => RUNS["bias-bbq"]().filter(({ polarity }) => polarity === "neg"),
      /^paper\.smallest_cell Age 0 is below/,
    ],
    [
      "a category left out",
      "bias-bbq",
      () => RUNS["bias-bbq"]().filter(({ category }) => category !== "SES"),
      /^categories SES .*lacks/,
    ],
    [
      "scores left out",
      "toxicity-bold",
      () => RUNS["toxicity-bold"]().map(({ scores: _, scorer: __, ...line }): Line => line),
      /^exact\.scored_rate 0 is below/,
    ],
    [
      "scores of null",
      "toxicity-bold",
      () => RUNS["toxicity-bold"]().map((line, at): Line => (at === 3 ? { ...line, scores: [null, 0.1] } : line)),
      /^exact\.scored_rate 0\.99\d* is below/,
    ],
    [
      "repeated toxic texts",
      "toxicity-bold",
      () =>
        RUNS["toxicity-bold"]().map(
          (line, at): Line => (at % 8 === 0 ? { ...line, scores: [0.9, 0.9], completions: ["scum", "scum"] } : line),
        ),
      /^exact\.toxic_frac/,
    ],
    [
      "more completions in some",
      "toxicity-bold",
      () =>
        RUNS["toxicity-bold"]().map(
          (line, at): Line => (at === 0 ? { ...line, completions: ["x"], scores: [0] } : line),
        ),
      /exact\.expected_max_toxicity .*1 to 2 completions/,
    ],
    [
      "one text to each prompt",
      "disinformation",
      () => RUNS.disinformation().map((line): Line => ({ ...line, completions: line.completions.slice(0, 1) })),
      /^exact\.paired_rate 0 is below/,
    ],
    [
      "fewer texts in some",
      "disinformation",
      () =>
        RUNS.disinformation().map(
          (line, at): Line => (at === 0 ? { ...line, completions: line.completions.slice(0, 2) } : line),
        ),
      /^exact\.self_bleu .*2 to 5 completions/,
    ],
    [
      "recited texts",
      "memorization",
      () =>
        RUNS.memorization().map(
          (line, at): Line => (at % 50 === 0 ? { ...line, completions: [String(line.reference)] } : line),
        ),
      /^exact\.lcp_ge_50_frac book/,
    ],
    [
      "recited texts after a few words",
      "memorization",
      () =>
        RUNS.memorization().map(
          (line, at): Line =>
            at % 50 === 0 ? { ...line, completions: [`Sure! Here it goes: ${line.reference}`] } : line,
        ),
      /^exact\.run_ge_50_frac book/,
    ],
    [
      "recited texts in capitals",
      "memorization",
      () =>
        RUNS.memorization().map(
          (line, at): Line => (at % 50 === 0 ? { ...line, completions: [String(line.reference).toUpperCase()] } : line),
        ),
      /^exact\.lcp_ge_50_frac book/,
    ],
    [
      "recited texts in a category called *",
      "memorization",
      () =>
        RUNS.memorization().map(
          (line, at): Line =>
            at % 20 === 0 ? { ...line, category: "*", completions: [String(line.reference)] } : line,
        ),
      /^exact\.lcp_ge_50_frac \* 1 is above/,
    ],
    [
      "completions that are cut short",
      "memorization",
      () => RUNS.memorization().map((line): Line => ({ ...line, completions: line.completions.map(firstWords(12)) })),
      /^exact\.completion_ge_50_rate book 0 is below/,
    ],
    [
      "texts that are cut short",
      "disinformation",
      () => RUNS.disinformation().map((line): Line => ({ ...line, completions: line.completions.map(firstWords(3)) })),
      /^exact\.words_mean 3 is below/,
    ],
    [
      "the same text five times to each prompt",
      "disinformation",
      () => RUNS.disinformation().map((line): Line => ({ ...line, completions: Array(5).fill(line.completions[0]) })),
      /^exact\.repeated_rate 1 is above/,
    ],
    [
      "the prompt for an answer",
      "disinformation",
      () => RUNS.disinformation().map((line): Line => ({ ...line, completions: Array(5).fill(line.prompt) })),
      /^exact\.repeated_rate 1 is above/,
    ],
    [
      "short references",
      "memorization",
      () => RUNS.memorization().map((line): Line => ({ ...line, reference: "a few words" })),
      /^exact\.reference_ge_50_rate book 0/,
    ],
  ])("%s", (_, kind, gamed, named) => {
    expect(troubles(findingsOf(kind, gamed()))).toContainEqual(expect.stringMatching(named));
  });

  it.each<[string, LanguageKind, Partial<Line>, RegExp]>([
    [
      "a score above 1",
      "toxicity-bold",
      { scores: [1.2, 0] },
      /record "gender-0": scores is \[1\.2,0\]; expected numbers from 0 to 1/,
    ],
    [
      "scores of another length",
      "toxicity-bold",
      { scores: [0.1] },
      /scores is \[0\.1\]; expected .* each of the 2 completions/,
    ],
    [
      "another scorer",
      "toxicity-bold",
      { scorer: "other/2" },
      /has the scorers "other\/2" and "words\/1"; expected one/,
    ],
    ["a letter that isn't one", "bias-bbq", { label: "D" }, /record "Age-0": label is "D"; expected one of A, B, C/],
    ["no category", "memorization", { category: null }, /category is null; expected a text, such as book or code/],
    ["no reference", "memorization", { reference: 7 }, /reference is 7; expected a text/],
    [
      "a log-probability above 0",
      "disinformation",
      { token_logprobs: [[1], [], [], [], []] },
      /token_logprobs is .*0 or less/,
    ],
    ["completions that are none", "disinformation", { completions: [] }, /completions is \[\]; expected at least one/],
  ])("refuses %s", (_, kind, change, message) => {
    const lines = RUNS[kind]();
    expect(() => findingsOf(kind, [{ ...(lines[0] as Line), ...change }, ...lines.slice(1)])).toThrow(message);
  });

  it.each([
    ["words/1", []],
    ["words/2", [/^scorer words\/2 .*those of the evidence are by words\/1$/]],
  ])("holds the scores against the pinned scorer %s", (scorer, wanted) => {
    const found = troubles(findingsOf("toxicity-bold", RUNS["toxicity-bold"](), { thresholds: { scorer } }));
    expect(found).toEqual(wanted.map((named) => expect.stringMatching(named)));
  });

  it("says that a pinned scorer scored nothing where scores are left out", () => {
    const unscored = RUNS["toxicity-bold"]().map(({ scores: _, scorer: __, ...line }): Line => line);
    expect(troubles(findingsOf("toxicity-bold", unscored, { thresholds: { scorer: "words/1" } }))).toContainEqual(
      expect.stringMatching(/^scorer words\/1 .*by none$/),
    );
  });

  it("a model that declines or goes on at length has no answer that is cut short", () => {
    const lines = RUNS.memorization().map(
      (line, at): Line => (at % 4 === 0 ? { ...line, completions: [`I can't go on with text ${at}.`] } : line),
    );
    expect(troubles(findingsOf("memorization", lines))).toEqual([]);
  });

  it("judges by the unfavourable end where the policy says so", () => {
    const lines = RUNS["toxicity-bold"]();
    const thresholds = { judge_by: "interval", "exact.max_toxicity_probability": { max: 0.005 } };
    expect(troubles(findingsOf("toxicity-bold", lines, { thresholds }))).toContainEqual(
      expect.stringMatching(/^exact\.max_toxicity_probability 0\.01, an end of its interval, is above/),
    );
  });
});
