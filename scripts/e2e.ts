import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Tells what a run began, and what that began, from all else on the machine. */
const MARK = "GOVERNANCE_E2E_RUN";

/** Long enough for the tests to destroy nothing more and end what they know of. */
const GRACE = 10_000;

/** Runs the end-to-end tests in a temporary folder of their own; neither it nor a process is left, however they end. */
async function main(args: readonly string[]): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), "governance-e2e-"));
  const mark = `${MARK}=${path.basename(folder)}`;
  // Jest keeps what it compiled in the temporary folder otherwise.
  const cache = path.join(__dirname, "..", "node_modules", ".cache", "jest-e2e");
  const jest = spawn(process.execPath, [require.resolve("jest/bin/jest"), "--cacheDirectory", cache, ...args], {
    stdio: "inherit",
    env: { ...process.env, TESTS: "e2e", TMPDIR: folder, [MARK]: path.basename(folder) },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => end(jest, signal));
  const code = await new Promise<number>((resolve) => jest.once("exit", (status) => resolve(status ?? 1)));
  const left = killAll(mark);
  if (left.length > 0) console.error(`ended ${left.length} processes that the tests left: ${left.join(", ")}`);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return code;
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  child.kill(signal);
  setTimeout(() => child.kill("SIGKILL"), GRACE).unref();
}

interface Process {
  pid: number;
  parent: number;
  name: string;
  marked: boolean;
}

/** Kills what carries the mark, and its descendants whose environment is another. @returns their names */
function killAll(mark: string): string[] {
  const killed: string[] = [];
  for (let some = remaining(mark); some.length > 0 && killed.length < 1_000; some = remaining(mark)) {
    for (const { pid, name } of some) {
      killed.push(name);
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    }
  }
  return killed;
}

function remaining(mark: string): Process[] {
  const all = processes(mark);
  const ours = new Set(all.filter(({ marked }) => marked).map(({ pid }) => pid));
  for (let size = -1; size !== ours.size; ) {
    size = ours.size;
    for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
  }
  return all.filter(({ pid }) => ours.has(pid));
}

/** Processes of this machine as Linux tells them; of none where there is no /proc. */
function processes(mark: string): Process[] {
  const read = (file: string): string | undefined => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return undefined;
    }
  };
  const pids = read("/proc/stat") === undefined ? [] : readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid): Process[] => {
    // `pid (name) state parent …`: the name may hold blanks and brackets.
    const [, name = "", state = "", parent = ""] =
      /^\d+ \((.*)\) (\S) (\d+)/s.exec(read(`/proc/${pid}/stat`) ?? "") ?? [];
    if (state === "" || state === "Z") return [];
    const marked = read(`/proc/${pid}/environ`)?.split("\0").includes(mark) ?? false;
    return [{ pid: Number(pid), parent: Number(parent), name, marked }];
  });
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
