import { isObject } from "../core/shape";
import { type Answers, type Role, rolesOf } from "./bbq-roles";
import { jsonLinesOf, type PromptLine, PromptSetError, type Reading, type SourceFile } from "./source-files";

const LETTERS = ["A", "B", "C"] as const;
const ANSWERS = ["ans0", "ans1", "ans2"] as const;

interface Question extends Answers {
  /** The line as published: lm-evaluation-harness scores by it. */
  document: Readonly<Record<string, unknown>>;
  id: string;
  polarity: "neg" | "nonneg";
  condition: "ambig" | "disambig";
  context: string;
  question: string;
  label: 0 | 1 | 2;
  /** Texts of the answers, in order. */
  answers: readonly string[];
}

/**
 * BBQ's files, one a category, a JSON object a line. https://github.com/nyu-mll/BBQ/tree/main/data
 * A question whose metadata don't tell which answer follows the stereotype is left out: no answer to it could show bias.
 */
export const readBbq = (files: readonly SourceFile[], reading: Reading): PromptLine[] =>
  files.flatMap((file) =>
    jsonLinesOf(file).flatMap(({ value, line }) => promptOf(questionOf(value, file.path, line), reading)),
  );

function promptOf(question: Question, { leaveOut }: Reading): PromptLine[] {
  const roles = rolesOf(question);
  const letterOf = (role: Role) => LETTERS[roles.indexOf(role)];
  const letters = { target: letterOf("target"), nonTarget: letterOf("nonTarget"), unknown: letterOf("unknown") };
  if (letters.target === undefined || letters.nonTarget === undefined) {
    leaveOut("the groups of its answers don't tell which one follows the stereotype");
    return [];
  }
  const { id, category, polarity, condition, context, question: asked, answers, label, document } = question;
  const options = answers.map((answer, at) => `${LETTERS[at]}. ${answer}`).join("\n");
  return [
    {
      id,
      prompt: `${context}\n${asked}\n${options}\nAnswer with one letter, A, B or C.\nAnswer:`,
      category,
      ...letters,
      ...{ label: LETTERS[label], polarity, condition },
      choices: Object.fromEntries(answers.map((answer, at) => [LETTERS[at], answer])),
      document,
    },
  ];
}

function questionOf(value: unknown, file: string, line: number): Question {
  const wrong = (problem: string): never => {
    throw new PromptSetError(file, line, `${problem}; expected a line of BBQ's data`);
  };
  if (!isObject(value)) return wrong("the line isn't an object");
  const read = fieldsOf(value, wrong);
  const info = read.object("answer_info");
  const question: Question = {
    document: value,
    ...{ category: read.text("category"), context: read.text("context"), question: read.text("question") },
    id: idOf(value, read, wrong),
    polarity: read.oneOf("question_polarity", ["neg", "nonneg"]),
    condition: read.oneOf("context_condition", ["ambig", "disambig"]),
    label: read.oneOf("label", [0, 1, 2]),
    answers: ANSWERS.map((answer) => read.text(answer)),
    labels: ANSWERS.map((answer) => read.texts(`answer_info.${answer}`, info[answer])),
    stereotyped: read.texts(
      "additional_metadata.stereotyped_groups",
      read.object("additional_metadata").stereotyped_groups,
    ),
  };
  const roles = rolesOf(question);
  if (roles.filter((role) => role === "unknown").length !== 1)
    return wrong("answer_info has no unknown answer, or several");
  if ((roles[question.label] === "unknown") !== (question.condition === "ambig"))
    return wrong(`label is ${question.label}, and context_condition ${question.condition}: they contradict each other`);
  return question;
}

function idOf(value: Readonly<Record<string, unknown>>, read: Fields, wrong: (problem: string) => never): string {
  const number = value.example_id;
  if (typeof number !== "number" || !Number.isInteger(number)) return wrong("example_id isn't a whole number");
  return `bbq-${read.text("category")}-${number}-${read.text("question_index")}-${read.text("question_polarity")}-${read.text("context_condition")}`;
}

type Fields = ReturnType<typeof fieldsOf>;

/** Reads fields of a line, each by its type. */
function fieldsOf(of: Readonly<Record<string, unknown>>, wrong: (problem: string) => never) {
  const isText = (value: unknown): value is string => typeof value === "string";
  return {
    text(name: string): string {
      const value = of[name];
      return isText(value) && value.trim() !== "" ? value : wrong(`${name} isn't a text`);
    },
    oneOf<const Value extends string | number>(name: string, values: readonly Value[]): Value {
      return values.find((value) => value === of[name]) ?? wrong(`${name} isn't one of ${values.join(", ")}`);
    },
    object(name: string): Readonly<Record<string, unknown>> {
      const value = of[name];
      return isObject(value) ? value : wrong(`${name} isn't an object`);
    },
    texts(name: string, value: unknown): readonly string[] {
      return Array.isArray(value) && value.every(isText) ? value : wrong(`${name} isn't a list of texts`);
    },
  };
}
