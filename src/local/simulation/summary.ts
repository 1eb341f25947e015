import { type Counts, count } from "./fault-plan";
import type { Simulated } from "./simulate";

/** What many seeds came to. */
export class Summary {
  runs = 0;
  versions = 0;
  readonly failed: Simulated[] = [];
  private readonly faults: Counts = new Map();
  private readonly calls: Counts = new Map();
  private readonly orders = new Set<string>();

  add(done: Simulated): void {
    this.runs += 1;
    this.versions += done.versions;
    if (done.broken.length > 0) this.failed.push(done);
    for (const [kind, times] of done.faults) count(this.faults, kind, times);
    for (const [of, times] of done.calls) count(this.calls, of, times);
    this.orders.add(done.order);
  }

  /** One line on the way. */
  progress(of: number): string {
    const failed = this.failed.length === 0 ? "" : `, ${this.failed.length} failed`;
    return `${this.runs} of ${of} seeds, ${total(this.faults)} faults, ${total(this.calls)} calls${failed}`;
  }

  /** @param seconds real ones that it took */
  text(seconds: number): string {
    return [
      `${this.runs} runs, ${this.versions} versions, ${(this.runs / seconds).toFixed(1)} runs a second`,
      `${total(this.faults)} faults: ${listed(this.faults)}`,
      `${total(this.calls)} calls: ${listed(this.calls)}`,
      `${this.orders.size} different orders of calls`,
    ].join("\n");
  }
}

const total = (counts: Counts): number => [...counts.values()].reduce((sum, times) => sum + times, 0);

const listed = (counts: Counts): string =>
  [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([what, times]) => `${what} ${times}`)
    .join(", ");

/** A failed seed: what is broken, what happened last, and how to see it again. */
export const failureText = ({ seed, broken, trace }: Simulated): string =>
  [
    `Seed ${seed} failed:`,
    ...broken.map((what) => `  ${what}`),
    "What happened last:",
    ...trace.map((line) => `  ${line}`),
    `Again: npm run simulate -- --seeds ${seed}`,
  ].join("\n");
