import canonicalize from "canonicalize";
import type { ModelPackageId } from "../contract/arn";
import {
  reconcileToldKey,
  recordKey,
  recordsOfGroup,
  startMarkerKey,
  startMarkersOfGroup,
  toldMarkerKey,
  waitsForPersonKey,
} from "../contract/names";
import { PENDING, type StartAgain } from "../contract/registry-event";
import type { ListedExecution, ListedVersion, Notices, Overview, StartQueue, WriteOnceStore } from "../core/ports";
import { type Decision, sha256 } from "../core/verdict";
import { readDecisionRecord } from "../ledger/decision-record";
import { Attempts } from "./attempts";
import { type NextStep, nextStep, type Patience, type PendingVersion } from "./next-step";

/** A write-once store whose keys can be listed. */
export interface ListedStore extends WriteOnceStore {
  /** Keys that begin so. */
  keys(beginning: string): Promise<readonly string[]>;
}

export interface ReconcilePorts {
  overview: Overview;
  /** The verdict bucket: start markers, and what the reconciler has told. */
  markers: ListedStore;
  records: ListedStore;
  queue: StartQueue;
  /** Has decide set the status that a record says. */
  repair(modelPackageArn: string, attempt: number): Promise<void>;
  notices: Notices;
}

export interface ReconcileSettings {
  groups: readonly string[];
  /** Patience with a group's versions. */
  patience(group: string): Patience;
}

/** What was done, by version: `start 2`, `repair 1`. */
export type Reconciled = Readonly<Record<string, string>>;

/**
 * Looks at every version and does what an event, a call or an execution that got lost has left undone. It sets no status
 * itself and may run at any time, several at once too. What fails for one version keeps no other waiting.
 * @throws AggregateError in the end, of all that failed
 */
export async function reconcile(
  ports: ReconcilePorts,
  { groups, patience }: ReconcileSettings,
  now: Date,
): Promise<Reconciled> {
  const attempts = new Attempts();
  const done: Record<string, string> = {};
  for (const group of groups) {
    await attempts.of(async () => {
      const known = await knownOf(group, ports);
      for (const pending of await pendingVersions(group, known, ports, attempts)) {
        const step = nextStep(pending, patience(group), now);
        if (step.kind === "nothing") continue;
        await attempts.of(() => take(step, pending.version.id, ports));
        done[`${group}/${pending.version.id.version}`] = "attempt" in step ? `${step.kind} ${step.attempt}` : step.kind;
      }
      await tellUnrecorded(group, known, ports);
    });
  }
  attempts.end();
  return done;
}

/** Attempts of a group's versions that are marked and recorded, in their order, by version. */
interface Known {
  records: ReadonlyMap<number, readonly number[]>;
  markers: ReadonlyMap<number, readonly number[]>;
  /** Keys of markers, those too that are of no attempt. */
  keys: ReadonlySet<string>;
}

async function knownOf(group: string, { records, markers }: ReconcilePorts): Promise<Known> {
  const keys = await markers.keys(startMarkersOfGroup(group));
  return {
    records: attemptsIn(await records.keys(recordsOfGroup(group))),
    markers: attemptsIn(keys),
    keys: new Set(keys),
  };
}

/** Of keys that end in `<version>/<attempt>.json`. */
function attemptsIn(keys: readonly string[]): Map<number, number[]> {
  const attempts = new Map<number, number[]>();
  for (const key of keys) {
    const [, version, attempt] = /\/(\d+)\/(\d+)\.json$/.exec(key) ?? [];
    if (version === undefined || attempt === undefined) continue;
    const before = attempts.get(Number(version)) ?? [];
    attempts.set(
      Number(version),
      [...before, Number(attempt)].sort((one, other) => one - other),
    );
  }
  return attempts;
}

async function pendingVersions(
  group: string,
  known: Known,
  ports: ReconcilePorts,
  attempts: Attempts,
): Promise<PendingVersion[]> {
  const listed = await ports.overview.versions(group, PENDING);
  const started = listed.filter(({ id }) => known.markers.has(id.version) && !known.records.has(id.version));
  const since = new Date(Math.min(...started.map(({ createdAt }) => createdAt.getTime())));
  const executions = started.length === 0 ? [] : await ports.overview.executions(group, since);
  const pending: PendingVersion[] = [];
  for (const version of listed) {
    const one = await attempts.of(() => factsOf(version, known, executions, ports));
    if (one !== undefined) pending.push(one);
  }
  return pending;
}

async function factsOf(
  version: ListedVersion,
  known: Known,
  executions: readonly ListedExecution[],
  ports: ReconcilePorts,
): Promise<PendingVersion> {
  const { id } = version;
  const recorded = new Map<number, Decision>();
  for (const attempt of known.records.get(id.version) ?? [])
    recorded.set(attempt, await decisionOf(id, attempt, ports));
  const attempt = known.markers.get(id.version)?.at(-1) ?? 0;
  const told = known.keys.has(toldMarkerKey(id.group, id.version));
  if (recorded.size > 0 || attempt === 0) return { version, recorded, attempt, waitsForPerson: told };
  const execution = await executionOf(id, attempt, executions, ports);
  return {
    ...{ version, recorded, attempt },
    ...(execution && { execution }),
    waitsForPerson: told || (execution !== undefined && (await asksPerson(execution, ports))),
  };
}

/** As the record says; decide looks at its signature before anything comes of it. */
async function decisionOf(id: ModelPackageId, attempt: number, { records }: ReconcilePorts): Promise<Decision> {
  const key = recordKey(id.group, id.version, attempt);
  const bytes = await records.read(key);
  if (bytes === undefined) throw new Error(`${key} is listed and can't be read`);
  return readDecisionRecord(bytes, key).body.decision;
}

async function executionOf(
  id: ModelPackageId,
  attempt: number,
  executions: readonly ListedExecution[],
  { markers, overview }: ReconcilePorts,
): Promise<PendingVersion["execution"]> {
  const key = startMarkerKey(id.group, id.version, attempt);
  const marker = await markers.read(key);
  if (marker === undefined) throw new Error(`${key} is listed and can't be read`);
  const token = sha256(marker);
  const found = executions.find(({ description }) => description.includes(token));
  if (found === undefined) return undefined;
  const endedAt = await overview.endOf(found.arn);
  return { ...found, ...(endedAt && { endedAt }) };
}

const asksPerson = async ({ arn }: ListedExecution, { markers }: ReconcilePorts): Promise<boolean> =>
  (await markers.read(waitsForPersonKey(arn.slice(arn.lastIndexOf("/") + 1)))) !== undefined;

async function take(step: NextStep, id: ModelPackageId, ports: ReconcilePorts): Promise<void> {
  switch (step.kind) {
    case "nothing":
      return;
    case "start": {
      const again: StartAgain = { modelPackageArn: id.arn, attempt: step.attempt };
      return ports.queue.send(again, 0);
    }
    case "repair":
      return ports.repair(id.arn, step.attempt);
    case "stop":
      return ports.overview.stop(step.executionArn);
    case "give-up":
      return tellOnce(
        [id],
        "gave-up",
        `A person must look at ${id.group} version ${id.version}`,
        (arns) =>
          `${arns}: ${step.attempts} executions ended without a decision. It stays ${PENDING}; mend what made them fail, then start it again.`,
        ports,
      );
  }
}

/** Versions that are decided, and no record says by what. */
async function tellUnrecorded(group: string, known: Known, ports: ReconcilePorts): Promise<void> {
  const unrecorded: ModelPackageId[] = [];
  for (const status of ["Approved", "Rejected"] as const) {
    const versions = await ports.overview.versions(group, status);
    unrecorded.push(...versions.map(({ id }) => id).filter(({ version }) => !known.records.has(version)));
  }
  await tellOnce(
    unrecorded,
    "unrecorded",
    `Decided without a record: versions of ${group}`,
    (arns) => `Their status was set by something else than the decide step, and no record says why: ${arns}`,
    ports,
  );
}

/** Tells of those that nobody was told of yet. Whoever is told twice is told by a run that broke off. */
async function tellOnce(
  ids: readonly ModelPackageId[],
  what: string,
  subject: string,
  textOf: (arns: string) => string,
  { markers, notices }: ReconcilePorts,
): Promise<void> {
  const untold: ModelPackageId[] = [];
  for (const id of ids) {
    if ((await markers.read(reconcileToldKey(what, id.group, id.version))) === undefined) untold.push(id);
  }
  if (untold.length === 0) return;
  const shown = untold.slice(0, MOST_SHOWN).map(({ arn }) => arn);
  const more = untold.length - shown.length;
  await notices.tell(subject, textOf(`${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`));
  for (const { arn, group, version } of untold) {
    await markers.write(
      reconcileToldKey(what, group, version),
      canonicalize({ schemaVersion: 1, modelPackageArn: arn }) ?? "",
    );
  }
}

/** ARNs in one notice. */
const MOST_SHOWN = 50;
