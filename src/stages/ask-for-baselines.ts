import type { TakeOver } from "../contract/cut-over";
import { recordsOfGroup } from "../contract/names";
import { attemptsIn } from "../core/pending-version";
import type { ListedVersion, Overview, WriteOnceStore } from "../core/ports";
import { DECISIONS } from "../core/verdict";
import { chainOf, type RecordChain } from "../ledger/chain";
import { isBaseline } from "../ledger/decision-record";
import { whyNotBefore } from "./baseline";
import { inParallel } from "./in-parallel";
import { AT_ONCE } from "./known-versions";
import { recordsAt } from "./version-records";

export interface BaselinePorts {
  overview: Pick<Overview, "versions">;
  records: WriteOnceStore;
  /** Asks review to record how a version is. @param lastRecord SHA-256 of its last record; null where it has none */
  ask(version: ListedVersion, lastRecord: string | null): Promise<unknown>;
  /** Waits before the records are looked at once more. */
  pause(): Promise<void>;
}

/** A version that others decided on, and its records, whose signatures are still to be looked at. */
export interface VersionBefore {
  version: ListedVersion;
  chain: RecordChain | undefined;
}

/** Requests that are under way: what review does within half a minute or so. */
const MOST_UNDER_WAY = 100;

/**
 * The versions of a group that others decided on before this project did, in the order of their numbers.
 * @returns also how many aren't of those
 */
export async function versionsBefore(
  group: string,
  takeOver: TakeOver,
  { overview, records }: Pick<BaselinePorts, "overview" | "records">,
): Promise<{ before: VersionBefore[]; others: number }> {
  const listed: ListedVersion[] = [];
  for (const status of DECISIONS) listed.push(...(await overview.versions(group, status)));
  const found = listed.filter((version) => whyNotBefore(version, takeOver) === undefined);
  const attempts = attemptsIn(await records.keys(recordsOfGroup(group)));
  const before = await inParallel(found, AT_ONCE, async (version) => {
    const recorded = await recordsAt(version.id, attempts.get(version.id.version) ?? [], { records });
    return { version, chain: chainOf(recorded) };
  });
  before.sort((one, other) => one.version.id.version - other.version.id.version);
  return { before, others: listed.length - found.length };
}

/**
 * Asks for the baselines of these versions, a hundred at a time, and waits for each. Review makes one of each, however
 * often it is asked.
 * @param looks how often the records are looked at without a new one before nothing more is waited for
 * @param told how many have come, after each look
 * @returns those that have none then
 */
export async function askForBaselines(
  versions: readonly VersionBefore[],
  group: string,
  ports: BaselinePorts,
  looks: number,
  told: (recorded: number) => void,
): Promise<readonly VersionBefore[]> {
  const waiting = [...versions];
  let underWay: VersionBefore[] = [];
  for (let idle = 0; idle < looks; ) {
    const next = waiting.splice(0, MOST_UNDER_WAY - underWay.length);
    await inParallel(next, AT_ONCE, ({ version, chain }) => ports.ask(version, chain?.last.sha256 ?? null));
    underWay.push(...next);
    if (underWay.length === 0) return [];
    await ports.pause();
    const left = await withoutBaseline(underWay, group, ports);
    idle = left.length < underWay.length ? 0 : idle + 1;
    underWay = left;
    told(versions.length - waiting.length - underWay.length);
  }
  return [...underWay, ...waiting];
}

async function withoutBaseline(
  versions: readonly VersionBefore[],
  group: string,
  { records }: BaselinePorts,
): Promise<VersionBefore[]> {
  const attempts = attemptsIn(await records.keys(recordsOfGroup(group)));
  const left = await inParallel(versions, AT_ONCE, async (one) => {
    const { chain, version } = one;
    const fresh = attempts.get(version.id.version)?.filter((attempt) => attempt > (chain?.last.body.attempt ?? 0));
    const recorded = await recordsAt(version.id, fresh ?? [], { records });
    return recorded.some(({ body }) => isBaseline(body)) ? [] : [one];
  });
  return left.flat();
}
