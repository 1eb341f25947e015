import { Command, InvalidArgumentError } from "commander";
import { evaluateProgram } from "../evaluate-program";
import { SAMPLE_STACKS } from "../story";
import { burst, burstText } from "./burst";
import { failureText, Summary } from "./summary";
import { simulateAll } from "./workers";

interface Options {
  seeds: readonly number[];
  burst?: number;
}

/** Failed seeds that are shown. */
const MOST_SHOWN = 3;
const DEFAULT_SEEDS = "1..300";
/** Progress is told so often. */
const PARTS = 10;

function parseSeeds(text: string): number[] {
  const [, first, last = first] = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === undefined || to < from)
    throw new InvalidArgumentError("expected a seed, or FIRST..LAST, such as 1..500");
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError("expected a number from 1 to 99999");
  return Number(text);
}

// No call of the SDK leaves this process, so its advice on Node.js versions is only noise here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

new Command("npm run simulate --")
  .description(
    "Runs the flow on this machine while calls fail, processes die and events get lost, and looks whether every version is decided as if nothing had happened.",
  )
  .option(
    "--seeds <first..last>",
    "stories and faults; the same seed gives the same run",
    parseSeeds,
    parseSeeds(DEFAULT_SEEDS),
  )
  .option("--burst <versions>", "so many versions registered in one group at once, in place of seeds", parseCount)
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  });

async function run({ seeds, burst: versions }: Options): Promise<void> {
  console.log("Evaluating the program for one governance and two dev accounts ...");
  const program = await evaluateProgram(SAMPLE_STACKS);
  if (versions !== undefined) {
    const result = await burst(program, versions);
    console.log(burstText(result));
    if (result.broken.length > 0) process.exitCode = 1;
    return;
  }
  const begun = performance.now();
  const summary = new Summary();
  await simulateAll(program, seeds, (done) => {
    summary.add(done);
    if (done.broken.length > 0 && summary.failed.length <= MOST_SHOWN) console.error(`\n${failureText(done)}\n`);
    if (summary.runs % Math.ceil(seeds.length / PARTS) === 0) console.log(summary.progress(seeds.length));
  });
  console.log(`\n${summary.text((performance.now() - begun) / 1000)}`);
  if (summary.failed.length === 0) return void console.log("Every run ended as it must.");
  console.error(
    `Failed seeds: ${summary.failed
      .map(({ seed }) => seed)
      .sort((one, other) => one - other)
      .join(", ")}`,
  );
  process.exitCode = 1;
}
