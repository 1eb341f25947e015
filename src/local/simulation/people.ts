import { PENDING } from "../../contract/registry-event";
import { METADATA } from "../../stages/apply-record";
import type { EvaluatedProgram } from "../evaluate-program";
import type { LocalWorld } from "../stand-in/create-world";
import { isRecord } from "../stand-in/inputs";
import type { Version } from "../stand-in/sagemaker/version";
import { promptAdministrator } from "../story";
import { wasTold } from "./notices";
import type { Registration } from "./plan";
import type { Told } from "./tell-plan";

/** Where people act. */
interface Stage {
  world: LocalWorld;
  program: EvaluatedProgram;
}

const versionOf = ({ arn }: Told, { world }: Stage): Version | undefined =>
  world.sageMaker.versions().find((one) => one.arn === arn);

/** As in SageMaker's console, by a role of the registry's account: the teams' roles may not. */
const update = (
  { arn: ModelPackageArn }: Told,
  fields: Readonly<Record<string, unknown>>,
  { world, program: { governance } }: Stage,
): Promise<unknown> =>
  world.call(promptAdministrator(governance), governance.region, "sagemaker", "UpdateModelPackage", {
    ModelPackageArn,
    ...fields,
  });

/** Sets the status of a pending version; one that is decided already is left as it is. */
export async function decideAsPerson(told: Told, status: string, stage: Stage): Promise<void> {
  if (versionOf(told, stage)?.fields.ModelApprovalStatus !== PENDING) return;
  await update(told, { ModelApprovalStatus: status }, stage);
  told.person = { status, onRecord: false };
}

/** Changes what a pending version is; nothing of it is judged. */
export async function changeVersion(told: Told, stage: Stage): Promise<void> {
  if (versionOf(told, stage)?.fields.ModelApprovalStatus !== PENDING) return;
  await update(told, { SourceUri: "https://example.com/another-commit" }, stage);
}

/** A person looks so often, and then no more: whatever they do must come to its end within the run. */
export const LOOKS = { everySeconds: 30, times: 200 } as const;

/** Waits until a version's record is done, and sets its status otherwise a while later. */
export function lookUntilDone(
  told: Told,
  revised: NonNullable<Registration["revised"]>,
  { everySeconds, times }: { everySeconds: number; times: number },
  stage: Stage,
): void {
  const { clock } = stage.world;
  if (isDone(told, stage)) clock.limit(revised.seconds * 1000, () => revise(told, revised.to, stage));
  else if (times > 0)
    clock.limit(everySeconds * 1000, () => lookUntilDone(told, revised, { everySeconds, times: times - 1 }, stage));
}

/** Its status is set with the way to the record, or its record left it to a person. */
function isDone(told: Told, stage: Stage): boolean {
  const metadata = versionOf(told, stage)?.fields.CustomerMetadataProperties;
  const isSet = isRecord(metadata) && metadata[METADATA.record] !== undefined;
  return isSet || wasTold(stage.world, told.arn, /^A person must decide/);
}

async function revise(told: Told, to: "other" | "pending", stage: Stage): Promise<void> {
  const before = versionOf(told, stage)?.fields.ModelApprovalStatus;
  const status = to === "pending" ? PENDING : before === "Approved" ? "Rejected" : "Approved";
  await update(told, { ModelApprovalStatus: status }, stage);
  told.person = { status, onRecord: true };
}
