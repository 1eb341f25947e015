import type { EvaluatedProgram } from "../evaluate-program";
import type { LocalWorld } from "../stand-in/create-world";
import type { Fault } from "../stand-in/faults";
import type { Attempt } from "../stand-in/gateway";
import type { Call } from "../stand-in/service";
import { processOf } from "./fault-plan";
import { brokenInvariants } from "./invariants";
import { runPlan, simulatedWorld } from "./run";
import { Watch } from "./watch";

/** One way in which one call goes wrong. */
export interface SweptFault extends Fault {
  /** How many tries of the call: the SDK hides up to two. */
  attempts: number;
  /** Calls that it is for, by their names; all where nothing is said. */
  only?: RegExp;
}

/** Calls that change something: of the others it is the same whether one is made once or twice. */
const CHANGES = / (Put|Copy|Update|Start|Send|Publish|Sign|Invoke|Delete|Create|Complete)/;

/** The process dies. */
export const CRASHES: readonly SweptFault[] = [
  { kind: "crash", moment: "before", attempts: 1 },
  { kind: "crash", moment: "after", attempts: 1 },
];
/** The call fails for good, or does twice what it does. */
export const ERRORS: readonly SweptFault[] = [
  { kind: "throttle", moment: "before", attempts: 3 },
  { kind: "reset", moment: "after", attempts: 1, only: CHANGES },
];

export interface Swept {
  /** Calls of the story, each of which went wrong in each way. */
  calls: number;
  runs: number;
  broken: readonly string[];
}

const STORY = { registrations: [{ sample: "all-in-order", at: 0 }] };
const SEED = 1;
/** Virtual minutes in which the version is decided, and reconciled and put into a checkpoint after that. */
const SWEPT_MINUTES = 16;
/** Until a message has come again, the next attempt is decided, and that is in a checkpoint. */
const MINUTES = SWEPT_MINUTES + 50;

/** Runs one version's story once for each of its calls and each fault. */
export async function sweep(program: EvaluatedProgram, faults: readonly SweptFault[]): Promise<Swept> {
  const calls = await callsOf(program);
  const broken: string[] = [];
  let runs = 0;
  for (const [index, name] of calls.entries()) {
    for (const fault of faults.filter(({ only }) => only?.test(name) ?? true)) {
      runs += 1;
      const found = await withFault(program, index, fault);
      broken.push(...found.map((what) => `${fault.kind} ${fault.moment} call ${index}, ${name}: ${what}`));
    }
  }
  return { calls: calls.length, runs, broken };
}

/** Names of the calls that are made when all goes well. */
async function callsOf(program: EvaluatedProgram): Promise<string[]> {
  const calls: string[] = [];
  const fault = ({ call, service }: Attempt) => {
    calls.push(`${processOf(call.caller.principal, program)}'s ${service} ${call.operation}`);
    return undefined;
  };
  await runPlan(program, STORY, simulatedWorld(program, SEED, { fault }), SWEPT_MINUTES);
  return calls;
}

async function withFault(program: EvaluatedProgram, index: number, fault: SweptFault): Promise<string[]> {
  let made = 0;
  let meant: Call | undefined;
  let world: LocalWorld | undefined;
  const watch = new Watch(program, () => {
    if (world === undefined) throw new Error("nothing happens before there is a world");
    return world;
  });
  world = simulatedWorld(program, SEED, {
    fault({ call, number }) {
      if (number === 1 && made++ === index) meant = call;
      return call === meant && number <= fault.attempts ? fault : undefined;
    },
    beforeEffect: (_, call) => watch.beforeEffect(call),
    afterCall: (_, call) => watch.answered(call),
  });
  const ran = await runPlan(program, STORY, world, MINUTES);
  const broken = [...watch.broken, ...(await brokenInvariants(ran, program, { mayLack: false }))];
  return meant === undefined ? [...broken, "there was no such call"] : broken;
}
