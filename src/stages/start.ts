import { type ModelPackageId, parseModelPackageArn } from "../contract/arn";
import { type CutOvers, isBeforeCutOver } from "../contract/cut-over";
import type { EvidenceSource } from "../contract/evidence-uri";
import { startMarkerKey, toldMarkerKey } from "../contract/names";
import { NO_BUCKET, NO_RECORD } from "../contract/pipeline-parameters";
import { PENDING, type RegistryEvent, type StartAgain } from "../contract/registry-event";
import { canonical } from "../core/canonical";
import type {
  ApprovalPipeline,
  EvidenceStore,
  ModelPackage,
  ModelRegistry,
  Notices,
  StartQueue,
  WriteOnceStore,
} from "../core/ports";
import { sha256 } from "../core/verdict";
import { awaitedOf, firstEvidenceBucket, missingEvidence } from "./await-evidence";
import { tellOnce } from "./tell-once";

export interface StartPorts {
  registry: ModelRegistry;
  evidence: EvidenceStore;
  markers: WriteOnceStore;
  pipeline: ApprovalPipeline;
  queue: StartQueue;
  notices: Notices;
}

export interface StartSettings {
  /** The registry's own account and Region. */
  account: string;
  region: string;
  /** Model package group -> dev accounts that may register in it. */
  groups: Readonly<Record<string, readonly string[]>>;
  sources: readonly EvidenceSource[];
  /** Groups whose versions are served and asked before they are judged. */
  languageGroups: readonly string[];
  cutOvers: CutOvers;
  policyDigest: string;
  deadlineMinutes: number;
}

/** What start made of a message. */
export interface StartResult {
  effect: "started" | "waiting" | "ignored" | "refused" | "told";
  reason: string;
}

/** The attempt of a new version; further ones are for versions whose execution failed. */
const FIRST_ATTEMPT = 1;

/** Longest delay of an SQS message, in seconds. */
const LONGEST_DELAY = 900;

const ignored = (reason: string): StartResult => ({ effect: "ignored", reason });

/** Starts one execution for the version that an event names, once its evidence has arrived. */
export async function startFromEvent(
  event: RegistryEvent,
  ports: StartPorts,
  settings: StartSettings,
  now: Date,
): Promise<StartResult> {
  const id = parseModelPackageArn(event.modelPackageArn);
  if (id === undefined) return ignored("not a versioned model package");
  const { account, region } = settings;
  const foreign = [event, id].some((from) => from.account !== account || from.region !== region);
  if (foreign)
    return {
      effect: "refused",
      reason: `the event is of ${event.account} ${event.region} about ${id.account} ${id.region}, not of this registry`,
    };
  const { updatedFields } = event;
  if (updatedFields.length > 0 && !updatedFields.includes("ModelApprovalStatus")) {
    return ignored(`an update of ${updatedFields.join(", ")}, not of the approval status`);
  }
  return startVersion(id, { attempt: FIRST_ATTEMPT, waits: 0 }, ports, settings, now);
}

/** Goes on with a version that start waited for, or that the reconciler names. */
export async function startAgain(
  again: StartAgain,
  ports: StartPorts,
  settings: StartSettings,
  now: Date,
): Promise<StartResult> {
  const id = parseModelPackageArn(again.modelPackageArn);
  if (id === undefined) return ignored("not a versioned model package");
  return startVersion(id, again, ports, settings, now);
}

/** Which attempt, and how often it has waited; without that, whoever asked asks again. */
type Asked = Pick<StartAgain, "attempt" | "waits" | "judgesAgain">;

async function startVersion(
  id: ModelPackageId,
  asked: Asked,
  ports: StartPorts,
  settings: StartSettings,
  now: Date,
): Promise<StartResult> {
  const accounts = Object.hasOwn(settings.groups, id.group) ? settings.groups[id.group] : undefined;
  if (accounts === undefined) return ignored(`group ${id.group} isn't configured`);
  const version = await ports.registry.describe(id.arn);
  if (version === undefined) return ignored("the version no longer exists");
  const reason = whyIgnored(version, asked, settings);
  if (reason !== undefined) return ignored(reason);
  if (version.status === "Failed" || version.managedStorageType === "Restricted") return tell(version, ports);
  const sources = settings.sources.filter(({ account }) => accounts.includes(account));
  const marker = await ports.markers.read(startMarkerKey(id.group, id.version, asked.attempt));
  if (marker !== undefined) return resume(version, marker, sources, asked, ports);

  const missing = await missingEvidence(
    awaitedOf(version, settings.languageGroups.includes(id.group)),
    sources,
    ports.evidence,
  );
  const left = deadlineOf(version, settings).getTime() - now.getTime();
  if (missing.length > 0 && left > 0) {
    await waitFor(id, asked, left / 1000, ports.queue);
    return { effect: "waiting", reason: `${missing.length} report(s) haven't arrived: ${missing.join(", ")}` };
  }
  if (missing.length > 0) await tellDeadline(version, missing, ports.notices);
  return markAndStart(version, sources, asked, ports, settings);
}

/** Why nothing is done about a version as it is now; its event may be old. */
function whyIgnored(
  { id: { group }, status, approvalStatus, createdAt }: ModelPackage,
  { judgesAgain }: Asked,
  { cutOvers }: StartSettings,
): string | undefined {
  if (isBeforeCutOver(cutOvers, group, createdAt))
    return `it was registered before ${cutOvers[group]}, the cut-over of its group`;
  if (status !== "Completed" && status !== "Failed") return `its status is ${status}; another event follows`;
  if (judgesAgain !== undefined) return undefined;
  return approvalStatus === PENDING ? undefined : `it is ${approvalStatus} already`;
}

/** A version that no check can judge stays pending, and a person is told, once. */
async function tell({ id, status }: ModelPackage, { notices, markers }: StartPorts): Promise<StartResult> {
  const reason =
    status === "Failed"
      ? "its registration failed"
      : "it is a restricted model package: its artifacts can't be read, so no check can judge it";
  const subject = `A person must look at ${id.group} version ${id.version}`;
  const text = `${id.arn} isn't started: ${reason}. It stays ${PENDING}.`;
  const notice = { arn: id.arn, subject, text, more: { reason } };
  const isNews = await tellOnce(toldMarkerKey(id.group, id.version), notice, { notices, notes: markers });
  return isNews ? { effect: "told", reason } : ignored(`${reason}; a person was told before`);
}

const deadlineOf = ({ createdAt }: ModelPackage, { deadlineMinutes }: StartSettings): Date =>
  new Date(createdAt.getTime() + deadlineMinutes * 60_000);

/** Comes back after 5 s, then twice as long each time, up to what a queue can delay and to the time that is left. */
async function waitFor(
  { arn }: ModelPackageId,
  { waits, ...asked }: Asked,
  secondsLeft: number,
  queue: StartQueue,
): Promise<void> {
  if (waits === undefined) return;
  const delay = Math.min(LONGEST_DELAY, 5 * 2 ** Math.min(waits, 10), Math.max(1, Math.ceil(secondsLeft)));
  await queue.send({ modelPackageArn: arn, ...asked, waits: waits + 1 }, delay);
}

const tellDeadline = ({ id }: ModelPackage, missing: readonly string[], notices: Notices): Promise<void> =>
  notices.tell(
    `Evidence deadline reached: ${id.group} version ${id.version}`,
    `${id.arn} is judged without reports that haven't arrived: ${missing.join(", ")}`,
  );

async function markAndStart(
  version: ModelPackage,
  sources: readonly EvidenceSource[],
  asked: Asked,
  ports: StartPorts,
  settings: StartSettings,
): Promise<StartResult> {
  const { id } = version;
  const { attempt, judgesAgain } = asked;
  const body = canonical({
    ...{ schemaVersion: 1, modelPackageArn: id.arn, attempt, policyDigest: settings.policyDigest },
    ...(judgesAgain !== undefined && { judgesAgain }),
  });
  const key = startMarkerKey(id.group, id.version, attempt);
  if ((await ports.markers.write(key, body)) === "written") return start(version, sha256(body), sources, asked, ports);
  const marker = await ports.markers.read(key);
  if (marker === undefined) throw new Error(`start marker ${key} exists and can't be read`);
  return resume(version, marker, sources, asked, ports);
}

/** A marker is there: another call started the execution, is about to, or ended between the two. */
async function resume(
  version: ModelPackage,
  marker: Uint8Array,
  sources: readonly EvidenceSource[],
  asked: Asked,
  ports: StartPorts,
): Promise<StartResult> {
  const token = sha256(marker);
  if (await ports.pipeline.wasStarted(version.id.group, token, version.createdAt))
    return ignored("an execution was started for it already");
  return start(version, token, sources, asked, ports);
}

async function start(
  version: ModelPackage,
  token: string,
  sources: readonly EvidenceSource[],
  asked: Asked,
  ports: StartPorts,
): Promise<StartResult> {
  const { id } = version;
  const { attempt } = asked;
  const started = await ports.pipeline.start({
    token,
    displayName: `${id.group}-${id.version}-${attempt}`,
    description: `model package ${id.group}/${id.version}, attempt ${attempt}, start ${token}`,
    parameters: {
      ModelPackageGroupName: id.group,
      Bucket: firstEvidenceBucket(version, sources) ?? NO_BUCKET,
      ModelPackageArn: id.arn,
      Attempt: String(attempt),
      JudgesAgain: asked.judgesAgain ?? NO_RECORD,
    },
  });
  if (started === "started") return { effect: "started", reason: `start ${token}` };
  await waitFor(id, asked, LONGEST_DELAY, ports.queue);
  return { effect: "waiting", reason: "no execution slot is free" };
}
