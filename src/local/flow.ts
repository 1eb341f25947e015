import type { VerdictRecord } from "../core/verdict";
import { parseVerdictRecord } from "../ledger/verdict-record";
import { METADATA } from "../stages/apply-record";
import { brokenLinks } from "./broken-links";
import type { EvaluatedProgram } from "./evaluate-program";
import { keepRecords } from "./keep-records";
import { isCovered, readLedger } from "./ledger";
import { programWorld } from "./program-world";
import type { LocalWorld } from "./stand-in/create-world";
import { isRecord } from "./stand-in/inputs";
import type { LogLine } from "./stand-in/lambda";
import type { Note } from "./stand-in/trace";
import { type Registered, type Scene, sampleModels, tell } from "./story";

export interface FlowOptions {
  /** Order of what happens at once; the same seed gives the same run. */
  seed: number;
  /** What the teams do, if not all of the story. */
  scenes?: readonly Scene[];
  listener?(note: Note): void;
  /** Folder that gets a copy of the ledger. */
  keepRecords?: string | undefined;
}

/** What became of one version. */
export interface FlowVersion {
  sample: string;
  arn: string;
  group: string;
  version: number;
  approvalStatus: string;
  /** As it stands on the version; absent where nothing was decided. */
  description: string | undefined;
  verdict: VerdictRecord | undefined;
  /** Virtual seconds from registration to decision. */
  elapsed: number;
}

export interface FlowResult {
  versions: FlowVersion[];
  /** Links that don't hold, each with what happened there; empty where the whole flow works. */
  broken: string[];
  notes: readonly Note[];
  /** What functions and jobs logged. */
  logs: readonly LogLine[];
  /** Decision records whose signatures hold, those of them that a checkpoint has, and checkpoints. */
  records: { signed: number; covered: number; checkpoints: number };
  /** Virtual time. */
  endedAt: Date;
}

const BEGIN = new Date("2026-11-20T10:00:00Z");

/**
 * Runs the sample teams' story in a world made of the declared resources: everything after a PUT and a registration
 * happens because the resources say so.
 */
export async function runFlow(program: EvaluatedProgram, options: FlowOptions): Promise<FlowResult> {
  let world: LocalWorld;
  try {
    world = programWorld(program, { ...options, start: BEGIN, models: sampleModels() });
  } catch (error) {
    return {
      versions: [],
      broken: [messageOf(error)],
      notes: [],
      logs: [],
      endedAt: BEGIN,
      records: { signed: 0, covered: 0, checkpoints: 0 },
    };
  }
  const told = tell(world, program, options.scenes);
  const failure = await runOut(world, program).then(
    () => [],
    (error: unknown) => [messageOf(error)],
  );
  const ledger = readLedger(world, program);
  if (options.keepRecords !== undefined) keepRecords(options.keepRecords, world, program, ledger);
  return {
    versions: told.map((registered) => outcomeOf(registered, world)),
    broken: [...failure, ...(await brokenLinks(world, told, program, ledger))],
    notes: world.notes,
    logs: world.logs,
    endedAt: world.clock.now(),
    records: {
      signed: ledger.records.length,
      covered: ledger.records.filter((record) => isCovered(ledger, record)).length,
      checkpoints: ledger.checkpoints.length,
    },
  };
}

/** Virtual hours in which all must have come to an end. */
const LONGEST_HOURS = 24;
/** Rounds of schedules after the story, at most. */
const MOST_ROUNDS = 5;

/** Runs to the story's end, then on until every schedule has begun what it begins, and no further decision came of it. */
async function runOut(world: LocalWorld, program: EvaluatedProgram): Promise<void> {
  const late = new Error(`not all had come to an end ${LONGEST_HOURS} hours after the story's begin`);
  world.clock.every(LONGEST_HOURS * 3_600_000, () => world.clock.fail(late));
  await world.run();
  const recorded = () => readLedger(world, program).records.length;
  for (let round = 0, before = -1; round < MOST_ROUNDS && recorded() !== before; round += 1) {
    before = recorded();
    await world.run(new Date(world.clock.now().getTime() + world.schedulesWithin));
    await world.run();
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function outcomeOf({ sample, arn }: Registered, world: LocalWorld): FlowVersion {
  const version = world.sageMaker.versions().find((one) => one.arn === arn);
  const { ApprovalDescription: description, CustomerMetadataProperties: metadata } = version?.fields ?? {};
  return {
    sample: sample.name,
    arn,
    group: sample.group,
    version: version?.number ?? 0,
    approvalStatus: String(version?.fields.ModelApprovalStatus ?? "not registered"),
    description: typeof description === "string" ? description : undefined,
    verdict: isRecord(metadata) ? readVerdict(String(metadata[METADATA.uri]), world) : undefined,
    elapsed: version === undefined ? 0 : (version.modified.getTime() - version.created.getTime()) / 1000,
  };
}

/** The full result that the version's metadata point to. */
function readVerdict(uri: string, world: LocalWorld): VerdictRecord {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  const [stored] = world.s3.stored(bucket, key);
  if (stored === undefined || !("bytes" in stored.content))
    throw new Error(`${uri}: the version points to a result that isn't there`);
  return parseVerdictRecord(stored.content.bytes);
}
