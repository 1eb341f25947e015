import { type ModelPackageId, parseModelPackageArn } from "../contract/arn";
import { type CutOvers, isBeforeCutOver } from "../contract/cut-over";
import { notedKey } from "../contract/names";
import type { RegistryEvent } from "../contract/registry-event";
import { LONGEST_REASON } from "../contract/revocation-request";
import type { ModelPackage, ModelRegistry, Notices, RevocationQueue, WriteOnceStore } from "../core/ports";
import { subjectOf, whatIsWrong } from "./as-recorded";
import { note } from "./known-versions";
import { tellOnce } from "./tell-once";
import { chainOfVersion, type RecordPorts } from "./version-records";

export interface WatchPorts extends RecordPorts {
  registry: Pick<ModelRegistry, "describe">;
  notices: Notices;
  /** The verdict bucket, where it is noted what people were told. */
  markers: WriteOnceStore;
  revocations: RevocationQueue;
}

export interface WatchSettings {
  account: string;
  region: string;
  groups: Readonly<Record<string, readonly string[]>>;
  /** Groups whose versions' status others set. */
  observedGroups: readonly string[];
  cutOvers: CutOvers;
  /** Whether people decide on record, and nobody by hand. */
  peopleOnRecord: boolean;
  /** Whether an approval that isn't as recorded is taken back. */
  revokes: boolean;
}

export interface Watched {
  effect: "as recorded" | "under way" | "told" | "told before" | "ignored" | "refused" | "gone";
  reason: string;
}

/**
 * Looks at a version whose status is decided, as it is now, and compares it with its records. What isn't as recorded is
 * told, once, and an approval taken back where that is configured.
 * @throws LedgerError for a record that no key of ours signed, and what is a fault of ours
 */
export async function watch(
  event: RegistryEvent,
  ports: WatchPorts,
  settings: WatchSettings,
  now: Date,
): Promise<Watched> {
  const id = parseModelPackageArn(event.modelPackageArn);
  if (id === undefined) return { effect: "ignored", reason: "not a versioned model package" };
  const { account, region } = settings;
  if ([event, id].some((from) => from.account !== account || from.region !== region))
    return { effect: "refused", reason: `the event is of ${event.account} ${event.region}, not of this registry` };
  if (!Object.hasOwn(settings.groups, id.group))
    return { effect: "ignored", reason: `group ${id.group} isn't configured` };
  if (settings.observedGroups.includes(id.group)) return { effect: "ignored", reason: "its group is observed" };
  const version = await ports.registry.describe(id.arn);
  if (version === undefined) return { effect: "gone", reason: "the version no longer exists" };
  if (isBeforeCutOver(settings.cutOvers, id.group, version.createdAt))
    return { effect: "ignored", reason: "it was registered before the cut-over of its group" };
  // After the version: a record is written before its status, so a status that was seen has its record here.
  const chain = await chainOfVersion(id, ports);
  const compared = whatIsWrong(version, chain, {
    records: chain?.records.length ?? 0,
    ...{ peopleOnRecord: settings.peopleOnRecord, now },
  });
  if (compared.is !== "wrong") return { effect: compared.is, reason: `it is ${version.approvalStatus}` };
  const { noted, what, unless } = compared;
  if (unless !== undefined && (await ports.markers.read(notedKey(unless, id.group, id.version))) !== undefined)
    return { effect: "as recorded", reason: `it is ${version.approvalStatus}` };
  const revokes = settings.revokes && version.approvalStatus === "Approved";
  if (revokes) {
    const reason = `${what}.`.slice(0, LONGEST_REASON);
    await ports.revocations.send({ modelPackageArn: id.arn, reason, lastRecord: chain?.last.sha256 ?? null });
  }
  const notice = {
    arn: id.arn,
    subject: `${subjectOf(noted)}: ${id.group} version ${id.version}`,
    text: `${id.arn}: ${what}. ${whoChanged(version)}${revokes ? "Its revocation is asked for, which sets it to Rejected." : HAND}`,
  };
  const noting = { notices: ports.notices, notes: ports.markers };
  const set = setKey(event, id);
  const isNews = await tellOnce(set ?? notedKey(noted, id.group, id.version), notice, noting);
  // The reconciler needs not tell of it too.
  if (set !== undefined) await note(noted, id, ports);
  return { effect: isNews ? "told" : "told before", reason: what };
}

/** Key of the note that this very setting of its status was told of: set back by hand and set again, it is news. */
const setKey = (
  { updatedFields, id: eventId }: RegistryEvent,
  { group, version }: ModelPackageId,
): string | undefined =>
  updatedFields.includes("ModelApprovalStatus") && eventId !== undefined
    ? notedKey(`set-${eventId}`, group, version)
    : undefined;

const HAND = "Nothing sets it back by itself; where it mustn't be served, revoke it (governance revoke).";

const whoChanged = ({ lastModifiedBy }: ModelPackage): string =>
  lastModifiedBy === undefined ? "" : `The last change was by ${lastModifiedBy}. `;
