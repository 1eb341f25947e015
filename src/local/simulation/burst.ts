import { PENDING } from "../../contract/registry-event";
import type { EvaluatedProgram } from "../evaluate-program";
import { isCovered, readLedger } from "../ledger";
import type { LocalWorld } from "../stand-in/create-world";
import type { Attempt } from "../stand-in/gateway";
import { brokenInvariants } from "./invariants";
import { BEGIN, runUntil, simulatedWorld } from "./run";
import { type Told, tellPlan } from "./tell-plan";

/** What came of many registrations at once. */
export interface Burst {
  versions: number;
  /** Empty where each was decided once, none was lost, and nothing is left in a queue. */
  broken: readonly string[];
  /** Virtual minutes until the last decision. */
  minutes: number;
  /** Executions at once, at most. */
  atOnce: number;
  /** Starts that found no slot. */
  refused: number;
  /** Messages that start sent to itself, to come back later. */
  waits: number;
  checkpoints: number;
  /** Real seconds. */
  seconds: number;
}

const HOUR = 3_600_000;
/** Virtual hours after which whatever isn't decided counts as lost. */
const MOST_HOURS = 24;

/** Registers so many versions in one group within a minute, and runs until all are decided and recorded. */
export async function burst(program: EvaluatedProgram, versions: number): Promise<Burst> {
  const begun = performance.now();
  let waits = 0;
  const world = simulatedWorld(program, 1, {
    fault: ({ call, service }: Attempt) => {
      if (service === "sqs" && call.operation === "SendMessage") waits += 1;
      return undefined;
    },
  });
  const registrations = Array.from({ length: versions }, (_, index) => ({
    sample: "fraud-in-order",
    at: (index / versions) * 60,
    ownKeys: true,
  }));
  const told = tellPlan(world, program, { registrations });
  const failure = await runUntil(world, (hours) => hours >= MOST_HOURS || isDone(world, told, program));
  const ledger = readLedger(world, program);
  const broken = await brokenInvariants({ world, told, failure }, program);
  const last = Math.max(...ledger.records.map(({ document }) => Date.parse(document.body.decidedAt)));
  return {
    ...{ versions, broken, waits, checkpoints: ledger.checkpoints.length, atOnce: mostAtOnce(world) },
    minutes: (last - BEGIN.getTime()) / 60_000,
    refused: world.notes.filter(({ text }) => text.includes("ResourceLimitExceeded")).length,
    seconds: (performance.now() - begun) / 1000,
  };
}

/** Every version is decided and recorded, in a checkpoint too, and every queue is empty. */
function isDone(world: LocalWorld, told: readonly Told[], program: EvaluatedProgram): boolean {
  const decided = world.sageMaker.versions().filter(({ fields }) => fields.ModelApprovalStatus !== PENDING).length;
  if (decided < told.length || [...world.depths().values()].some((depth) => depth > 0)) return false;
  const ledger = readLedger(world, program);
  const last = Math.max(...ledger.records.map(({ stored }) => stored.lastModified.getTime()));
  const isQuiet = world.clock.now().getTime() - last > HOUR / 2;
  return isQuiet && ledger.records.length === told.length && ledger.records.every((one) => isCovered(ledger, one));
}

function mostAtOnce(world: LocalWorld): number {
  const changes = world.sageMaker
    .executions()
    .flatMap(
      ({ started, ended }) =>
        [
          [started.getTime(), 1],
          [ended?.getTime() ?? Number.POSITIVE_INFINITY, -1],
        ] as const,
    )
    .sort(([one, up], [other, down]) => one - other || up - down);
  let now = 0;
  let most = 0;
  for (const [, change] of changes) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}

export const burstText = (of: Burst): string =>
  [
    `${of.versions} versions registered within a minute in one group, the last decided after ${of.minutes.toFixed(0)} virtual minutes`,
    `${of.atOnce} executions at once at most; ${of.refused} starts found no free slot, ${of.waits} messages waited in the queue`,
    `${of.checkpoints} checkpoints; ${of.seconds.toFixed(1)} s of real time`,
    of.broken.length === 0
      ? "Each was decided once, none was lost, the queues are empty."
      : ["Broken:", ...of.broken.slice(0, 20).map((what) => `  ${what}`)].join("\n"),
  ].join("\n");
