import path from "node:path";
import { modelPackageGroupArn, promptBucketName, promptSetKey } from "../contract/names";
import type { EvaluatedProgram } from "./evaluate-program";
import { samplePromptSets } from "./language/datasets";
import { sampleModel } from "./language/models";
import { readSample, type SampleVersion } from "./sample-versions";
import type { LocalWorld } from "./stand-in/create-world";
import { isRecord, listOf } from "./stand-in/inputs";
import type { ModelServer } from "./stand-in/sagemaker/endpoints";

/** Something a team does in the story. */
export interface Scene {
  sample: string;
  /** It is a language model, which is asked before it is judged. */
  language?: boolean;
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
  { sample: "careful-assistant", registered: 300, language: true },
  { sample: "reciting-assistant", registered: 320, language: true },
];

/** Role of whoever keeps the prompt sets; the program doesn't make it. */
export const promptAdministrator = ({ partition, account }: EvaluatedProgram["governance"]): string =>
  `arn:${partition}:iam::${account}:role/ml-governance-admin`;

/** A version that a team registered in the story. */
export interface Registered {
  sample: SampleVersion;
  /** Empty until it is registered. */
  arn: string;
}

const samples = path.join(__dirname, "..", "..", "samples");
export const SAMPLE_VERSIONS = path.join(samples, "versions");
const LANGUAGE_MODELS = path.join(samples, "language-models");
/** Stack files of the sample accounts, governance's first. */
export const SAMPLE_STACKS = ["governance", "dev-credit", "dev-payments"].map((name) =>
  path.join(samples, "stacks", `${name}.yaml`),
);

/** What runs in the containers of the sample language models. */
export const sampleModels = (): ReadonlyMap<string, ModelServer> =>
  new Map(
    SCENES.filter(({ language }) => language).flatMap(({ sample }) => {
      const image = imageOf(readSample(LANGUAGE_MODELS, sample));
      return image === undefined ? [] : [[image, sampleModel] as const];
    }),
  );

function imageOf({ described: { InferenceSpecification } }: SampleVersion): string | undefined {
  const [container] = isRecord(InferenceSpecification) ? listOf(InferenceSpecification.Containers) : [];
  return isRecord(container) ? String(container.Image) : undefined;
}

/** Schedules what the teams do; nothing happens until the world runs. */
export function tell(world: LocalWorld, program: EvaluatedProgram, scenes: readonly Scene[] = SCENES): Registered[] {
  if (scenes.some(({ language }) => language)) world.clock.after(0, () => uploadPrompts(world, program));
  return scenes.map((scene) => {
    const folder = scene.language ? LANGUAGE_MODELS : SAMPLE_VERSIONS;
    const registered: Registered = { sample: readSample(folder, scene.sample), arn: "" };
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

/** Whoever administers governance puts the prompt sets into their bucket, once. */
async function uploadPrompts(world: LocalWorld, { governance }: EvaluatedProgram): Promise<void> {
  const Bucket = promptBucketName(governance.prefix, governance);
  for (const [name, files] of samplePromptSets()) {
    for (const [file, Body] of files) {
      const put = { Bucket, Key: promptSetKey(name, file), Body };
      await world.call(promptAdministrator(governance), governance.region, "s3", "PutObject", put);
    }
  }
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
export function teamOf({ group }: SampleVersion, { governance, existingRoles }: EvaluatedProgram): string {
  const account = governance.groups.find(({ name }) => name === group)?.accounts[0];
  const role = existingRoles.find((arn) => arn.includes(`:${account}:`));
  if (role === undefined) throw new Error(`group ${group}: no registering role in the sample stacks`);
  return role;
}
