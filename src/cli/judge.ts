import { readFileSync, statSync } from "node:fs";
import { Command, Option } from "commander";
import { catalogue } from "../../checks/catalogue";
import { readPolicyFiles } from "../adapters/policy-directory";
import { talliesOf } from "../core/check";
import { judge } from "../core/judge";
import { type Policy, PolicyError, parsePolicy } from "../core/policy";
import { policySchema } from "../core/policy-schema";
import type { ModelPackage } from "../core/ports";
import type { Decision } from "../core/verdict";
import { assembleEvidence } from "../reports/assemble-evidence";
import { parseModelPackage } from "../reports/model-package";
import { collectEvidence } from "../stages/collect-evidence";
import { UsageError } from "./errors";
import { evidenceDirectory } from "./evidence-directory";
import { defaultPolicyDirectory } from "./policy-location";
import { renderVerdict, VERDICT_FORMATS, type VerdictFormat } from "./render-verdict";

const EXIT: Record<Decision, number> = { Approved: 0, Rejected: 1, PendingManualApproval: 3 };

const HELP = `
Judges a model version by the same checks and policy as the registry's gate, on your own files.

describe.json is what this prints:
  aws sagemaker describe-model-package --model-package-name ARN > describe.json
DIR holds the reports that it names, each s3://BUCKET/KEY at DIR/BUCKET/KEY:
  aws s3 cp s3://BUCKET/KEY DIR/BUCKET/KEY

What only the registry's gate knows is left out: whether a report is the evidence of another version too.

Exit status
  0  approved: every finding passes
  1  rejected: a finding fails, or evidence can't be evaluated
  2  wrong use or configuration; nothing was judged
  3  left for review: the policy asks a person

Examples
  governance judge --model-package describe.json --evidence DIR
  governance judge --model-package describe.json --evidence DIR --policy my-policy --format junit > judged.xml
  governance judge --model-package describe.json --evidence DIR --format json | jq '.findings[] | select(.outcome != "pass")'
`;

interface Options {
  modelPackage: string;
  evidence: string;
  policy: string;
  format: VerdictFormat;
}

/** `governance judge`. */
export function judgeCommand(print: (text: string) => void, exit: (status: number) => void): Command {
  return new Command("judge")
    .summary("judge a model version by your own files")
    .description("Judges a model version and its evidence as the registry's gate would.")
    .requiredOption(
      "--model-package <describe.json>",
      "the version, as `aws sagemaker describe-model-package` prints it",
    )
    .requiredOption("--evidence <DIR>", "folder with the reports it names, as BUCKET/KEY")
    .option("--policy <DIR>", "folder with organisation.yaml and groups/<group>.yaml", defaultPolicyDirectory())
    .addOption(new Option("--format <format>", "how to print the verdict").choices(VERDICT_FORMATS).default("text"))
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      const { text, decision } = await judged(options);
      print(text);
      exit(EXIT[decision]);
    });
}

async function judged(options: Options): Promise<{ text: string; decision: Decision }> {
  const modelPackage = readModelPackage(options.modelPackage);
  requireDirectory("--evidence", options.evidence);
  requireDirectory("--policy", options.policy);
  const policy = readPolicy(options.policy).forGroup(modelPackage.id.group);
  const documents = await collectEvidence(modelPackage, {
    place: (registered) => registered,
    store: evidenceDirectory(options.evidence),
    acceptUndigested: policy.acceptUndigestedEvidence,
    // Which reports are on record only the registry's gate knows.
    reusedFrom: async () => undefined,
    acceptReused: policy.acceptReusedEvidence,
  });
  const verdict = judge(
    assembleEvidence(documents, { tallies: talliesOf(catalogue), model: modelPackage.id.arn }),
    policy,
    catalogue,
  );
  return { text: renderVerdict(verdict, modelPackage.id, options.format), decision: verdict.decision };
}

function readModelPackage(file: string): ModelPackage {
  const text = readText("--model-package", file);
  try {
    return parseModelPackage(JSON.parse(text));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file}: ${why}; expected the output of \`aws sagemaker describe-model-package\``);
  }
}

function readPolicy(directory: string): Policy {
  try {
    return parsePolicy(readPolicyFiles(directory), policySchema(catalogue));
  } catch (error) {
    if (error instanceof PolicyError) throw new UsageError(`the policy in ${directory} is wrong\n${error.message}`);
    throw error;
  }
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(
      `${option}: can't read ${file} (${error instanceof Error ? error.message : error}); give the path of a file`,
    );
  }
}

function requireDirectory(option: string, directory: string): void {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${option}: ${directory} is no folder; give the path of one`);
  }
}
