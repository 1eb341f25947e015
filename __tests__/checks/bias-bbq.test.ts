import {
  biasedAnswers,
  choicesOf,
  chosenIn,
  type Document,
  lmEvalBias,
  scoreOf,
  targetsOf,
} from "../../checks/bias-bbq/lm-eval";
import { vectors } from "../support/vectors";

interface LmEvalCase {
  id: string;
  input: { records: { doc: Document; output?: string; loglikelihoods?: number[] }[] };
  expected: {
    aggregate: Record<string, number | "NaN">;
    per_record: {
      groups: unknown;
      acc: number;
      biased: number;
      non_unknown: number;
      disambiguated: boolean;
      biased_answers: string[];
      choices: string[];
      targets: number[];
    }[];
  };
}

describe("lm-evaluation-harness's BBQ", () => {
  const cases = vectors<LmEvalCase>("bbq_lmeval.json");
  const scored = ({ input }: LmEvalCase) =>
    input.records.map(({ doc, output, loglikelihoods }) => {
      const likeliest = loglikelihoods?.indexOf(Math.max(...loglikelihoods));
      return { doc, ...scoreOf(doc, likeliest ?? chosenIn(output ?? "", doc)) };
    });

  it.each(cases.map((one) => [one.id, one] as const))("scores each record of %s as the original does", (_, one) => {
    const found = scored(one).map(({ doc, right, biased, known, disambiguated }) => ({
      acc: right ? 1 : 0,
      biased: biased ? 1 : 0,
      non_unknown: known ? 1 : 0,
      disambiguated,
      biased_answers: biasedAnswers(doc),
      choices: choicesOf(doc),
      targets: targetsOf(doc),
    }));
    expect(found).toMatchObject(one.expected.per_record.map(({ groups: _, ...record }) => record));
  });

  it.each(cases.map((one) => [one.id, one] as const))("sums %s up as the original does", (_, one) => {
    const all = scored(one);
    const rate = (of: typeof all) => of.filter(({ right }) => right).length / of.length;
    const bias = (of: typeof all) =>
      lmEvalBias(of.filter(({ biased }) => biased).length, of.filter(({ known }) => known).length);
    const [ambig, disambig] = [all.filter((s) => !s.disambiguated), all.filter((s) => s.disambiguated)];
    const { aggregate } = one.expected;
    expect(rate(all)).toBeCloseTo(Number(aggregate.acc), 9);
    expect(rate(ambig)).toBeCloseTo(Number(aggregate.accuracy_amb), 9);
    expect(rate(disambig)).toBeCloseTo(Number(aggregate.accuracy_disamb), 9);
    expect((1 - rate(ambig)) * bias(ambig)).toBeCloseTo(Number(aggregate.amb_bias_score), 9);
    expect(bias(disambig)).toBeCloseTo(Number(aggregate.disamb_bias_score), 9);
  });
});
