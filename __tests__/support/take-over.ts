import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { type EvaluatedProgram, evaluateProgram } from "../../src/local/evaluate-program";
import { readLedger } from "../../src/local/ledger";
import { BEGIN, runUntil, simulatedWorld } from "../../src/local/simulation/run";
import { tellPlan } from "../../src/local/simulation/tell-plan";
import { SAMPLE_STACKS } from "../../src/local/story";

/** The group that was in use before. */
const GROUP = "credit-risk";
const MINUTE = 60_000;

/** So many minutes after the story's begin, as a configuration has it. */
export const cutOverAt = (minutes: number): string =>
  new Date(BEGIN.getTime() + minutes * MINUTE).toISOString().replace(".000Z", "Z");

/**
 * The sample program that takes over a group which others made, with the policy that `addToGroupPolicies` asks for.
 * @param whole the program that makes the group itself
 */
export async function takingOver(
  whole: EvaluatedProgram,
  group: Readonly<Record<string, unknown>>,
): Promise<EvaluatedProgram> {
  const folder = mkdtempSync(path.join(tmpdir(), "take-over-"));
  try {
    const [governance = "", ...dev] = SAMPLE_STACKS;
    const { config } = parse(readFileSync(governance, "utf8")) as { config: Record<string, unknown> };
    const groups = (config["governance:groups"] as { name: string }[]).map((one) =>
      one.name === GROUP ? { ...one, existing: true, ...group } : one,
    );
    const file = path.join(folder, "governance.yaml");
    writeFileSync(file, stringify({ config: { ...config, "governance:groups": groups } }));
    const program = await evaluateProgram([file, ...dev]);
    const made = whole.resources.filter(
      ({ type, name }) => name === GROUP && /:ModelPackageGroup(Policy)?$/.test(type),
    );
    return { ...program, resources: [...made, ...program.resources] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What came of the versions of a registry that was taken over. */
export interface TakenOver {
  /** Statuses of the versions before, in the order of their registration, as people left them. */
  before: string[];
  /** Of one that was registered an hour after the story's begin. */
  after: string;
  /** Calls of functions, by operation. */
  calls(operation: string): number;
  /** Decisions of the records there are. */
  recorded: { decision: string; binding: boolean }[];
  notices: string[];
  failure: string | undefined;
}

/** All reports of the sample. */
export const ALL_REPORTS = [0, 1, 2, 3, 4];

/** A third each is approved, rejected and never decided by people. */
const PEOPLE = [
  { person: { status: "Approved", seconds: 900 } },
  { person: { status: "Rejected", seconds: 900 } },
  {},
] as const;

/** What became of those by people's hand alone. */
export const leftAsTheyWere = (versions: number): string[] =>
  Array.from({ length: versions }, (_, at) => ["Approved", "Rejected", "PendingManualApproval"][at % 3] ?? "");

/**
 * Registers so many versions in ten minutes, one more an hour after, and runs for four hours.
 * @param missing reports of the many that are never written
 */
export async function takeOver(
  program: EvaluatedProgram,
  versions: number,
  missing: readonly number[] = [],
): Promise<TakenOver> {
  const operations = new Map<string, number>();
  const world = simulatedWorld(program, 1, {
    afterCall: (_, { operation }) => void operations.set(operation, (operations.get(operation) ?? 0) + 1),
  });
  const registrations = Array.from({ length: versions }, (_, at) => ({
    ...{ sample: "all-in-order", at: (at / versions) * 600, missing },
    ...PEOPLE[at % 3],
  }));
  const told = tellPlan(world, program, {
    registrations: [...registrations, { sample: "all-in-order", at: 3600 }],
  });
  const failure = await runUntil(world, (hours) => hours >= 4);
  const statuses = new Map(
    world.sageMaker.versions().map(({ arn, fields }) => [arn, String(fields.ModelApprovalStatus)]),
  );
  const ended = told.map(({ arn }) => statuses.get(arn) ?? "isn't there");
  return {
    ...{ before: ended.slice(0, -1), after: ended.at(-1) ?? "", failure },
    calls: (operation) => operations.get(operation) ?? 0,
    recorded: readLedger(world, program).records.map(({ document: { body } }) => ({
      ...{ decision: body.decision, binding: body.binding },
    })),
    notices: [...world.notices().values()].flat().map(({ subject }) => subject ?? ""),
  };
}
