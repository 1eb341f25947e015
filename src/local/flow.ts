import type { VerdictRecord } from "../core/verdict";
import { parseVerdictRecord } from "../core/verdict-record";
import { METADATA } from "../stages/apply-record";
import { brokenLinks } from "./broken-links";
import type { EvaluatedProgram } from "./evaluate-program";
import { createWorld, type LocalWorld } from "./stand-in/create-world";
import { isRecord } from "./stand-in/inputs";
import type { Note } from "./stand-in/trace";
import { promptAdministrator, type Registered, type Scene, sampleModels, tell } from "./story";

export interface FlowOptions {
  /** Order of what happens at once; the same seed gives the same run. */
  seed: number;
  /** What the teams do, if not all of the story. */
  scenes?: readonly Scene[];
  listener?(note: Note): void;
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
}

const BEGIN = new Date("2026-11-20T10:00:00Z");

/**
 * Runs the sample teams' story in a world made of the declared resources: everything after a PUT and a registration
 * happens because the resources say so.
 */
export async function runFlow(program: EvaluatedProgram, options: FlowOptions): Promise<FlowResult> {
  let world: LocalWorld;
  try {
    world = createWorld(program.resources, {
      ...options,
      start: BEGIN,
      images: program.images,
      models: sampleModels(),
      existingRoles: [...program.existingRoles, promptAdministrator(program.governance)],
    });
  } catch (error) {
    return { versions: [], broken: [messageOf(error)], notes: [] };
  }
  try {
    const told = tell(world, program, options.scenes);
    const failure = await world.run().then(
      () => [],
      (error: unknown) => [messageOf(error)],
    );
    const versions = told.map((registered) => outcomeOf(registered, world));
    return { versions, broken: [...failure, ...brokenLinks(world, told, program)], notes: world.notes };
  } finally {
    world.close();
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
