import fc from "fast-check";
import { type NextStep, nextStep, type Patience, type PendingVersion } from "../../../src/stages/next-step";
import { registeredVersion } from "../../support/registered-version";

const { id, approvalStatus, createdAt } = registeredVersion();
const PATIENCE: Patience = { eventMinutes: 10, executionMinutes: 120, afterEndMinutes: 3, mostAttempts: 3 };
const minutesLater = (minutes: number) => new Date(createdAt.getTime() + minutes * 60_000);

const pending = (changed: Partial<PendingVersion> = {}): PendingVersion => ({
  version: { id, approvalStatus, createdAt },
  recorded: [],
  isObserved: false,
  attempt: 1,
  wasStopped: false,
  waitsForPerson: { onRecord: false, withoutRecord: false },
  ...changed,
});
const recorded = (...attempts: number[]) => ({ recorded: attempts });
/** @param endedAt when it ended; it runs since the version's registration where nothing is said */
const execution = (status: string, endedAt?: Date) => ({
  execution: {
    ...{ arn: "EXECUTION", status, description: "start", startedAt: createdAt },
    state: { hasEnded: endedAt !== undefined, since: endedAt ?? createdAt },
  },
});
const asked = (changed: Partial<PendingVersion["waitsForPerson"]>) => ({
  waitsForPerson: { onRecord: false, withoutRecord: false, ...changed },
});
const start = (attempt: number): NextStep => ({ kind: "start", attempt });
const nothing = (why: string): NextStep => ({ kind: "nothing", why });
const stop = (attempt: number): NextStep => ({
  ...{ kind: "stop", executionArn: "EXECUTION", attempt },
  state: { hasEnded: false, since: createdAt },
});
const wait = (why: string): NextStep => ({ kind: "wait", why });

it.each<[string, Partial<PendingVersion>, number, NextStep]>([
  ["just registered", { attempt: 0 }, 10, nothing("its event may be under way")],
  ["whose event never came", { attempt: 0 }, 10.1, start(1)],
  ["marked, but never started", {}, 1, start(1)],
  ["whose second attempt was marked, but never started", { attempt: 2 }, 1, start(2)],
  ["whose execution runs", execution("Executing"), 120, nothing("its execution runs")],
  ["whose execution hangs", execution("Executing"), 120.1, stop(1)],
  ["whose execution hung while nobody looked", execution("Executing"), 9999, stop(1)],
  ["whose third execution hung while nobody looked", { attempt: 3, ...execution("Executing") }, 9999, stop(3)],
  [
    "whose execution hangs, of which a person was asked: they started it again",
    { ...execution("Executing"), ...asked({ withoutRecord: true }) },
    120.1,
    stop(1),
  ],
  [
    "whose execution a person started again",
    { ...execution("Executing"), ...asked({ withoutRecord: true }) },
    120,
    wait("a person was asked"),
  ],
  ["whose execution was asked to stop just now", { ...execution("Executing"), wasStopped: true }, 240, stop(1)],
  ["whose execution is being stopped", execution("Stopping"), 100, nothing("its execution runs")],
  [
    "whose execution can't be stopped",
    execution("Stopping"),
    121,
    { kind: "give-up", why: `its execution EXECUTION has been Stopping since ${createdAt.toISOString()}` },
  ],
  [
    "whose execution hangs on after it was stopped",
    { ...execution("Executing"), wasStopped: true },
    241,
    { kind: "give-up", why: `its execution EXECUTION has been Executing since ${createdAt.toISOString()}` },
  ],
  [
    "whose execution has just failed",
    execution("Failed", minutesLater(20)),
    23,
    nothing("its execution has just ended"),
  ],
  ["whose execution failed", execution("Failed", minutesLater(20)), 23.1, start(2)],
  ["whose execution was stopped", execution("Stopped", minutesLater(20)), 24, start(2)],
  // Its decide step found another version than was judged, or its answer got lost with the record.
  ["whose execution ended well, without a record", execution("Succeeded", minutesLater(20)), 24, start(2)],
  ["whose second execution failed", { attempt: 2, ...execution("Failed", minutesLater(20)) }, 24, start(3)],
  [
    "whose third execution failed",
    { attempt: 3, ...execution("Failed", minutesLater(20)) },
    24,
    { kind: "give-up", why: "3 executions ended without a decision" },
  ],
  [
    "that a person was asked about",
    { ...execution("Failed", minutesLater(20)), ...asked({ withoutRecord: true }) },
    9999,
    wait("a person was asked"),
  ],
  [
    "of which nothing can be judged",
    { attempt: 0, ...asked({ withoutRecord: true }) },
    9999,
    wait("a person was asked"),
  ],
  ["that is recorded in an observed group", { ...recorded(1), isObserved: true }, 9999, wait("its group is observed")],
  ["of an observed group whose event never came", { attempt: 0, isObserved: true }, 10.1, start(1)],
  ["that is recorded", recorded(1), 0, { kind: "repair", attempt: 1 }],
  [
    "that is recorded, though its execution hangs",
    { ...recorded(1), ...execution("Executing") },
    999,
    { kind: "repair", attempt: 1 },
  ],
  [
    "that two attempts recorded: the first counts",
    { attempt: 2, ...recorded(1, 2) },
    0,
    { kind: "repair", attempt: 1 },
  ],
  [
    "that its record leaves to a person, who was told",
    { ...recorded(1), ...asked({ onRecord: true }) },
    9999,
    wait("a person was told of its record"),
  ],
  [
    "that is recorded, after a person was asked about its attempts",
    { ...recorded(3), ...asked({ withoutRecord: true }) },
    9999,
    { kind: "repair", attempt: 3 },
  ],
])("a version %s", (_, changed, minutes, expected) => {
  expect(nextStep(pending(changed), PATIENCE, minutesLater(minutes))).toEqual(expected);
});

it("never restarts a version that is recorded, that a person was asked about, or that had its attempts", () => {
  const any = fc.record({
    attempts: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
    attempt: fc.integer({ min: 0, max: 5 }),
    status: fc.constantFrom(undefined, "Executing", "Stopping", "Stopped", "Failed", "Succeeded"),
    ended: fc.option(fc.integer({ min: 0, max: 5000 }), { nil: undefined }),
    withoutRecord: fc.boolean(),
    now: fc.integer({ min: 0, max: 10_000 }),
  });
  fc.assert(
    fc.property(any, ({ attempts, attempt, status, ended, withoutRecord, now }) => {
      const facts = pending({
        ...{ ...recorded(...attempts), attempt, ...asked({ withoutRecord }) },
        ...(status === undefined ? {} : execution(status, ended === undefined ? undefined : minutesLater(ended))),
      });
      const step = nextStep(facts, PATIENCE, minutesLater(now));
      if (step.kind !== "start") return;
      expect([attempts.length, withoutRecord]).toEqual([0, false]);
      expect(step.attempt).toBeLessThanOrEqual(Math.max(attempt, PATIENCE.mostAttempts));
      expect(step.attempt - attempt).toBeLessThanOrEqual(1);
    }),
  );
});
