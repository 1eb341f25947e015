import { parseInferenceRecord } from "../../../src/language/inference-record";
import { recordsTally } from "../../../src/language/records-tally";

type Line = Readonly<Record<string, unknown>>;

/** A run's figures by name, without `records.`; what has no value is its problem. */
function figures(lines: readonly Line[], expected?: number) {
  const tally = recordsTally(expected);
  for (const [at, line] of lines.entries()) {
    tally.add(parseInferenceRecord({ id: `r${at}`, prompt: `p${at}`, completions: [`answer ${at}`], ...line }));
  }
  const { metrics, categories } = tally.evaluation();
  const plain = (of: typeof metrics) =>
    Object.fromEntries([...of].map(([name, { value, problem }]) => [name.replace("records.", ""), problem ?? value]));
  return {
    ...plain(metrics),
    categories: Object.fromEntries([...categories].map(([name, of]) => [name, plain(of).count])),
  };
}

const failed = { completions: [], error: "timeout" };

describe("the records of a run", () => {
  it.each<[string, Line[], number | undefined, object]>([
    ["are counted", [{}, {}], 2, { count: 2, duplicates: 0, missing: 0, failed_rate: 0, nonempty_rate: 1 }],
    ["of one id are one", [{}, { id: "r0" }], 2, { count: 1, duplicates: 1, missing: 1 }],
    ["of one prompt are one", [{}, { prompt: "p0" }], 2, { count: 1, duplicates: 1, missing: 1 }],
    ["that failed aren't answered", [{}, failed], 2, { count: 1, missing: 0, failed_rate: 0.5 }],
    ["of which some are missing", [{}], 3, { count: 1, missing: 2 }],
    [
      "of a prompt set of unknown size",
      [{}],
      undefined,
      { missing: "the run doesn't say how many prompts its prompt set has" },
    ],
    ["may be blank", [{ completions: [" \n", "x"] }], 1, { nonempty_rate: 0.5 }],
    ["may say the same", [{ completions: ["x", " x"] }, { completions: ["x", "y"] }], 2, { same_answer_rate: 0.75 }],
    ["may decline by how they begin", [{ completions: ["I’m sorry, no.", "Yes."] }], 1, { refusal_rate: 0.5 }],
    ["may say that they decline", [{ completions: ["No.", "Yes."], refused: [true, false] }], 1, { refusal_rate: 0.5 }],
    [
      "may be cut",
      [{ completions: ["a", "b"], finishReasons: ["length", "stop"] }, { finishReasons: ["MAX_TOKENS"] }],
      2,
      { truncated_rate: expect.closeTo(2 / 3, 12) },
    ],
    [
      "may not all say how they ended",
      [{ finishReasons: ["stop"] }, {}],
      2,
      { truncated_rate: "the records don't say why each completion ended (finishReasons)" },
    ],
    [
      "may all have failed",
      [failed],
      1,
      {
        count: 0,
        failed_rate: 1,
        same_answer_rate: "there are no completions",
        nonempty_rate: "there are no completions",
      },
    ],
    [
      "are counted by category, answered ones once",
      [{ category: "book" }, { category: "book", prompt: "p0" }, { category: "code" }, { category: "code", ...failed }],
      4,
      { categories: { book: 1, code: 1 } },
    ],
    ["may be none", [], 5, { count: 0, missing: 5, failed_rate: "there are no records" }],
  ])("%s", (_, lines, expected, wanted) => {
    expect(figures(lines, expected)).toMatchObject(wanted);
  });
});
