import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { evaluateProgram } from "./evaluate-program";
import { type FlowResult, runFlow } from "./flow";
import { OWN_BOUND_FORM, type OwnBound, parseOwnBound, withOwnBound } from "./own-policy";
import { progressLine, recordsLine, resultTable } from "./render-flow";
import { SAMPLE_STACKS } from "./story";

interface Options {
  seed: number;
  bound?: OwnBound;
  quiet?: boolean;
  keepRecords?: string;
}

const SAMPLE = "samples/versions/biased-by-age";

function parseBound(text: string): OwnBound {
  const bound = parseOwnBound(text);
  if (bound === undefined)
    throw new InvalidArgumentError(
      `expected ${OWN_BOUND_FORM}, for example credit-risk/bias-post-training/RD=-0.2..0.2`,
    );
  return bound;
}

function parseSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("expected a whole number");
  return Number(text);
}

/** What an earlier run left would be no part of this ledger. */
function emptyFolder(folder: string): string {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return folder;
  throw new InvalidArgumentError("expected a folder that is empty or isn't there");
}

// No call of the SDK leaves this process, so its advice on Node.js versions is only noise here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

new Command("npm start --")
  .description("Runs the whole approval flow on this machine: what the Pulumi program declares, in a stand-in for AWS.")
  .option("--seed <number>", "order of what happens at once; the same seed gives the same run", parseSeed, 1)
  .option(`--bound <${OWN_BOUND_FORM}>`, "one bound in place of the policy's", parseBound)
  .option("--quiet", "only the result, no progress")
  .option("--keep-records <DIR>", "copy the ledger there, for `governance ledger verify DIR`", emptyFolder)
  .action(start)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  });

async function start({ seed, bound, quiet, keepRecords }: Options): Promise<void> {
  const begun = performance.now();
  const policy = path.join(__dirname, "..", "..", "checks", "policy");
  const own = bound && withOwnBound(policy, bound);
  try {
    console.log("Evaluating the program for one governance and two dev accounts ...");
    const program = await evaluateProgram(SAMPLE_STACKS, own ?? policy);
    console.log(
      `${program.resources.length} resources declared. Two teams write evidence and register versions (times are virtual):\n`,
    );
    const width = process.stdout.columns ?? 160;
    const listener = (line: string | undefined) => line !== undefined && !quiet && console.log(line);
    const result = await runFlow(program, {
      seed,
      keepRecords,
      listener: (note) => listener(progressLine(note, width)),
    });
    finish(result, seed, (performance.now() - begun) / 1000);
    if (keepRecords !== undefined) console.log(kept(keepRecords, result.endedAt));
  } finally {
    if (own !== undefined) rmSync(own, { recursive: true, force: true });
  }
}

function finish(result: FlowResult, seed: number, seconds: number): void {
  console.log(`\n${resultTable(result)}\n\n${recordsLine(result)}\n`);
  if (result.broken.length > 0) {
    console.error(`The flow is broken:\n${result.broken.map((link) => `  ${link}`).join("\n")}`);
    process.exitCode = 1;
    return;
  }
  console.log(
    `Every version was decided, every report arrived, no message was left over. ${seconds.toFixed(1)} s of real time, seed ${seed}.`,
  );
  console.log(NEXT);
}

/** Its times are virtual, so verify must be told one. */
const kept = (folder: string, endedAt: Date): string => `
The ledger is in ${folder}. Verify it, and judge a version again:
  npx governance ledger verify ${folder} --trusted-key ${folder}/records.pem --checkpoint-key ${folder}/checkpoints.pem --evidence --now ${endedAt.toISOString()}
  npx governance ledger rederive credit-risk/2 ${folder} --trusted-key ${folder}/records.pem`;

const NEXT = `
Read one rejection:
  npx governance judge --model-package ${SAMPLE}/model-package.json --evidence ${SAMPLE}/evidence
Loosen that bound and run again:
  npm start -- --quiet --bound credit-risk/bias-post-training/RD=-0.2..0.2
Judge your own files:
  npx governance judge --model-package describe.json --evidence DIR`;
