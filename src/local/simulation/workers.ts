import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { EvaluatedProgram } from "../evaluate-program";
import type { Simulated } from "./simulate";
import type { FromWorker, ToWorker } from "./worker";

/** Seeds that a worker takes at once. */
const SEEDS_AT_ONCE = 10;

/**
 * Simulates each seed, in as many processes as there are processors.
 * @param told told of each seed as it is done, in any order
 * @throws Error where a worker breaks down
 */
export async function simulateAll(
  program: EvaluatedProgram,
  seeds: readonly number[],
  told: (done: Simulated) => void,
): Promise<void> {
  const parts = Array.from({ length: Math.ceil(seeds.length / SEEDS_AT_ONCE) }, (_, index) =>
    seeds.slice(index * SEEDS_AT_ONCE, (index + 1) * SEEDS_AT_ONCE),
  );
  const workers = Array.from({ length: Math.min(availableParallelism(), parts.length) }, startWorker);
  try {
    await Promise.all(workers.map((worker) => work(worker, program, () => parts.shift(), told)));
  } finally {
    for (const worker of workers) worker.kill();
  }
}

const startWorker = (): ChildProcess =>
  fork(path.join(__dirname, "worker.ts"), {
    execArgv: ["--require", require.resolve("ts-node/register")],
    cwd: path.join(__dirname, "..", "..", ".."),
    // Maps and bytes arrive as such.
    serialization: "advanced",
  });

function work(
  worker: ChildProcess,
  program: EvaluatedProgram,
  next: () => readonly number[] | undefined,
  told: (done: Simulated) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const send = (message: ToWorker) => worker.send(message);
    const goOn = () => {
      const seeds = next();
      if (seeds === undefined) resolve();
      else send({ seeds });
    };
    worker.on("message", (done: FromWorker) => {
      for (const one of done) told(one);
      goOn();
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`a worker ended with ${code}`)));
    send({ program });
    goOn();
  });
}
