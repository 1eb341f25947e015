import type { EvaluatedProgram } from "../evaluate-program";
import { type ProgramWorldOptions, programWorld } from "../program-world";
import type { LocalWorld } from "../stand-in/create-world";
import type { Note } from "../stand-in/trace";
import type { Plan } from "./plan";
import { type Told, tellPlan } from "./tell-plan";

/** A run that has come to its end. */
export interface Ran {
  world: LocalWorld;
  told: readonly Told[];
  /** Why it broke off; undefined where it didn't. */
  failure: string | undefined;
}

export type Disturbances = Omit<ProgramWorldOptions, "seed" | "start" | "waits">;

export const BEGIN = new Date("2026-11-20T10:00:00Z");
const MINUTE = 60_000;
/** Virtual minutes in which every schedule and every queue have done their part, once all goes well. */
const QUIET = 75;
/** Minutes until the last evidence has been waited for. */
const EVIDENCE_MINUTES = 65;

/** A world of the program's, in which nothing has happened. */
export const simulatedWorld = (program: EvaluatedProgram, seed: number, disturbances: Disturbances = {}): LocalWorld =>
  programWorld(program, { ...disturbances, seed, start: BEGIN, waits: false });

/** Virtual minutes of a run in which all goes well from then on. */
export const minutesOf = (faultsEnd: number): number => Math.max(faultsEnd, EVIDENCE_MINUTES) + QUIET;

/** Runs a plan for so many virtual minutes. */
export async function runPlan(program: EvaluatedProgram, plan: Plan, world: LocalWorld, minutes: number): Promise<Ran> {
  const told = tellPlan(world, program, plan);
  return { world, told, failure: await failureOf(world.run(new Date(BEGIN.getTime() + minutes * MINUTE))) };
}

/**
 * Runs by the hour until `isDone` says so.
 * @returns why it broke off; undefined where it didn't
 */
export function runUntil(world: LocalWorld, isDone: (hours: number) => boolean): Promise<string | undefined> {
  const run = async () => {
    for (let hours = 1; hours === 1 || !isDone(hours - 1); hours += 1) {
      await world.run(new Date(BEGIN.getTime() + hours * 60 * MINUTE));
    }
  };
  return failureOf(run());
}

const failureOf = (run: Promise<void>): Promise<string | undefined> =>
  run.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  );

/** The end of what happened, for people. */
export const lastNotes = (notes: readonly Note[], about: (note: Note) => boolean, most: number): string[] =>
  notes
    .filter(about)
    .slice(-most)
    .map(({ at, subject, text }) => `${at.toISOString().slice(11, 23)} ${subject.slice(-70)}: ${text}`);
