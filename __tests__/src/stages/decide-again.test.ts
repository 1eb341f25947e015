import { verdictKey } from "../../../src/contract/names";
import { BEFORE_CUT_OVER, NO_RECORD, RECORDED_ONLY } from "../../../src/contract/pipeline-parameters";
import { sha256, type VerdictRecord } from "../../../src/core/verdict";
import { readDecisionRecord } from "../../../src/ledger/decision-record";
import { decide, repair } from "../../../src/stages/decide";
import { DECIDE_SETTINGS, decideWorld, NOW, RECORD_KEY } from "../../support/decide-world";
import { ARN, registeredVersion } from "../../support/registered-version";
import { ReviewWorld } from "../../support/review-world";
import { approvedRecord, finding, textOf } from "../../support/verdict-record";

const failed = finding({ value: 0.8, outcome: "fail", reason: "0.8 is below its bound" });
const REJECTED: Partial<VerdictRecord> = { decision: "Rejected", findings: [failed] };
const APPROVED: Partial<VerdictRecord> = {};
const SECOND_KEY = "records/credit-risk/7/2.json";

type World = ReturnType<typeof decideWorld>;

/** A version that was decided so. */
async function decided(verdict: Partial<VerdictRecord>, settings = DECIDE_SETTINGS): Promise<World> {
  const world = decideWorld(textOf(approvedRecord(verdict)));
  await decide(world.args, world.ports, settings, NOW);
  return world;
}

/** A second attempt. @param judgesAgain what the execution says that it goes on from */
function again(
  { ports }: Pick<World, "ports">,
  verdict: Partial<VerdictRecord>,
  judgesAgain = sha256(bodyOf(ports, RECORD_KEY)),
  settings = DECIDE_SETTINGS,
) {
  const text = textOf(approvedRecord({ executionId: "exec2", attempt: 2, ...verdict }));
  ports.executions.start("exec2", 2, ARN, { judgesAgain });
  ports.verdicts.bodies.set(verdictKey("exec2"), text);
  const of = { ModelPackageArn: ARN, Attempt: "2", ExecutionId: "exec2", VerdictSha256: sha256(text) };
  return decide({ ...of, JudgesAgain: judgesAgain }, ports, settings, NOW);
}

const bodyOf = ({ records }: World["ports"], key: string): string => records.bodies.get(key) ?? "";
const recordAt = ({ ports }: Pick<World, "ports">, key: string) =>
  readDecisionRecord(Buffer.from(bodyOf(ports, key)), key).body;
const statusOf = async ({ ports }: Pick<World, "ports">) => (await ports.registry.describe(ARN))?.approvalStatus;

describe("a version that is judged again", () => {
  it.each<[string, Partial<VerdictRecord>, Partial<VerdictRecord>, status: string, binding: boolean]>([
    ["rejected, and passes now", REJECTED, APPROVED, "Approved", true],
    ["rejected, and fails again", REJECTED, REJECTED, "Rejected", true],
    ["approved, and passes again", APPROVED, APPROVED, "Approved", true],
    ["approved, and fails now: only a person takes it back", APPROVED, REJECTED, "Approved", false],
  ])("%s", async (_, before, verdict, status, binding) => {
    const world = await decided(before);
    await again(world, verdict);
    await again(world, verdict);
    expect(await statusOf(world)).toBe(status);
    const previous = { attempt: 1, sha256: sha256(bodyOf(world.ports, RECORD_KEY)) };
    expect(recordAt(world, SECOND_KEY)).toMatchObject({ binding, previous });
    expect(world.ports.notices.told).toHaveLength(binding ? 0 : 1);
  });

  it.each([
    ["that says it is judged for the first time", NO_RECORD],
    ["that goes on from a record that isn't its last", "0".repeat(64)],
  ])("isn't by an execution %s", async (_, judgesAgain) => {
    const world = await decided(REJECTED);
    expect(await again(world, APPROVED, judgesAgain)).toEqual({ ApprovalStatus: "Rejected", Effect: "set before" });
    expect([...world.ports.records.bodies.keys()]).toEqual([RECORD_KEY]);
  });

  it("is set as its last record says, where its status was lost", async () => {
    const world = await decided(REJECTED);
    const { registry } = world.ports;
    const setStatus = registry.setStatus.bind(registry);
    registry.setStatus = async () => {
      throw new Error("throttled");
    };
    await expect(again(world, APPROVED)).rejects.toThrow("throttled");
    registry.setStatus = setStatus;
    await repair({ modelPackageArn: ARN, attempt: 2 }, world.ports, DECIDE_SETTINGS);
    expect(await statusOf(world)).toBe("Approved");
  });
});

it("what people rejected stays so when it is judged again: only they approve it", async () => {
  const world = await ReviewWorld.judged();
  await world.ask("bob", "reject");
  expect(await again(world, APPROVED)).toEqual({ ApprovalStatus: "Rejected", Effect: "set before" });
  expect(recordAt(world, SECOND_KEY)).toMatchObject({ decision: "Approved", binding: false });
  expect(world.ports.notices.told.map(({ subject }) => subject)).toEqual([
    "Judged again, and not rejected: credit-risk version 7",
  ]);
  await world.ask("bob", "approve");
  expect(await world.status()).toBe("Approved");
});

it.each<[string, object, string]>([
  ["in an observed group", { observedGroups: ["credit-risk"] }, RECORDED_ONLY],
  ["registered before the cut-over", { cutOvers: { "credit-risk": "2030-01-01T00:00:00Z" } }, BEFORE_CUT_OVER],
])("a repair sets no status of a version %s", async (_, takenOver, effect) => {
  const world = await decided(APPROVED);
  world.ports.registry.set(registeredVersion());
  const settings = { ...DECIDE_SETTINGS, ...takenOver };
  expect(await repair({ modelPackageArn: ARN, attempt: 1 }, world.ports, settings)).toMatchObject({ Effect: effect });
  expect(await statusOf(world)).toBe("PendingManualApproval");
});

it("a version of an observed group is recorded, and nothing of it is changed", async () => {
  const observed = { ...DECIDE_SETTINGS, observedGroups: ["credit-risk"] };
  const world = decideWorld(textOf(approvedRecord()));
  const outputs = await decide(world.args, world.ports, observed, NOW);
  expect(outputs).toEqual({ ApprovalStatus: "PendingManualApproval", Effect: RECORDED_ONLY });
  expect(recordAt(world, RECORD_KEY)).toMatchObject({ decision: "Approved", binding: false, previous: null });
  expect([world.ports.registry.changes, world.ports.cards.tokens]).toEqual([[], []]);
});

it.each<[string, Partial<VerdictRecord>, status: string, told: number]>([
  ["fails, and people approved it", REJECTED, "Approved", 1],
  ["fails, and people rejected it", REJECTED, "Rejected", 0],
  ["passes, and people approved it", APPROVED, "Approved", 0],
])("a version of an observed group is judged again: it %s", async (_, verdict, approvalStatus, told) => {
  const observed = { ...DECIDE_SETTINGS, observedGroups: ["credit-risk"] };
  const world = await decided(APPROVED, observed);
  world.ports.registry.set(registeredVersion({ approvalStatus }));
  await again(world, verdict, undefined, observed);
  expect([world.ports.notices.told.length, world.ports.registry.changes]).toEqual([told, []]);
});
