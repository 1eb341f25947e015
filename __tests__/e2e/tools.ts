import { accessSync, constants } from "node:fs";
import path from "node:path";

/** The program of that name on PATH. */
export function onPath(program: string): string | undefined {
  const candidates = (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, program));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Programs of these that aren't on PATH. */
export const missing = (...programs: string[]): string[] => programs.filter((name) => onPath(name) === undefined);

/** A line for whoever watches the run: jest shows what tests log only when they end. */
export const say = (text: string): void =>
  void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

/**
 * Tries until it gives a value.
 * @throws Error that says what was waited for
 */
export async function eventually<T>(what: string, attempt: () => Promise<T | undefined>, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await attempt();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
