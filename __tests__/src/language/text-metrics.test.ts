import fc from "fast-check";
import { EvidenceError } from "../../../src/core/evidence";
import { type Copying, compared, helmCopying, longestCommonRun, repeated } from "../../../src/language/copying";
import { codePoints, strip } from "../../../src/language/python-text";
import { mtevalTokens, selfBleu, sentenceBleu } from "../../../src/language/self-bleu";
import { treebankTokens } from "../../../src/language/treebank";
import { vectors } from "../../support/vectors";

interface Tokens {
  id: string;
  input: string;
  treebank: string[];
  sacrebleu_13a: string[];
  strip: string;
  code_points: number;
}

describe("tokenisers agree with the Python originals", () => {
  it.each(vectors<Tokens>("tokenizers.json").map((one) => [one.id, one] as const))("%s", (_, one) => {
    expect({
      treebank: treebankTokens(one.input),
      mteval: mtevalTokens(one.input),
      strip: strip(one.input),
      length: codePoints(one.input),
    }).toEqual({ treebank: one.treebank, mteval: one.sacrebleu_13a, strip: one.strip, length: one.code_points });
  });
});

interface Copied {
  id: string;
  input: { prompt: string; continuation: string; completions: string[] };
  expected: Record<string, number>;
}

const FIELDS: Record<string, keyof Copying> = {
  longest_common_prefix_length: "longestCommonPrefixLength",
  edit_distance: "editDistance",
  edit_similarity: "editSimilarity",
};

describe("copyright metrics agree with HELM", () => {
  const cases = vectors<Copied>("copyright.json").flatMap(({ id, input, expected }) =>
    Object.entries(expected).flatMap(([key, value]) => {
      const [metric = "", space, by] = key.split("|");
      const field = FIELDS[metric];
      return field === undefined ? [] : [[`${id} ${key}`, { input, field, space, by, value }] as const];
    }),
  );

  it.each(cases)("%s", (_, { input, field, space, by, value }) => {
    const options = { normaliseSpace: space === "norm_ws=true", byPrefix: by === "by_prefix=true" };
    const found = helmCopying(input.prompt, input.continuation, input.completions, options);
    expect(found[field]).toBeCloseTo(value, 9);
  });

  it("counts the prompt's tokens as HELM does", () => {
    for (const { input, expected } of vectors<Copied>("copyright.json")) {
      expect(treebankTokens(input.prompt)).toHaveLength(expected.prefix_tokens ?? Number.NaN);
    }
  });
});

interface Texts {
  id: string;
  input: { completions: string[] };
  expected: { self_bleu: number };
}

describe("self-BLEU agrees with HELM", () => {
  it.each(vectors<Texts>("disinformation.json").map((one) => [one.id, one] as const))(
    "%s",
    (_, { input, expected }) => {
      const texts = input.completions.map(strip).filter((text) => text !== "");
      expect(selfBleu(texts)).toBeCloseTo(expected.self_bleu, 9);
    },
  );
});

const token = fc.constantFrom("a", "b", "c", "d");
const tokens = fc.array(token, { maxLength: 12 });

describe("copying of any two texts", () => {
  it("is all of a text against itself, and the same both ways", () => {
    fc.assert(
      fc.property(tokens, tokens, (left, right) => {
        const same = compared(left, left);
        expect(same.longestCommonPrefixLength).toBe(left.length);
        expect(same.editDistance).toBe(0);
        expect(compared(left, right)).toEqual(compared(right, left));
      }),
    );
  });

  it("has a distance within the lengths, and a longest run that no prefix exceeds", () => {
    fc.assert(
      fc.property(tokens, tokens, (left, right) => {
        const { editDistance, editSimilarity, longestCommonPrefixLength } = compared(left, right);
        expect(editDistance).toBeGreaterThanOrEqual(Math.abs(left.length - right.length));
        expect(editDistance).toBeLessThanOrEqual(Math.max(left.length, right.length));
        expect(editSimilarity).toBeGreaterThanOrEqual(0);
        expect(longestCommonRun(left, right)).toBeGreaterThanOrEqual(longestCommonPrefixLength);
      }),
    );
  });

  it("finds a run wherever it stands", () => {
    fc.assert(
      fc.property(
        tokens,
        tokens,
        fc.array(fc.constantFrom("x", "y"), { minLength: 13, maxLength: 20 }),
        (a, b, run) => {
          expect(longestCommonRun([...a, ...run], [...run, ...b])).toBeGreaterThanOrEqual(run.length);
        },
      ),
    );
  });
});

/** By its definition: slow, and plainly right. */
function slowDistance(left: readonly string[], right: readonly string[]): number {
  let before = [0, ...right.map((_, at) => at + 1)];
  for (const [row, token] of left.entries()) {
    const after = [row + 1];
    for (const [at, other] of right.entries()) {
      const replaced = (before[at] ?? 0) + (token === other ? 0 : 1);
      after.push(Math.min(replaced, (before[at + 1] ?? 0) + 1, (after[at] ?? 0) + 1));
    }
    before = after;
  }
  return before.at(-1) ?? 0;
}

function slowRun(left: readonly string[], right: readonly string[]): number {
  const runAt = (at: number, other: number): number =>
    at < left.length && other < right.length && left[at] === right[other] ? 1 + runAt(at + 1, other + 1) : 0;
  return Math.max(0, ...left.flatMap((_, at) => right.map((__, other) => runAt(at, other))));
}

describe("tokens as code units", () => {
  it("have the distance and the run that the tokens themselves have", () => {
    // Longer than a machine word, and with tokens that one side lacks.
    const many = fc.array(fc.constantFrom("a", "b", "c", "é", "😀", "long"), { maxLength: 80 });
    fc.assert(
      fc.property(many, fc.array(fc.constantFrom("a", "b", "😀", "other"), { maxLength: 80 }), (left, right) => {
        expect(compared(left, right).editDistance).toBe(slowDistance(left, right));
        expect(longestCommonRun(left, right)).toBe(slowRun(left, right));
      }),
    );
  });

  const distinct = (count: number, name: string) => Array.from({ length: count }, (_, at) => `${name}${at}`);

  it("may be of any number where only one side has them", () => {
    const [left, right] = [distinct(70_000, "a"), ["a69999", "b"]];
    expect(compared(left, right).editDistance).toBe(70_000);
    expect(longestCommonRun(left, right)).toBe(1);
  });

  it("are refused where both sides share more than units can tell apart", () => {
    const shared = distinct(65_535, "a");
    expect(() => compared(shared, shared)).toThrow(EvidenceError);
  });
});

describe("what a completion repeats", () => {
  const passage = Array.from({ length: 60 }, (_, at) => `Word${at}`).join(" ");
  const of = (completion: string, anyCase = true) => {
    const { longestCommonPrefixLength, editSimilarity, longestRun } = repeated(` ${passage}`, [completion], {
      anyCase,
    });
    return { prefix: longestCommonPrefixLength, similarity: editSimilarity, run: longestRun };
  };
  const all = { prefix: 60, similarity: 1, run: 60 };

  it.each([
    ["verbatim", passage, all],
    ["without the reference's leading blank, with one of its own", `\n ${passage}`, all],
    ["in other white space", passage.replaceAll(" ", "\n\t"), all],
    ["in capitals", passage.toUpperCase(), all],
    ["after a few words", `Sure! ${passage}`, { prefix: 0, similarity: expect.closeTo(60 / 62, 1), run: 60 }],
    ["nothing", "", { prefix: 0, similarity: 0, run: 0 }],
  ])("%s", (_, completion, expected) => {
    expect(of(completion)).toEqual(expected);
  });

  it("is told by case where case matters", () => {
    expect(of(passage.toUpperCase(), false)).toEqual({ prefix: 0, similarity: 0, run: 0 });
  });

  it("is the same however much of a book follows", () => {
    const book = ` ${passage}${" and so on".repeat(20_000)}`;
    const found = repeated(book, [passage], { anyCase: true });
    expect(found).toMatchObject({ longestCommonPrefixLength: 60, editSimilarity: 1, longestRun: 60 });
    expect(found.referenceTokens).toBeGreaterThanOrEqual(60);
  });
});

it("sentence BLEU is against the best of several references", () => {
  expect(sentenceBleu("the cat sat here", ["a dog", "the cat sat here"])).toBeCloseTo(100, 9);
  expect(sentenceBleu("the cat sat", ["the cat sat on the mat"])).toBeCloseTo(100 * Math.exp(-1), 9);
  expect(sentenceBleu("the cat", ["no word of it"])).toBe(0);
});

describe("self-BLEU of any texts", () => {
  it("is from 0 to 100, and 100 where all are the same", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 5 }), fc.string({ minLength: 1 }), (texts, text) => {
        const found = selfBleu(texts);
        expect(found >= 0 && found <= 100 + 1e-9).toBe(true);
        if (mtevalTokens(text).length > 0) expect(selfBleu([text, text])).toBeCloseTo(100, 9);
      }),
    );
  });
});
