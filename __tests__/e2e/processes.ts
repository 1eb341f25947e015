import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";

/** Ends a process of ours, whatever it does. */
export async function stopped(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null || process.pid === undefined) return;
  const ended = new Promise((resolve) => process.once("exit", resolve));
  process.kill("SIGTERM");
  const kill = setTimeout(() => process.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(kill);
}

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
