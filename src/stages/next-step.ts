import type { ListedExecution, ListedVersion } from "../core/ports";
import type { Decision } from "../core/verdict";

/** All that is known of a version that is pending. */
export interface PendingVersion {
  version: ListedVersion;
  /** Decisions that are recorded, by attempt. */
  recorded: ReadonlyMap<number, Decision>;
  /** The last attempt that start has marked; 0 where it marked none. */
  attempt: number;
  /** That attempt's execution, and when it ended. */
  execution?: ListedExecution & { endedAt?: Date };
  /** Whether a person was asked, and nothing goes on without them. */
  waitsForPerson: boolean;
}

/** What the reconciler does about a version. */
export type NextStep =
  | { kind: "nothing"; why: string }
  /** Start has to take it up, in this attempt. */
  | { kind: "start"; attempt: number }
  /** Decide has to set the status that is recorded. */
  | { kind: "repair"; attempt: number }
  | { kind: "stop"; executionArn: string }
  | { kind: "give-up"; attempts: number };

export interface Patience {
  /** Minutes that an event may take until the version counts as overlooked. */
  eventMinutes: number;
  /** Minutes after which an execution that hasn't ended hangs. */
  executionMinutes: number;
  /** Minutes after an execution's end in which what it called may still be at work. */
  afterEndMinutes: number;
  /** Executions of one version, before a person is asked. */
  mostAttempts: number;
}

const nothing = (why: string): NextStep => ({ kind: "nothing", why });

/** What a pending version needs now; the same for the same facts, so that a repeat does no harm. */
export function nextStep(pending: PendingVersion, patience: Patience, now: Date): NextStep {
  const [first] = [...pending.recorded].sort(([one], [other]) => one - other);
  if (first !== undefined) {
    const [attempt, decision] = first;
    if (decision === "PendingManualApproval") return nothing("its record leaves it to a person");
    return { kind: "repair", attempt };
  }
  if (pending.waitsForPerson) return nothing("a person was asked");
  const passed = (since: Date, minutes: number) => now.getTime() - since.getTime() > minutes * 60_000;
  const { version, attempt, execution } = pending;
  if (attempt === 0) {
    return passed(version.createdAt, patience.eventMinutes)
      ? { kind: "start", attempt: 1 }
      : nothing("its event may be under way");
  }
  if (execution === undefined) return { kind: "start", attempt };
  if (execution.endedAt === undefined) {
    return passed(execution.startedAt, patience.executionMinutes) && execution.status === "Executing"
      ? { kind: "stop", executionArn: execution.arn }
      : nothing("its execution runs");
  }
  if (!passed(execution.endedAt, patience.afterEndMinutes)) return nothing("its execution has just ended");
  return attempt < patience.mostAttempts
    ? { kind: "start", attempt: attempt + 1 }
    : { kind: "give-up", attempts: attempt };
}
