import type { EvaluatedProgram } from "../evaluate-program";
import type { LocalWorld } from "../stand-in/create-world";
import { type Counts, FaultPlan } from "./fault-plan";
import { brokenInvariants } from "./invariants";
import { planOf } from "./plan";
import { BEGIN, lastNotes, minutesOf, runPlan, simulatedWorld } from "./run";
import { Watch } from "./watch";

/** What one seed came to. */
export interface Simulated {
  seed: number;
  /** Empty where all is as it must be. */
  broken: readonly string[];
  /** What happened last to what is broken. */
  trace: readonly string[];
  faults: Counts;
  /** Tries of calls, by process. */
  calls: Counts;
  /** The same for runs whose processes made their calls in the same order. */
  order: string;
  versions: number;
}

/** Notes of a trace, at most. */
const MOST_NOTES = 60;

/** Runs the story and the faults of one seed, and looks whether all is as it must be. */
export async function simulate(program: EvaluatedProgram, seed: number): Promise<Simulated> {
  const plan = planOf(seed);
  let world: LocalWorld | undefined;
  const made = (): LocalWorld => {
    if (world === undefined) throw new Error("nothing happens before there is a world");
    return world;
  };
  const faults = new FaultPlan(seed, program, () => made().clock.now().getTime() - BEGIN.getTime());
  const watch = new Watch(program, made);
  world = simulatedWorld(program, seed, {
    fault: (attempt) => {
      watch.sees(attempt);
      return faults.ofAttempt(attempt);
    },
    beforeEffect: (_, call) => watch.beforeEffect(call),
    afterCall: (_, call) => watch.answered(call),
    deliveries: (event) => faults.ofEvent(event),
    repeats: () => faults.ofMessage(),
  });
  if (plan.carriedAgain !== undefined) world.clock.limit(plan.carriedAgain * 1000, () => carryAgain(made(), faults));
  const ran = await runPlan(program, plan, world, minutesOf(faults.end / 60_000));
  const faultsEnd = new Date(BEGIN.getTime() + faults.end);
  // The first undisturbed checkpoint has written all that was late.
  const lateUntil = new Date(faultsEnd.getTime() + world.schedulesWithin);
  const broken = [...watch.broken, ...(await brokenInvariants(ran, program, { lateUntil, faultsEnd }))];
  return {
    ...{ seed, broken, faults: faults.counts, calls: watch.calls, order: watch.order(), versions: ran.told.length },
    trace: broken.length === 0 ? [] : traceOf(world, broken),
  };
}

/** What a team does about evidence that never arrived: its objects' events come once more. */
function carryAgain(world: LocalWorld, { lost }: FaultPlan): void {
  for (const event of lost.filter(({ source }) => source === "aws.s3")) world.deliver(event);
}

/** Where nothing went on: most rules are for other events. */
const IDLE = /pattern wants|nobody is told|no rule on the bus|the specified key does not exist|Scheduled Event/i;
/** What matters to any version. */
const MATTERS = /(before|after) its effect|function .* failed|alarm|is lost|arrives after|comes once more|step /;

/** Notes of the versions that are broken; of all, where it isn't about one. */
function traceOf({ notes }: LocalWorld, broken: readonly string[]): string[] {
  const versions = broken.flatMap((what) => /([\w-]+\/\d+)(?:\/\d+\.json)?: /.exec(what)?.[1] ?? []);
  const isAbout = (text: string) => versions.some((name) => text.includes(name)) || MATTERS.test(text);
  return lastNotes(notes, ({ subject, text }) => !IDLE.test(text) && isAbout(`${subject} ${text}`), MOST_NOTES);
}
