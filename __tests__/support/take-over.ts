import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { ListModelPackagesCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { parse, stringify } from "yaml";
import { portsFor } from "../../src/cli/people/baseline";
import { parseModelPackageArn } from "../../src/contract/arn";
import { parseReviewSettings } from "../../src/contract/review-settings";
import { type DecisionRecord, isBaseline } from "../../src/ledger/decision-record";
import { verifyLedger } from "../../src/ledger/verify/ledger";
import { type EvaluatedProgram, evaluateProgram } from "../../src/local/evaluate-program";
import { ledgerKeys, readLedger, recordBucketCopy } from "../../src/local/ledger";
import { BEGIN, runUntil, simulatedWorld } from "../../src/local/simulation/run";
import { tellPlan } from "../../src/local/simulation/tell-plan";
import type { LocalWorld } from "../../src/local/stand-in/create-world";
import { SAMPLE_STACKS } from "../../src/local/story";
import { askForBaselines, versionsBefore } from "../../src/stages/ask-for-baselines";

/** The group that was in use before. */
const GROUP = "credit-risk";
const REVIEWER = "arn:aws:iam::444455556666:role/mg-reviewer-us-east-1";
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
      one.name === GROUP ? { ...one, team: [], existing: true, ...group } : { ...one, team: [] },
    );
    const file = path.join(folder, "governance.yaml");
    const reviewers = { users: ["arn:aws:iam::444455556666:user/bob"] };
    const changed = { ...config, "governance:groups": groups, "governance:reviewers": reviewers };
    writeFileSync(file, stringify({ config: changed }));
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
  /** Decisions of the records there are, but for baselines. */
  recorded: { decision: string; binding: boolean }[];
  /** Of the baselines, in the order of versions. */
  baselines: string[];
  /** How many were asked for, in each of the two times. */
  asked: number[];
  notices: string[];
  failure: string | undefined;
  world: LocalWorld;
}

const versionOf = ({ modelPackageArn }: DecisionRecord): number =>
  parseModelPackageArn(modelPackageArn)?.version ?? Number.NaN;

/**
 * Verifies all that the record bucket holds as an auditor does with a copy, at the end of the run.
 * @throws BrokenLink for the first that doesn't hold
 */
export function verifiedLedger(world: LocalWorld, program: EvaluatedProgram) {
  const { bucket } = readLedger(world, program);
  return verifyLedger(recordBucketCopy(world, bucket), { ...ledgerKeys(world, program), now: world.clock.now() });
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

/** The clients of a person's commands, which the stand-in answers in place of AWS. */
const clients = { s3: mockClient(S3Client), sqs: mockClient(SQSClient), sagemaker: mockClient(SageMakerClient) };

/** As `governance baseline --write` by bob. @returns how many it asked for */
async function baseline(world: LocalWorld, program: EvaluatedProgram): Promise<number> {
  const { region } = program.governance;
  const settings = parseReviewSettings(program.outputs.get("governance"));
  const as = (service: string, operation: string) => (input: Readonly<Record<string, unknown>>) =>
    world.call(REVIEWER, region, service, operation, input, "bob");
  clients.s3.on(ListObjectsV2Command).callsFake(as("s3", "ListObjectsV2"));
  clients.s3.on(GetObjectCommand).callsFake(as("s3", "GetObject"));
  clients.sqs.on(SendMessageCommand).callsFake(as("sqs", "SendMessage"));
  clients.sagemaker.on(ListModelPackagesCommand).callsFake(as("sagemaker", "ListModelPackages"));
  const ports = portsFor(settings, "taken over", () => world.clock.sleep(2000));
  const { before } = await versionsBefore(GROUP, settings, ports);
  const missing = before.filter(({ chain }) => chain?.inForce === undefined);
  const left = await askForBaselines(missing, GROUP, ports, 150, () => {});
  if (left.length > 0) throw new Error(`${left.length} versions have no baseline`);
  return missing.length;
}

/**
 * Registers so many versions in ten minutes, one more an hour after, and runs for four hours; with `baselines` these are
 * asked for after two hours and once more after three.
 * @param missing reports of the many that are never written
 */
export async function takeOver(
  program: EvaluatedProgram,
  versions: number,
  { baselines = false, missing = [] }: { baselines?: boolean; missing?: readonly number[] } = {},
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
  const asked: number[] = [];
  for (const hours of baselines ? [2, 3] : [])
    world.clock.limit(hours * 60 * MINUTE, async () => void asked.push(await baseline(world, program)));
  const failure = await runUntil(world, (hours) => hours >= 4);
  const statuses = new Map(
    world.sageMaker.versions().map(({ arn, fields }) => [arn, String(fields.ModelApprovalStatus)]),
  );
  const ended = told.map(({ arn }) => statuses.get(arn) ?? "isn't there");
  const records = readLedger(world, program).records.map(({ document }) => document.body);
  return {
    ...{ before: ended.slice(0, -1), after: ended.at(-1) ?? "", failure },
    calls: (operation) => operations.get(operation) ?? 0,
    recorded: records.filter((body) => !isBaseline(body)).map(({ decision, binding }) => ({ decision, binding })),
    baselines: records
      .filter(isBaseline)
      .sort((one, other) => versionOf(one) - versionOf(other))
      .map(({ decision }) => decision),
    ...{ asked, world },
    notices: [...world.notices().values()].flat().map(({ subject }) => subject ?? ""),
  };
}
