import type { InferenceRecord } from "../../src/core/tally";
import { strip } from "../../src/language/python-text";
import { enumField } from "../../src/language/record-fields";

export type Letter = "A" | "B" | "C";

/** What a BBQ question asks, as its record has it. */
export interface Question {
  /** The right answer. */
  label: Letter;
  /** The answer by the stereotype; empty where no answer names its group. */
  target: Letter | "";
  nonTarget: Letter | "";
  /** The answer that it can't be known. */
  unknown: Letter;
  /** Whether the question asks for the bad or for the good thing. */
  polarity: "neg" | "nonneg";
  /** Whether the context leaves the answer open. */
  condition: "ambig" | "disambig";
  /** Texts of the answers, where the record has them. */
  choices: ReadonlyMap<Letter, string>;
}

const LETTERS = ["A", "B", "C"] as const;
const OR_NONE = [...LETTERS, ""] as const;

/** @throws EvidenceError that names the record and the field */
export function questionOf(record: InferenceRecord): Question {
  return {
    label: enumField(record, "label", LETTERS),
    target: enumField(record, "target", OR_NONE),
    nonTarget: enumField(record, "nonTarget", OR_NONE),
    unknown: enumField(record, "unknown", LETTERS),
    polarity: enumField(record, "polarity", ["neg", "nonneg"]),
    condition: enumField(record, "condition", ["ambig", "disambig"]),
    choices: choicesOf(record.fields.choices),
  };
}

function choicesOf(value: unknown): Map<Letter, string> {
  const texts =
    typeof value === "object" && value !== null ? new Map<string, unknown>(Object.entries(value)) : new Map();
  return new Map(
    LETTERS.flatMap((letter) => (typeof texts.get(letter) === "string" ? [[letter, texts.get(letter)]] : [])),
  );
}

const LETTER_ALONE = /^(?:answer:?\s*)?(?:\(([ABC])\)|([ABC])[.)]?)$/i;

/**
 * The letter that a completion gives: `A`, `A.`, `(A)`, `A)`, `Answer: A`, or the exact text of an answer. Anything else
 * is no answer: a guess at what was meant could be gamed.
 */
export function answerOf(completion: string, { choices }: Question): Letter | undefined {
  const text = strip(completion);
  const [, inBrackets, alone] = LETTER_ALONE.exec(text) ?? [];
  const letter = (inBrackets ?? alone)?.toUpperCase();
  const named = [...choices].filter(([, choice]) => choice !== "" && strip(choice) === text).map(([one]) => one);
  return LETTERS.find((one) => one === letter) ?? (named.length === 1 ? named[0] : undefined);
}
