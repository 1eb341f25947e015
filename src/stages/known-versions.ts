import type { ModelPackageId } from "../contract/arn";
import { type CutOvers, isBeforeCutOver } from "../contract/cut-over";
import { type Noted, notedKey, recordsOfGroup, startMarkersOfGroup } from "../contract/names";
import type { DecideOutputs } from "../contract/pipeline-parameters";
import { PENDING } from "../contract/registry-event";
import { canonical } from "../core/canonical";
import { attemptsIn } from "../core/pending-version";
import type {
  ListedVersion,
  ModelRegistry,
  Notices,
  Overview,
  StartQueue,
  WatchQueue,
  WriteOnceStore,
} from "../core/ports";
import type { Decision } from "../core/verdict";

export interface ReconcilePorts {
  overview: Overview;
  registry: Pick<ModelRegistry, "describe">;
  /** The verdict bucket: start markers, and what is noted of versions. */
  markers: WriteOnceStore;
  records: WriteOnceStore;
  queue: StartQueue;
  watchQueue: WatchQueue;
  /** Has decide do what a record says. */
  repair(modelPackageArn: string, attempt: number): Promise<DecideOutputs>;
  notices: Notices;
}

/** What one notice has room for. */
const MOST_SHOWN = 50;

/** The first of them for a notice, and how many more there are. */
export function inNotice(texts: readonly string[]): string {
  const more = texts.length - MOST_SHOWN;
  return `${texts.slice(0, MOST_SHOWN).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Versions under way at once. */
export const AT_ONCE = 8;

/** A group's versions, and what is known of them by keys. */
export interface Known {
  pending: readonly ListedVersion[];
  /** Approved and Rejected ones. */
  decided: readonly ListedVersion[];
  /** Attempts that are recorded and marked, in their order, by version. */
  records: ReadonlyMap<number, readonly number[]>;
  markers: ReadonlyMap<number, readonly number[]>;
  /** Keys of the group's start markers, those too that are of no attempt. */
  marked: ReadonlySet<string>;
  /** Keys of what is noted of versions of all groups. */
  noted: ReadonlySet<string>;
}

/**
 * Asks the lists of one group. What was registered before its cut-over isn't among them.
 * @param noted keys of all that is noted
 */
export async function knownOf(
  group: string,
  noted: ReadonlySet<string>,
  cutOvers: CutOvers,
  ports: ReconcilePorts,
): Promise<Known> {
  const { overview, markers, records } = ports;
  const governed = async (status: Decision) =>
    (await overview.versions(group, status)).filter(({ createdAt }) => !isBeforeCutOver(cutOvers, group, createdAt));
  const pending = await governed(PENDING);
  const decided = [...(await governed("Approved")), ...(await governed("Rejected"))];
  // After the versions: a record is written before its status, so each status that was listed has its record in this list.
  const marked = await markers.keys(startMarkersOfGroup(group));
  return {
    ...{ pending, decided },
    records: attemptsIn(await records.keys(recordsOfGroup(group))),
    markers: attemptsIn(marked),
    marked: new Set(marked),
    noted,
  };
}

/** Notes it, once. */
export async function note(
  what: Noted,
  { arn, group, version }: Pick<ModelPackageId, "arn" | "group" | "version">,
  { markers }: Pick<ReconcilePorts, "markers">,
): Promise<void> {
  const body = canonical({ schemaVersion: 1, modelPackageArn: arn });
  await markers.write(notedKey(what, group, version), body);
}
