import type { Notices } from "../core/ports";
import { Attempts } from "./attempts";

/** Something that an execution made for a time. */
export interface TemporaryThing {
  /** What it is: an endpoint, its configuration, a model. */
  kind: string;
  name: string;
  /** Until when it may be there; undefined where nothing says. */
  expires: Date | undefined;
  createdAt: Date;
}

export interface TemporaryThings {
  list(): Promise<readonly TemporaryThing[]>;
  /** What is gone already is no error. */
  remove(thing: TemporaryThing): Promise<void>;
}

/** Longest that something without an expiry may be there: what made it broke off before it said so. */
const UNSAID_HOURS = 1;

/**
 * Takes away what is past its time, whatever became of the execution that made it, and tells people. What can't be taken
 * away keeps nothing else there.
 * @returns names of what was taken away
 * @throws AggregateError in the end, of all that failed
 */
export async function cleanUp(places: readonly TemporaryThings[], notices: Notices, now: Date): Promise<string[]> {
  const removed: string[] = [];
  const attempts = new Attempts();
  for (const place of places) {
    for (const thing of (await attempts.of(() => place.list())) ?? []) {
      if ((thing.expires ?? afterHours(thing.createdAt, UNSAID_HOURS)) > now) continue;
      await attempts.of(async () => {
        await place.remove(thing);
        removed.push(`${thing.kind} ${thing.name}`);
      });
    }
  }
  await attempts.of(() => tell(removed, notices));
  attempts.end();
  return removed;
}

async function tell(removed: readonly string[], notices: Notices): Promise<void> {
  if (removed.length === 0) return;
  await notices.tell(
    "Temporary endpoints were left behind",
    `Taken away past their time, so that they cost no more: ${removed.join(", ")}. Look at the executions in their names.`,
  );
}

/** The time that an expiry tag says; undefined where it isn't there or is no time. */
export function expiryIn(tag: string | undefined): Date | undefined {
  const time = tag === undefined ? undefined : new Date(tag);
  return time === undefined || Number.isNaN(time.getTime()) ? undefined : time;
}

const afterHours = (time: Date, hours: number): Date => new Date(time.getTime() + hours * 3_600_000);
