import type { ExecutionState, ListedExecution, ListedVersion } from "../core/ports";

/** All that is known of a version that is pending. */
export interface PendingVersion {
  version: ListedVersion;
  /** Attempts that are recorded, in their order. */
  recorded: readonly number[];
  /** Whether others set the status of its group's versions. */
  isObserved: boolean;
  /** The last attempt that start has marked; 0 where it marked none. */
  attempt: number;
  /** That attempt's execution. */
  execution?: ListedExecution & { state: ExecutionState };
  /** Whether that was asked to stop before. */
  wasStopped: boolean;
  /** Whether a person was asked, and nothing goes on without them: about what is recorded, or about a version without a record. */
  waitsForPerson: { onRecord: boolean; withoutRecord: boolean };
}

/** What the reconciler does about a version. */
export type NextStep =
  | { kind: "nothing"; why: string }
  /** A person was told, and nothing goes on without them. */
  | { kind: "wait"; why: string }
  /** Start has to take it up, in this attempt. */
  | { kind: "start"; attempt: number }
  /** Decide has to do what is recorded. */
  | { kind: "repair"; attempt: number }
  | { kind: "stop"; executionArn: string; attempt: number; state: ExecutionState }
  /** A person has to look. */
  | { kind: "give-up"; why: string };

export interface Patience {
  /** Minutes that an event may take until the version counts as overlooked. */
  eventMinutes: number;
  /** Minutes after which an execution in which nothing changed hangs. */
  executionMinutes: number;
  /** Minutes after an execution's end in which what it called may still be at work. */
  afterEndMinutes: number;
  /** Executions of one version, before a person is asked. */
  mostAttempts: number;
}

const nothing = (why: string): NextStep => ({ kind: "nothing", why });
const waits = (why: string): NextStep => ({ kind: "wait", why });

/** What a pending version needs now; the same for the same facts, so that a repeat does no harm. */
export function nextStep(pending: PendingVersion, patience: Patience, now: Date): NextStep {
  const { version, recorded, isObserved, attempt, execution, waitsForPerson } = pending;
  const [first] = recorded;
  if (first !== undefined) {
    if (isObserved) return waits("its group is observed");
    return waitsForPerson.onRecord ? waits("a person was told of its record") : { kind: "repair", attempt: first };
  }
  const running = execution?.state.hasEnded === false ? whileRunning(execution, pending, patience, now) : undefined;
  // A person may have started its execution again: one that hangs holds one of the account's few slots all the same.
  if (waitsForPerson.withoutRecord) return running?.kind === "stop" ? running : waits("a person was asked");
  if (attempt === 0) {
    return passed(version.createdAt, patience.eventMinutes, now)
      ? { kind: "start", attempt: 1 }
      : nothing("its event may be under way");
  }
  if (execution === undefined) return { kind: "start", attempt };
  if (running !== undefined) return running;
  if (!passed(execution.state.since, patience.afterEndMinutes, now)) return nothing("its execution has just ended");
  return attempt < patience.mostAttempts
    ? { kind: "start", attempt: attempt + 1 }
    : { kind: "give-up", why: `${attempt} executions ended without a decision` };
}

/** Whether more than so many minutes have passed since then. */
export const passed = (since: Date, minutes: number, now: Date): boolean =>
  now.getTime() - since.getTime() > minutes * 60_000;

function whileRunning(
  { arn, status, state }: NonNullable<PendingVersion["execution"]>,
  { attempt, wasStopped, waitsForPerson }: PendingVersion,
  { executionMinutes }: Patience,
  now: Date,
): NextStep {
  if (!passed(state.since, executionMinutes, now)) return nothing("its execution runs");
  // One that was asked to stop and doesn't is no longer ours to end. One that hung while nobody looked wasn't asked yet, nor
  // was one that a person has started again.
  const isOurs = !wasStopped || waitsForPerson.withoutRecord || !passed(state.since, 2 * executionMinutes, now);
  return status === "Executing" && isOurs
    ? { kind: "stop", executionArn: arn, attempt, state }
    : { kind: "give-up", why: `its execution ${arn} has been ${status} since ${state.since.toISOString()}` };
}
