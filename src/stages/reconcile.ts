import type { ModelPackageId } from "../contract/arn";
import type { CutOvers } from "../contract/cut-over";
import { NOTED_PREFIX, type Noted, notedKey, startMarkerKey } from "../contract/names";
import { CHANGED_SINCE, LEFT_FOR_REVIEW, RECORDED_ONLY, SET_BACK } from "../contract/pipeline-parameters";
import { PENDING, type StartAgain } from "../contract/registry-event";
import { askedKey, executionOf, isGivenUp, isTold, waitsOnRecord } from "../core/pending-version";
import type { ListedExecution, ListedVersion } from "../core/ports";
import { Attempts } from "./attempts";
import { inParallel } from "./in-parallel";
import { AT_ONCE, type Known, knownOf, note, type ReconcilePorts } from "./known-versions";
import { type NextStep, nextStep, type Patience, type PendingVersion } from "./next-step";
import { checkDecided, type DecidedSettings, noteWhatOthersSet } from "./reconcile-decided";
import { remind } from "./remind";
import { stopHanging } from "./stop-hanging";
import { tellOnce } from "./tell-once";

export interface ReconcileSettings extends DecidedSettings {
  groups: readonly string[];
  /** For each pipeline one group whose versions it judges. */
  groupOfEachPipeline: readonly string[];
  /** Those of them whose versions' status others set. */
  observedGroups: readonly string[];
  cutOvers: CutOvers;
  /** Patience with a group's versions. */
  patience(group: string): Patience;
}

/** What was done, by version: `start 2`, `repair 1`; by ARN for an execution that was stopped and is of none of them. */
export type Reconciled = Readonly<Record<string, string>>;

/**
 * Looks at every version and does what an event, a call or an execution that got lost has left undone. It sets no status
 * itself and may run at any time, several at once too. What fails for one version keeps no other waiting.
 * @throws AggregateError in the end, of all that failed
 */
export async function reconcile(ports: ReconcilePorts, settings: ReconcileSettings, now: Date): Promise<Reconciled> {
  const { groups, groupOfEachPipeline, observedGroups, cutOvers, patience } = settings;
  const attempts = new Attempts();
  const done: Record<string, string> = {};
  const noted = new Set(await ports.markers.keys(NOTED_PREFIX));
  const open = new Set<string>();
  for (const group of groups) {
    await attempts.of(async () => {
      const isObserved = observedGroups.includes(group);
      const known = await knownOf(group, noted, cutOvers, ports);
      const pending = await withExecutions(known, ports);
      for (const { execution } of pending) if (execution !== undefined) open.add(execution.arn);
      const waiting: ListedVersion[] = [];
      await inParallel(pending, AT_ONCE, (started) =>
        attempts.of(async () => {
          const { id } = started.version;
          const facts = await factsOf(started, known, ports);
          const step = nextStep({ ...facts, isObserved }, patience(group), now);
          if (step.kind === "wait") waiting.push(started.version);
          if (step.kind === "nothing" || step.kind === "wait") return;
          if (await take(step, id, ports)) waiting.push(started.version);
          done[`${group}/${id.version}`] = "attempt" in step ? `${step.kind} ${step.attempt}` : step.kind;
        }),
      );
      await attempts.of(() => remind(waiting, known, ports, now));
      if (isObserved) {
        await noteWhatOthersSet(known, ports, attempts);
        return;
      }
      for (const [version, attempt] of await checkDecided(known, ports, attempts, settings, now))
        done[`${group}/${version}`] = `repair ${attempt}`;
    });
  }
  for (const group of groupOfEachPipeline)
    await attempts.of(async () => {
      for (const arn of await stopHanging(group, open, patience(group), ports, attempts, now)) done[arn] = "stop";
    });
  attempts.end();
  return done;
}

/** A pending version as far as lists tell. */
type Started = Omit<PendingVersion, "isObserved" | "execution" | "wasStopped" | "waitsForPerson"> & {
  execution?: ListedExecution;
};

async function withExecutions(known: Known, ports: ReconcilePorts): Promise<Started[]> {
  const started = known.pending.map((version): Started => {
    const { version: number } = version.id;
    const recorded = known.records.get(number) ?? [];
    return { version, recorded, attempt: known.markers.get(number)?.at(-1) ?? 0 };
  });
  const open = started.filter(
    ({ version, recorded, attempt }) => attempt > 0 && recorded.length === 0 && !waitsWithoutRecord(version.id, known),
  );
  const [{ version } = { version: undefined }] = open;
  if (version === undefined) return started;
  const since = new Date(Math.min(...open.map((one) => one.version.createdAt.getTime())));
  const executions = await ports.overview.executions(version.id.group, since);
  const byMarker = new Map<Started, ListedExecution | undefined>(
    await inParallel(open, AT_ONCE, async (one) => [one, await startedBy(one, executions, ports)] as const),
  );
  return started.map((one) => {
    const execution = byMarker.get(one);
    return execution === undefined ? one : { ...one, execution };
  });
}

async function startedBy(
  { version: { id }, attempt }: Started,
  executions: readonly ListedExecution[],
  { markers }: ReconcilePorts,
): Promise<ListedExecution | undefined> {
  const key = startMarkerKey(id.group, id.version, attempt);
  const marker = await markers.read(key);
  if (marker === undefined) throw new Error(`${key} is listed and can't be read`);
  return executionOf(marker, executions);
}

async function factsOf(
  started: Started,
  known: Known,
  ports: ReconcilePorts,
): Promise<Omit<PendingVersion, "isObserved">> {
  const { execution, ...facts } = started;
  const { id } = facts.version;
  const onRecord = waitsOnRecord(id, facts.recorded, known.noted);
  const withoutRecord = waitsWithoutRecord(id, known);
  const wasStopped = known.noted.has(notedKey(`stopped-${facts.attempt}`, id.group, id.version));
  if (execution === undefined || withoutRecord)
    return { ...facts, wasStopped, waitsForPerson: { onRecord, withoutRecord } };
  const asked = await ports.markers.read(askedKey(execution));
  return {
    ...facts,
    execution: { ...execution, state: await ports.overview.stateOf(execution.arn) },
    wasStopped,
    waitsForPerson: { onRecord, withoutRecord: asked !== undefined },
  };
}

const waitsWithoutRecord = (id: ModelPackageId, { marked, noted }: Known): boolean =>
  isTold(id, marked) || isGivenUp(id, noted);

/** @returns whether a person was told, now or before, and nothing goes on without them */
async function take(
  step: Exclude<NextStep, { kind: "nothing" | "wait" }>,
  id: ModelPackageId,
  ports: ReconcilePorts,
): Promise<boolean> {
  switch (step.kind) {
    case "start": {
      const again: StartAgain = { modelPackageArn: id.arn, attempt: step.attempt };
      await ports.queue.send(again, 0);
      return false;
    }
    case "repair": {
      const { Effect } = await ports.repair(id.arn, step.attempt);
      if (Effect === CHANGED_SINCE) await tell("changed", id, CHANGED, ports);
      else if (Effect === RECORDED_ONLY) await tell("recorded-only", id, WAS_OBSERVED, ports);
      else if (Effect === SET_BACK) await tell("set-back", id, TAKEN_BACK, ports);
      else return Effect.startsWith(LEFT_FOR_REVIEW);
      return true;
    }
    case "stop":
      await ports.overview.stop(step.executionArn, step.state);
      await note(`stopped-${step.attempt}`, id, ports);
      return false;
    case "give-up":
      await tell("gave-up", id, `${step.why}. ${STAYS}; mend what made it fail, then retry its last execution.`, ports);
      return true;
  }
}

const STAYS = `It stays ${PENDING}`;
const CHANGED = `it isn't what its decision record is about: it was changed after it was judged, or a version of the same ARN was deleted. ${STAYS}; register it anew, with reports on what it is.`;

const WAS_OBSERVED = `it was recorded while others decided in its group, so its record sets no status. ${STAYS} until a person decides (governance decide; in the registry where no reviewers are configured).`;

const TAKEN_BACK = `it was decided by its record, and then set back to ${PENDING} by someone. It stays so until a person decides (governance decide; in the registry where no reviewers are configured).`;

async function tell(
  what: Noted,
  { arn, group, version }: ModelPackageId,
  text: string,
  { notices, markers }: Pick<ReconcilePorts, "markers" | "notices">,
): Promise<void> {
  const notice = { arn, subject: `A person must look at ${group} version ${version}`, text: `${arn}: ${text}` };
  await tellOnce(notedKey(what, group, version), notice, { notices, notes: markers });
}
