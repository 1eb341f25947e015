import fc from "fast-check";
import { TimeQueue } from "../../../../src/local/stand-in/time-queue";

const time = fc.record({ at: fc.integer({ min: 0, max: 5 }), tie: fc.integer({ min: 0, max: 3 }) });

it("gives what it was given in the order of time, the seed's choice and asking", () => {
  fc.assert(
    fc.property(fc.array(time, { maxLength: 60 }), fc.integer({ min: 0, max: 60 }), (times, taken) => {
      const queue = new TimeQueue();
      const items = times.map((one, asked) => ({ ...one, asked }));
      for (const item of items) queue.add(item);
      const sorted = [...items].sort(
        (one, other) => one.at - other.at || one.tie - other.tie || one.asked - other.asked,
      );
      const first = items.slice(0, taken).map(() => queue.take());
      expect(first).toEqual(sorted.slice(0, first.length));
      // What comes later has its place too.
      const late = { at: 2, tie: 1, asked: items.length };
      queue.add(late);
      const rest = [...sorted.slice(first.length), late].sort(
        (one, other) => one.at - other.at || one.tie - other.tie || one.asked - other.asked,
      );
      expect(rest.map(() => queue.take())).toEqual(rest);
      expect(queue.take()).toBeUndefined();
    }),
  );
});
