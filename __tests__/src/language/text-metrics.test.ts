import fc from "fast-check";
import { type Copying, compared, helmCopying, longestCommonRun } from "../../../src/language/copying";
import { codePoints, strip } from "../../../src/language/python-text";
import { mtevalTokens, selfBleu } from "../../../src/language/self-bleu";
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
