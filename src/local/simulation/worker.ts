import type { EvaluatedProgram } from "../evaluate-program";
import { type Simulated, simulate } from "./simulate";

/** What a worker is sent: first the program, then seeds. */
export type ToWorker = { program: EvaluatedProgram } | { seeds: readonly number[] };
/** What it answers to seeds. */
export type FromWorker = readonly Simulated[];

let program: EvaluatedProgram | undefined;

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
process.on("message", (message: ToWorker) => void take(message));

async function take(message: ToWorker): Promise<void> {
  if ("program" in message) {
    program = message.program;
    return;
  }
  if (program === undefined) throw new Error("seeds came before the program");
  const done: Simulated[] = [];
  for (const seed of message.seeds) done.push(await simulate(program, seed));
  process.send?.(done);
}
