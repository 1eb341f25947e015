import path from "node:path";
import { modelPackageGroupArn } from "../contract/names";
import type { EvaluatedProgram } from "./evaluate-program";
import { readSample, type SampleVersion } from "./sample-versions";
import type { LocalWorld } from "./stand-in/create-world";
import { isRecord } from "./stand-in/inputs";

/** Something a team does in the story. */
export interface Scene {
  sample: string;
  /** Seconds after the story's begin at which the version is registered; reports are written just before. */
  registered: number;
  /** Seconds after registration at which a report is written whose key ends so. */
  late?: { report: string; after: number };
  /** The registry's event is sent twice. */
  eventTwice?: boolean;
}

/** What the sample teams do. */
export const SCENES: readonly Scene[] = [
  { sample: "all-in-order", registered: 0, eventTwice: true },
  { sample: "biased-by-age", registered: 60 },
  { sample: "report-arrives-late", registered: 120, late: { report: "bias/analysis.json", after: 400 } },
  { sample: "registered-together", registered: 120 },
  { sample: "fraud-in-order", registered: 180 },
  { sample: "auc-not-a-number", registered: 200 },
  { sample: "no-bias-report", registered: 240 },
];

/** A version that a team registered in the story. */
export interface Registered {
  sample: SampleVersion;
  /** Empty until it is registered. */
  arn: string;
}

const samples = path.join(__dirname, "..", "..", "samples");
export const SAMPLE_VERSIONS = path.join(samples, "versions");
/** Stack files of the sample accounts, governance's first. */
export const SAMPLE_STACKS = ["governance", "dev-credit", "dev-payments"].map((name) =>
  path.join(samples, "stacks", `${name}.yaml`),
);

/** Schedules what the teams do; nothing happens until the world runs. */
export function tell(world: LocalWorld, program: EvaluatedProgram, scenes: readonly Scene[] = SCENES): Registered[] {
  return scenes.map((scene) => {
    const registered: Registered = { sample: readSample(SAMPLE_VERSIONS, scene.sample), arn: "" };
    world.clock.after(scene.registered * 1000, () => play(scene, registered, world, program));
    return registered;
  });
}

async function play(scene: Scene, registered: Registered, world: LocalWorld, program: EvaluatedProgram): Promise<void> {
  const { sample } = registered;
  const team = teamOf(sample, program);
  const put = (reports: SampleVersion["reports"]) =>
    Promise.all(reports.map((report) => write(world, program, team, report)));
  const isLate = ({ key }: { key: string }) => scene.late !== undefined && key.endsWith(scene.late.report);
  await put(sample.reports.filter((report) => !isLate(report)));
  if (scene.late)
    world.clock.limit(scene.late.after * 1000, async () => void (await put(sample.reports.filter(isLate))));
  const { InferenceSpecification, ModelMetrics } = sample.described;
  const answer = await world.call(team, program.governance.region, "sagemaker", "CreateModelPackage", {
    ModelPackageGroupName: modelPackageGroupArn(program.governance, sample.group),
    ModelApprovalStatus: "PendingManualApproval",
    InferenceSpecification,
    ModelMetrics,
  });
  registered.arn = isRecord(answer) ? String(answer.ModelPackageArn) : "";
  if (scene.eventTwice) world.sageMaker.announceAgain(registered.arn);
}

const write = (
  world: LocalWorld,
  { governance }: EvaluatedProgram,
  team: string,
  report: SampleVersion["reports"][number],
) =>
  world.call(team, governance.region, "s3", "PutObject", {
    Bucket: report.bucket,
    Key: report.key,
    Body: report.bytes,
  });

/** The role that registers versions of the sample's group. */
function teamOf({ group }: SampleVersion, { governance, existingRoles }: EvaluatedProgram): string {
  const account = governance.groups.find(({ name }) => name === group)?.accounts[0];
  const role = existingRoles.find((arn) => arn.includes(`:${account}:`));
  if (role === undefined) throw new Error(`group ${group}: no registering role in the sample stacks`);
  return role;
}
