import { modelPackageGroupArn } from "../src/contract/names";
import { type EvaluatedProgram, evaluateProgram } from "../src/local/evaluate-program";
import { readLedger } from "../src/local/ledger";
import { programWorld } from "../src/local/program-world";
import type { LocalWorld } from "../src/local/stand-in/create-world";
import { isRecord } from "../src/local/stand-in/inputs";
import { type Registered, SAMPLE_STACKS, tell } from "../src/local/story";

const ADMIN = "arn:aws:iam::444455556666:role/account-admin";
const START = new Date("2026-11-20T10:00:00Z");
/** When both samples are decided, by far, and no schedule is about to begin. */
const DECIDED_MS = 3_700_000;
const END = new Date("2026-11-20T12:00:00Z");

let program: EvaluatedProgram;
beforeAll(async () => {
  program = await evaluateProgram(SAMPLE_STACKS);
}, 120_000);

const RULE = /^aws:cloudwatch\/event(Rule|Target):/;

interface Scene {
  world: LocalWorld;
  approved: Registered;
  rejected: Registered;
}

type Tampers = (scene: Scene, call: (operation: string, input: object) => Promise<unknown>) => Promise<unknown>;

/**
 * An approved and a rejected version, and what an administrator then does.
 * @param REVOKES as `governance:revokeOnTampering` makes it
 * @param hasEvents whether the watcher's rule is there
 */
async function played(tampers: Tampers, REVOKES: "yes" | "no", hasEvents = true): Promise<Scene> {
  const there = program.resources.filter(({ type, name }) => hasEvents || name !== "watch" || !RULE.test(type));
  const resources = there.map((one) => {
    const { environment } = one.inputs;
    const variables = isRecord(environment) ? environment.variables : undefined;
    if (one.type !== "aws:lambda/function:Function" || !isRecord(variables) || !("REVOKES" in variables)) return one;
    return { ...one, inputs: { ...one.inputs, environment: { variables: { ...variables, REVOKES } } } };
  });
  const world = programWorld(
    {
      ...{ ...program, resources },
      outsiders: { [ADMIN]: [{ Effect: "Allow", Action: ["sagemaker:*", "sqs:*"], Resource: ["*"] }] },
    },
    { seed: 7, start: START },
  );
  const [approved, rejected] = tell(world, program, [
    { sample: "all-in-order", registered: 0 },
    { sample: "biased-by-age", registered: 60 },
  ]);
  if (approved === undefined || rejected === undefined) throw new Error("no samples");
  const scene = { world, approved, rejected };
  const call = (operation: string, input: object) =>
    world.call(ADMIN, program.governance.region, "sagemaker", operation, { ...input });
  world.clock.limit(DECIDED_MS, async () => void (await tampers(scene, call)));
  await world.run(END);
  return scene;
}

const statusOf = ({ world }: Scene, arn: string) =>
  world.sageMaker.versions().find((version) => version.arn === arn)?.fields.ModelApprovalStatus;
const alarms = ({ world }: Scene) =>
  [...world.notices().values()]
    .flat()
    .flatMap((notice) => JSON.stringify(notice))
    .filter((text) => /Decided (without|otherwise)|Changed after its/.test(text));
const ledgerOf = ({ world }: Scene) => readLedger(world, program);

const swap: Tampers = ({ approved, rejected }, call) =>
  call("UpdateModelPackage", {
    ModelPackageArn: approved.arn,
    InferenceSpecification: rejected.sample.described.InferenceSpecification,
  });
const approve: Tampers = ({ rejected }, call) =>
  call("UpdateModelPackage", { ModelPackageArn: rejected.arn, ModelApprovalStatus: "Approved" });
const registerApproved: Tampers = ({ approved: { sample } }, call) =>
  call("CreateModelPackage", {
    ModelPackageGroupName: modelPackageGroupArn(program.governance, sample.group),
    ModelApprovalStatus: "Approved",
    InferenceSpecification: sample.described.InferenceSpecification,
  });

describe("whoever administers the account", () => {
  it.each<[string, Tampers, changed: number]>([
    ["changes what was approved", swap, 0],
    ["approves what was rejected", approve, 1],
    ["registers a version as Approved", registerApproved, 2],
  ])(
    "and %s is told of, and the version is revoked, on record",
    async (_, tampers, changed) => {
      const scene = await played(tampers, "yes");
      const arn = scene.world.sageMaker.versions()[changed]?.arn ?? "";
      expect(statusOf(scene, arn)).toBe("Rejected");
      expect(alarms(scene)).toEqual([expect.stringContaining(arn)]);
      expect(alarms(scene)[0]).toContain("assumed-role/account-admin/session");
      const ledger = ledgerOf(scene);
      expect(ledger.faults).toEqual([]);
      const revocations = ledger.records.filter(({ document }) => document.body.kind === "revocation");
      expect(revocations.map(({ document: { body } }) => [body.modelPackageArn, body.decidedBy])).toEqual([
        [arn, { kind: "watcher" }],
      ]);
    },
    120_000,
  );

  it.each<[string, Tampers, changed: number]>([
    ["approves what was rejected", approve, 1],
    ["registers a version as Approved", registerApproved, 2],
  ])(
    "and %s, of which the event is lost, is found by the reconciler, and the watcher has it revoked",
    async (_, tampers, changed) => {
      const scene = await played(tampers, "yes", false);
      const arn = scene.world.sageMaker.versions()[changed]?.arn ?? "";
      expect(statusOf(scene, arn)).toBe("Rejected");
      expect(alarms(scene)).toEqual([expect.stringContaining(arn)]);
      const last = ledgerOf(scene).records.at(-1)?.document.body;
      expect([last?.kind, last?.modelPackageArn, last?.decidedBy]).toEqual(["revocation", arn, { kind: "watcher" }]);
    },
    120_000,
  );

  it("isn't undone where the configuration doesn't say so, but told of", async () => {
    const scene = await played(approve, "no");
    expect(statusOf(scene, scene.rejected.arn)).toBe("Approved");
    expect(alarms(scene)).toHaveLength(1);
    expect(ledgerOf(scene).records).toHaveLength(2);
  }, 120_000);

  it("and asks revoke without being who may, is refused by the queue", async () => {
    const scene = await played(async ({ world, approved }) => {
      const QueueUrl = `https://sqs.us-east-1.amazonaws.com/444455556666/mg-revocations`;
      const MessageBody = JSON.stringify({ revoke: { modelPackageArn: approved.arn, reason: "no reason" } });
      const { region } = program.governance;
      const asked = world.call(ADMIN, region, "sqs", "SendMessage", { QueueUrl, MessageBody });
      await expect(asked).rejects.toThrow("denied by DenyOtherSenders");
    }, "yes");
    expect(statusOf(scene, scene.approved.arn)).toBe("Approved");
  }, 120_000);

  it("hears nothing of decisions as recorded", async () => {
    const scene = await played(async () => {}, "yes");
    expect([statusOf(scene, scene.approved.arn), statusOf(scene, scene.rejected.arn)]).toEqual([
      "Approved",
      "Rejected",
    ]);
    expect(alarms(scene)).toEqual([]);
    const log = scene.world.logs.filter(({ function: of }) => of.endsWith(":mg-watch")).map(({ text }) => text);
    expect(log.filter((line) => !line.includes('"effect":"as recorded"'))).toEqual([]);
    expect(log.length).toBeGreaterThanOrEqual(2);
  }, 120_000);
});
