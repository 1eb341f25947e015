import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "./service";

/** Real time that an action may take without waiting on the clock before the run gives up on it. */
const STUCK_AFTER_MS = 60_000;

/** Something that will happen. */
interface Scheduled {
  at: number;
  /** Order at the same instant: the seed's, then the order of asking. */
  tie: number;
  asked: number;
  action: () => void | Promise<void>;
  cancelled: boolean;
  /** A run to the end doesn't wait for it: it comes again and again. */
  recurring: boolean;
  /** The action that asked for it, and may wait for it. */
  asker: Running | undefined;
}

/** An action under way; `awaited` counts what it has scheduled and may wait for. */
interface Running {
  awaited: number;
}

/** The sequence of mulberry32, numbers in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Virtual time: what is scheduled runs in the order of its instant, and at the same instant in the order that the
 * seed gives. Time goes on only when every action under way has ended or waits for something scheduled.
 */
export class VirtualClock implements Clock {
  readonly random: () => number;
  private time: number;
  private asked = 0;
  private readonly scheduled: Scheduled[] = [];
  private readonly running = new Set<Running>();
  private readonly context = new AsyncLocalStorage<Running>();
  private failure: { error: unknown } | undefined;

  constructor(seed: number, start: Date) {
    this.random = seeded(seed);
    this.time = start.getTime();
  }

  now(): Date {
    return new Date(this.time);
  }

  /** Returns a function that calls it off. */
  after(milliseconds: number, action: () => void | Promise<void>): () => void {
    return this.schedule(milliseconds, action, this.context.getStore());
  }

  /** As `after`, for what the action which asks doesn't wait for: a limit, a later delivery. */
  limit(milliseconds: number, action: () => void | Promise<void>): () => void {
    return this.schedule(milliseconds, action, undefined);
  }

  /** Does it every so many milliseconds, as long as anything else happens. */
  every(milliseconds: number, action: () => void | Promise<void>): void {
    const again = (): void => {
      this.every(milliseconds, action);
      return void this.limit(0, action);
    };
    this.schedule(milliseconds, again, undefined, true);
  }

  private schedule(
    milliseconds: number,
    action: Scheduled["action"],
    asker: Running | undefined,
    recurring = false,
  ): () => void {
    if (!Number.isFinite(milliseconds) || milliseconds < 0) throw new Error(`can't wait ${milliseconds} ms`);
    if (asker !== undefined) asker.awaited += 1;
    const entry = { at: this.time + milliseconds, tie: this.random(), asked: this.asked++, asker, action, recurring };
    const item: Scheduled = { ...entry, cancelled: false };
    this.scheduled.push(item);
    return () => {
      if (!item.cancelled && asker !== undefined) asker.awaited -= 1;
      item.cancelled = true;
    };
  }

  /** Resolves that many virtual milliseconds from now. */
  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(milliseconds, resolve);
    });
  }

  /** Makes the run end with this error: a fault of the stand-in's use, which no function may swallow. */
  fail(error: unknown): void {
    this.failure ??= { error };
  }

  /**
   * Runs what is scheduled until nothing is left, or until that instant.
   * @throws whatever an action threw, and what `fail` was told
   */
  async run(until: Date | undefined = undefined): Promise<void> {
    for (;;) {
      await this.settle();
      if (this.failure !== undefined) throw this.failure.error;
      const next = this.takeNext(until?.getTime() ?? Number.POSITIVE_INFINITY);
      if (next === undefined) break;
      this.time = next.at;
      this.start(next);
    }
    if (until !== undefined) this.time = Math.max(this.time, until.getTime());
  }

  private takeNext(until: number): Scheduled | undefined {
    const waiting = this.scheduled.filter(({ cancelled }) => !cancelled);
    if (until === Number.POSITIVE_INFINITY && waiting.every(({ recurring }) => recurring)) return undefined;
    const due = this.scheduled
      .filter(({ cancelled, at }) => !cancelled && at <= until)
      .reduce<Scheduled | undefined>(
        (first, item) => (first === undefined || isBefore(item, first) ? item : first),
        undefined,
      );
    if (due !== undefined) this.scheduled.splice(this.scheduled.indexOf(due), 1);
    return due;
  }

  private start({ action, asker, ...item }: Scheduled): void {
    item.cancelled = true;
    if (asker !== undefined) asker.awaited -= 1;
    const running: Running = { awaited: 0 };
    this.running.add(running);
    const ended = this.context.run(running, async () => action());
    ended.catch((error: unknown) => this.fail(error)).finally(() => this.running.delete(running));
  }

  /** Lets promises go on until every action under way has ended or waits for something scheduled. */
  private async settle(): Promise<void> {
    const begun = performance.now();
    for (let turns = 0; turns < 4 || this.busy(); turns += 1) {
      if (this.failure !== undefined) return;
      if (performance.now() - begun > STUCK_AFTER_MS) {
        throw new Error(`an action has taken ${STUCK_AFTER_MS} ms of real time without calling a service or ending`);
      }
      await turn();
    }
  }

  private busy(): boolean {
    return [...this.running].some(({ awaited }) => awaited === 0);
  }
}

const isBefore = (a: Scheduled, b: Scheduled): boolean =>
  a.at !== b.at ? a.at < b.at : a.tie !== b.tie ? a.tie < b.tie : a.asked < b.asked;
