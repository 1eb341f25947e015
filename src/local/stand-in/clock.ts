import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "./service";
import { type Timed, TimeQueue } from "./time-queue";

/** Real time that an action may take without waiting on the clock before the run gives up on it. */
const STUCK_AFTER_MS = 60_000;
/** Turns that what no action waits for has, before time goes on. */
const LEAST_TURNS = 4;

/** Whatever needs no other thread has gone on as far as it can when it resolves. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Something that will happen. */
interface Scheduled extends Timed {
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
export function seeded(seed: number): () => number {
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
  private readonly scheduled = new TimeQueue<Scheduled>();
  /** How many a run to the end waits for. */
  private waiting = 0;
  private readonly running = new Set<Running>();
  private readonly context: AsyncLocalStorage<Running> | undefined;
  /** How much of the stand-in's own work time stands still for. */
  private held = 0;
  private failure: { error: unknown } | undefined;

  /**
   * @param waits whether an action may wait for real time or another thread, such as a file's; a run in which none does
   * takes much less time without looking
   */
  constructor(seed: number, start: Date, waits = true) {
    this.context = waits ? new AsyncLocalStorage() : undefined;
    this.random = seeded(seed);
    this.time = start.getTime();
  }

  now(): Date {
    return new Date(this.time);
  }

  /** Returns a function that calls it off. */
  after(milliseconds: number, action: () => void | Promise<void>): () => void {
    return this.schedule(milliseconds, action, this.context?.getStore());
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
    this.scheduled.add(item);
    if (!recurring) this.waiting += 1;
    return () => {
      if (!item.cancelled) this.leave(item);
    };
  }

  /** It waits no more: it runs, or it was called off. */
  private leave(item: Scheduled): void {
    item.cancelled = true;
    if (!item.recurring) this.waiting -= 1;
    if (item.asker !== undefined) item.asker.awaited -= 1;
  }

  /** Resolves that many virtual milliseconds from now. */
  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(milliseconds, resolve);
    });
  }

  /** Time stands still until it has ended: for work of the stand-in's own that takes real time. */
  async hold<Result>(work: Promise<Result>): Promise<Result> {
    this.held += 1;
    try {
      return await work;
    } finally {
      this.held -= 1;
    }
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
    if (until === Number.POSITIVE_INFINITY && this.waiting === 0) return undefined;
    for (let next = this.scheduled.first(); next !== undefined && next.at <= until; next = this.scheduled.first()) {
      this.scheduled.take();
      if (!next.cancelled) return next;
    }
    return undefined;
  }

  private start(item: Scheduled): void {
    this.leave(item);
    const { context, running } = this;
    const action = async () => item.action();
    if (context === undefined) return void action().catch((error: unknown) => this.fail(error));
    const one: Running = { awaited: 0 };
    running.add(one);
    const ended = context.run(one, action);
    ended.catch((error: unknown) => this.fail(error)).finally(() => running.delete(one));
  }

  /** Lets promises go on until every action under way has ended or waits for something scheduled. */
  private async settle(): Promise<void> {
    await turn();
    while (this.held > 0) await turn();
    if (this.context === undefined) return;
    const begun = performance.now();
    for (let turns = 1; turns < LEAST_TURNS || this.busy(); turns += 1) {
      if (this.failure !== undefined) return;
      if (performance.now() - begun > STUCK_AFTER_MS) {
        throw new Error(`an action has taken ${STUCK_AFTER_MS} ms of real time without calling a service or ending`);
      }
      await turn();
    }
  }

  private busy(): boolean {
    if (this.held > 0) return true;
    for (const { awaited } of this.running) if (awaited === 0) return true;
    return false;
  }
}
