import { BEFORE_CUT_OVER } from "../../../src/contract/pipeline-parameters";
import { decide } from "../../../src/stages/decide";
import { startAgain, startFromEvent } from "../../../src/stages/start";
import { DECIDE_SETTINGS, decideWorld, NOW } from "../../support/decide-world";
import { startWorld } from "../../support/memory-ports";
import { ARN, GOVERNANCE, GROUPS, registeredVersion, SOURCES } from "../../support/registered-version";
import { approvedRecord, textOf } from "../../support/verdict-record";

const { createdAt } = registeredVersion();
/** Of the group of the tests' version, or of another. */
const cutOver = (secondsAfter: number, group = "credit-risk") => ({
  [group]: new Date(createdAt.getTime() + secondsAfter * 1000).toISOString().replace(".000Z", "Z"),
});

describe.each([
  ["before the cut-over", cutOver(1), true],
  ["at the cut-over", cutOver(0), false],
  ["after it", cutOver(-1), false],
  ["in a group without one", cutOver(3600, "payment-fraud"), false],
])("a version registered %s", (_, cutOvers, isLeft) => {
  const settings = {
    ...{ ...GOVERNANCE, groups: GROUPS, sources: SOURCES, cutOvers },
    ...{ policyDigest: "p".repeat(64), deadlineMinutes: 60, languageGroups: [] },
  };

  it.each([
    [
      "an event",
      (world: ReturnType<typeof startWorld>) =>
        startFromEvent({ ...GOVERNANCE, modelPackageArn: ARN, updatedFields: [] }, world, settings, NOW),
    ],
    [
      "the reconciler",
      (world: ReturnType<typeof startWorld>) => startAgain({ modelPackageArn: ARN, attempt: 1 }, world, settings, NOW),
    ],
    [
      "whoever has it judged again",
      (world: ReturnType<typeof startWorld>) =>
        startAgain({ modelPackageArn: ARN, attempt: 2, judgesAgain: "1".repeat(64) }, world, settings, NOW),
    ],
  ])("is started by %s or not", async (__, begin) => {
    const world = startWorld(registeredVersion());
    const { effect, reason } = await begin(world);
    expect([effect, world.pipeline.executions.length]).toEqual(isLeft ? ["ignored", 0] : ["started", 1]);
    expect(reason).toContain(isLeft ? `before ${cutOvers["credit-risk"]}, the cut-over of its group` : "start ");
  });

  it("is decided by an execution that was under way or not", async () => {
    const { ports, args } = decideWorld(textOf(approvedRecord()));
    const { Effect } = await decide(args, ports, { ...DECIDE_SETTINGS, cutOvers }, NOW);
    expect([Effect, ports.records.bodies.size, ports.registry.changes.length]).toEqual(
      isLeft ? [BEFORE_CUT_OVER, 0, 0] : ["set", 1, 1],
    );
  });
});

it("a version of an observed group that people have decided meanwhile is recorded, to compare with", async () => {
  const { ports, args } = decideWorld(textOf(approvedRecord()), registeredVersion({ approvalStatus: "Rejected" }));
  await decide(args, ports, { ...DECIDE_SETTINGS, observedGroups: ["credit-risk"] }, NOW);
  expect([ports.records.bodies.size, ports.registry.changes]).toEqual([1, []]);
});
