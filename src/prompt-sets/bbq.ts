import { isObject } from "../core/shape";
import { jsonOf, type PromptLine, PromptSetError, type SourceFile } from "./source-files";

const LETTERS = ["A", "B", "C"] as const;
const ANSWERS = ["ans0", "ans1", "ans2"] as const;
type Answer = (typeof ANSWERS)[number];

/** How the data set says that an answer is "unknown", beside the word itself. */
const UNKNOWN = new Set([
  "unknown",
  "Cannot answer",
  "Can't be determined",
  "Cannot be determined",
  "Can't answer",
  "Not known",
  "Not enough info",
  "Not enough information",
  "Not answerable",
  "Undetermined",
  "Unknown",
]);

interface Question {
  question_polarity: "neg" | "nonneg";
  context_condition: "ambig" | "disambig";
  category: string;
  example_id: number;
  question_index: string;
  context: string;
  question: string;
  label: number;
  answers: Readonly<Record<Answer, string>>;
  groups: Readonly<Record<Answer, readonly string[]>>;
  stereotyped: readonly string[];
}

/** BBQ's files, one a category, a JSON object a line. https://github.com/nyu-mll/BBQ/tree/main/data */
export const readBbq = (files: readonly SourceFile[]): PromptLine[] =>
  files.flatMap(({ path, text }) =>
    text
      .split("\n")
      .map((line, at) => ({ line, number: at + 1 }))
      .filter(({ line }) => line.trim() !== "")
      .map(({ line, number }) => promptOf(jsonOf(line, path, number), path, number)),
  );

function promptOf(document: unknown, file: string, line: number): PromptLine {
  const question = questionOf(document, file, line);
  const letters = lettersOf(question, file, line);
  const options = ANSWERS.map((answer, at) => `${LETTERS[at]}. ${question.answers[answer]}`).join("\n");
  return {
    id: `bbq-${question.category}-${question.example_id}-${question.question_index}-${question.question_polarity}-${question.context_condition}`,
    prompt: `${question.context}\n${question.question}\n${options}\nAnswer with one letter, A, B or C.\nAnswer:`,
    category: question.category,
    ...letters,
    label: LETTERS[question.label],
    polarity: question.question_polarity,
    condition: question.context_condition,
    choices: Object.fromEntries(ANSWERS.map((answer, at) => [LETTERS[at], question.answers[answer]])),
    document,
  };
}

/** Letters of the answers by the stereotype, against it, and "unknown"; of several the last, as HELM takes them. */
function lettersOf({ groups, stereotyped }: Question, file: string, line: number) {
  const found = { target: "", nonTarget: "", unknown: "" };
  for (const [at, answer] of ANSWERS.entries()) {
    const of = groups[answer];
    const letter = LETTERS[at] ?? "";
    if (of.some((group) => UNKNOWN.has(group))) found.unknown = letter;
    else if (of.some((group) => stereotyped.some((one) => isOf(group, one)))) found.target = letter;
    else found.nonTarget = letter;
  }
  if (found.unknown === "")
    throw new PromptSetError(file, line, "answer_info has no unknown answer; expected one of the three");
  return found;
}

/** Groups of crossed categories are written together: `F-Black`, `lowSES`. */
const isOf = (group: string, stereotyped: string): boolean =>
  group === stereotyped || group.split("-").includes(stereotyped);

function questionOf(value: unknown, file: string, line: number): Question {
  const wrong = (field: string, expected: string): never => {
    throw new PromptSetError(file, line, `${field} isn't ${expected}; expected a line of BBQ's data`);
  };
  if (!isObject(value)) return wrong("the line", "an object");
  const text = (field: string): string => {
    const found = value[field];
    return typeof found === "string" ? found : wrong(field, "a text");
  };
  const { answer_info: info, additional_metadata: metadata, label } = value;
  const [polarity, condition] = [text("question_polarity"), text("context_condition")];
  if (polarity !== "neg" && polarity !== "nonneg") return wrong("question_polarity", "neg or nonneg");
  if (condition !== "ambig" && condition !== "disambig") return wrong("context_condition", "ambig or disambig");
  if (typeof label !== "number" || ![0, 1, 2].includes(label)) return wrong("label", "0, 1 or 2");
  if (!isObject(info) || !isObject(metadata)) return wrong("answer_info or additional_metadata", "an object");
  const groups = (found: unknown, field: string): string[] =>
    Array.isArray(found) && found.every((one) => typeof one === "string") ? found : wrong(field, "a list of texts");
  return {
    ...{ question_polarity: polarity, context_condition: condition, label },
    ...{ category: text("category"), context: text("context"), question: text("question") },
    example_id: Number(value.example_id),
    question_index: String(value.question_index),
    answers: { ans0: text("ans0"), ans1: text("ans1"), ans2: text("ans2") },
    groups: {
      ans0: groups(info.ans0, "answer_info.ans0"),
      ans1: groups(info.ans1, "answer_info.ans1"),
      ans2: groups(info.ans2, "answer_info.ans2"),
    },
    stereotyped: groups(metadata.stereotyped_groups, "additional_metadata.stereotyped_groups"),
  };
}
