import { isUtf8 } from "node:buffer";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { PROMPT_SETS_PREFIX } from "../contract/names";
import { PROMPT_FORMATS, type PromptFormat } from "../core/prompt-set";
import { sha256 } from "../core/verdict";
import { isRead, type MadePromptSet, makePromptSet, type PromptSetChoice } from "../prompt-sets/make-prompt-set";
import { PromptSetError, type SourceFile } from "../prompt-sets/source-files";
import { UsageError } from "./errors";

const HELP = `
Makes the prompts that language models are asked of a published data set, and a manifest with their digests.
The same files, options and seed give the same bytes everywhere.

Formats, each as its publisher gives it
  bbq                      data/*.jsonl of nyu-mll/BBQ
  bold                     prompts/*_prompt.json of amazon-science/bold
  misinfo-reaction-frames  .tsv or .csv with the columns headline and writer_intent; of those with gold_label, misinfo
  book-passages            .json of HELM's copyright scenario: data of prefix -> passage that begins with it; or .jsonl
                           with prefix and reference
  source-code              a tree with .c and .h files, such as the Linux kernel's

Example
  governance prompt-set --format bbq --from BBQ/data --name bbq --licence CC-BY-4.0 \\
    --source https://github.com/nyu-mll/BBQ --seed 1 --prompts 1800 --completions 1 \\
    --max-tokens 8 --temperature 0 --out prompt-sets/bbq
`;

interface Options {
  format: PromptFormat;
  from: string;
  name: string;
  licence: string;
  source: string;
  seed: number;
  prompts?: number;
  completions: number;
  maxTokens: number;
  temperature: number;
  out: string;
}

/** `governance prompt-set`. */
export function promptSetCommand(print: (text: string) => void): Command {
  return new Command("prompt-set")
    .summary("make prompts for language models of a published data set")
    .description("Makes a prompt set of a published data set.")
    .addOption(
      new Option("--format <format>", "how the data set is published").choices(PROMPT_FORMATS).makeOptionMandatory(),
    )
    .requiredOption("--from <DIR>", "folder with its files")
    .requiredOption("--name <name>", "the set's name: small letters, digits and hyphens", nameOf)
    .requiredOption("--licence <licence>", "its licence, as the publisher states it")
    .requiredOption("--source <URL>", "where it was published")
    .option("--seed <number>", "seed of the sampling", wholeNumber, 1)
    .option("--prompts <number>", "how many prompts, as many of each category; all where not said", positive)
    .option("--completions <number>", "how many completions to each prompt", positive, 1)
    .option("--max-tokens <number>", "most tokens of a completion", positive, 256)
    .option("--temperature <number>", "sampling temperature", temperature, 0)
    .requiredOption("--out <DIR>", "folder that is written")
    .addHelpText("after", HELP)
    .action((options: Options) => print(made(options)));
}

function made({ from, out, seed, maxTokens, temperature: degree, ...choice }: Options): string {
  const { files, leftOut } = promptSet(filesIn(from, choice.format), {
    ...choice,
    samplingSeed: seed,
    parameters: { maxTokens, temperature: degree },
  });
  refuseOthers(out, files);
  mkdirSync(out, { recursive: true });
  for (const [file, text] of files) writeFileSync(path.join(out, file), text);
  const digest = sha256(files.get("manifest.json") ?? "");
  return [
    ...[...leftOut].map(([why, count]) => `left out ${count}: ${why}`),
    `wrote ${files.size} files to ${out}; the manifest's SHA-256 is ${digest}`,
    "Upload them, and pin the set in governance:language promptSets:",
    `  aws s3 cp --recursive ${out} s3://BUCKET/${PROMPT_SETS_PREFIX}${choice.name}/`,
    `  - { name: ${choice.name}, sha256: ${digest} }`,
    "",
  ].join("\n");
}

function promptSet(files: readonly SourceFile[], choice: PromptSetChoice): MadePromptSet {
  try {
    return makePromptSet(files, choice);
  } catch (error) {
    if (error instanceof PromptSetError) throw new UsageError(error.message);
    throw error;
  }
}

/** The whole folder is uploaded: what an earlier set left there would be too. */
function refuseOthers(out: string, files: ReadonlyMap<string, string>): void {
  const other = existsSync(out) ? readdirSync(out).find((file) => !files.has(file)) : undefined;
  if (other !== undefined)
    throw new UsageError(`--out: ${out} has ${other}, which isn't of this set; give an empty folder`);
}

/** Files of the format, each read when its text is asked for: a kernel's tree has more than fits into memory. */
function filesIn(folder: string, format: PromptFormat): SourceFile[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--from: ${folder} is no folder; give the path of one`);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .map((name) => ({ name, at: name.split(path.sep).join("/") }))
    .filter(({ at }) => isRead(format, at))
    .map(({ name, at }) => ({
      path: at,
      get text() {
        return textOf(path.join(folder, name));
      },
    }));
}

function textOf(file: string): string {
  const bytes = readFileSync(file);
  if (isUtf8(bytes)) return bytes.toString("utf8");
  throw new UsageError(`${file} isn't UTF-8 text; convert it, or take it out of the folder`);
}

function nameOf(text: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError("expected small letters, digits and hyphens between them");
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number");
}

function positive(text: string): number {
  const value = wholeNumber(text);
  if (value > 0) return value;
  throw new InvalidArgumentError("expected a whole number above 0");
}

function temperature(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 2) return value;
  throw new InvalidArgumentError("expected a number from 0 to 2");
}
