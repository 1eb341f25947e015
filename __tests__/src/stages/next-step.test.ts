import fc from "fast-check";
import { DECISIONS, type Decision } from "../../../src/core/verdict";
import { type NextStep, nextStep, type Patience, type PendingVersion } from "../../../src/stages/next-step";
import { registeredVersion } from "../../support/registered-version";

const { id, approvalStatus, createdAt } = registeredVersion();
const PATIENCE: Patience = { eventMinutes: 10, executionMinutes: 120, afterEndMinutes: 3, mostAttempts: 3 };
const minutesLater = (minutes: number) => new Date(createdAt.getTime() + minutes * 60_000);

const pending = (changed: Partial<PendingVersion> = {}): PendingVersion => ({
  version: { id, approvalStatus, createdAt },
  recorded: new Map(),
  attempt: 1,
  waitsForPerson: false,
  ...changed,
});
const recorded = (...decisions: [number, Decision][]) => ({ recorded: new Map(decisions) });
const execution = (status: string, endedAt?: Date) => ({
  execution: { arn: "EXECUTION", status, description: "start", startedAt: createdAt, ...(endedAt && { endedAt }) },
});
const start = (attempt: number): NextStep => ({ kind: "start", attempt });
const nothing = (why: string): NextStep => ({ kind: "nothing", why });

it.each<[string, Partial<PendingVersion>, number, NextStep]>([
  ["just registered", { attempt: 0 }, 10, nothing("its event may be under way")],
  ["whose event never came", { attempt: 0 }, 10.1, start(1)],
  ["marked, but never started", {}, 1, start(1)],
  ["whose second attempt was marked, but never started", { attempt: 2 }, 1, start(2)],
  ["whose execution runs", execution("Executing"), 120, nothing("its execution runs")],
  ["whose execution hangs", execution("Executing"), 120.1, { kind: "stop", executionArn: "EXECUTION" }],
  ["whose execution is being stopped", execution("Stopping"), 500, nothing("its execution runs")],
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
    { kind: "give-up", attempts: 3 },
  ],
  ["that a person was asked about", { ...execution("Failed", minutesLater(20)), waitsForPerson: true }, 9999, nothing("a person was asked")],
  ["of which nothing can be judged", { attempt: 0, waitsForPerson: true }, 9999, nothing("a person was asked")],
  ["that is recorded", recorded([1, "Approved"]), 0, { kind: "repair", attempt: 1 }],
  [
    "that is recorded, though its execution hangs",
    { ...recorded([1, "Rejected"]), ...execution("Executing") },
    999,
    { kind: "repair", attempt: 1 },
  ],
  [
    "that two attempts recorded: the first counts",
    { attempt: 2, ...recorded([2, "Approved"], [1, "Rejected"]) },
    0,
    { kind: "repair", attempt: 1 },
  ],
  [
    "that its record leaves to a person",
    recorded([1, "PendingManualApproval"]),
    9999,
    nothing("its record leaves it to a person"),
  ],
])("a version %s", (_, changed, minutes, expected) => {
  expect(nextStep(pending(changed), PATIENCE, minutesLater(minutes))).toEqual(expected);
});

it("never restarts a version that is recorded, that a person was asked about, or that had its attempts", () => {
  const any = fc.record({
    recorded: fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(...DECISIONS)), { maxLength: 3 }),
    attempt: fc.integer({ min: 0, max: 5 }),
    status: fc.constantFrom(undefined, "Executing", "Stopping", "Stopped", "Failed", "Succeeded"),
    ended: fc.option(fc.integer({ min: 0, max: 5000 }), { nil: undefined }),
    waitsForPerson: fc.boolean(),
    now: fc.integer({ min: 0, max: 10_000 }),
  });
  fc.assert(
    fc.property(any, ({ recorded: decisions, attempt, status, ended, waitsForPerson, now }) => {
      const facts = pending({
        ...{ ...recorded(...decisions), attempt, waitsForPerson },
        ...(status === undefined ? {} : execution(status, ended === undefined ? undefined : minutesLater(ended))),
      });
      const step = nextStep(facts, PATIENCE, minutesLater(now));
      if (step.kind !== "start") return;
      expect([decisions.length, waitsForPerson]).toEqual([0, false]);
      expect(step.attempt).toBeLessThanOrEqual(Math.max(attempt, PATIENCE.mostAttempts));
      expect(step.attempt - attempt).toBeLessThanOrEqual(1);
    }),
  );
});
