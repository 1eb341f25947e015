import { definitionKey } from "../../../src/contract/names";
import { DIGEST_NOT_TOLD } from "../../../src/contract/pipeline-parameters";
import { canonical } from "../../../src/core/canonical";
import type { ExecutionFacts } from "../../../src/core/ports";
import { sha256, type VerdictRecord } from "../../../src/core/verdict";
import { signingKey } from "../../../src/local/stand-in/kms/signing-key";
import { decide } from "../../../src/stages/decide";
import {
  DECIDE_SETTINGS,
  decideWorld,
  NOW,
  PIPELINE_ARN,
  START_ROLE_ARN,
  VERDICT_KEY,
} from "../../support/decide-world";
import { ARN, arnOf, registeredVersion } from "../../support/registered-version";
import { approvedRecord, EXECUTION, textOf, trustedBy, VERDICT_SIGNER } from "../../support/verdict-record";

type World = ReturnType<typeof decideWorld>;
const EXECUTION_ARN = `${PIPELINE_ARN}/execution/${EXECUTION}`;
const approved = textOf(approvedRecord());
const OTHER_KEY = signingKey("another");

/** Decides in a world where something is otherwise than start and validate left it. @returns what decide said */
async function decided(arrange: (world: World) => void, body = approved): Promise<string> {
  const world = decideWorld(body);
  arrange(world);
  const { ports, args } = world;
  try {
    return (await decide(args, ports, DECIDE_SETTINGS, NOW)).ApprovalStatus;
  } catch (error) {
    const effects = [ports.registry.changes, ports.cards.tokens, ports.notices.told, [...ports.lock.kept]];
    expect([...effects, [...ports.records.bodies]]).toEqual([[], [], [], [], []]);
    return error instanceof Error ? error.message : String(error);
  }
}

const execution =
  (changed: Partial<ExecutionFacts>) =>
  ({ ports }: World): void =>
    ports.executions.start(EXECUTION, 1, ARN, changed);

const createdBy = (arn: string) => execution({ createdBy: arn });
const STS = "arn:aws:sts::444455556666";

it("the rightful execution decides", async () => {
  expect(await decided(() => undefined)).toBe("Approved");
});

it("so does one of the pair of functions that a deployment has replaced since", async () => {
  const former = '{"Steps":[{"Name":"decide","FunctionArn":"decide:1"}]}';
  const world = ({ ports }: World) => {
    ports.records.definitions.add(definitionKey(sha256(canonical(JSON.parse(former)))));
    ports.executions.start(EXECUTION, 1, ARN, { definition: former });
  };
  expect(await decided(world)).toBe("Approved");
});

it("and one whose definition AWS gives back in another order and with blanks", async () => {
  const ordered = '{"Steps":[],"Version":"1"}';
  const world = ({ ports }: World) => {
    ports.records.definitions.add(definitionKey(sha256(ordered)));
    ports.executions.start(EXECUTION, 1, ARN, { definition: '{ "Version": "1",\n "Steps": [ ] }' });
  };
  expect(await decided(world)).toBe("Approved");
});

describe("decides nothing: an execution", () => {
  it.each<[string, (world: World) => void, string]>([
    [
      "that a person started",
      createdBy(`${STS}:assumed-role/ml-admin/jane`),
      `created by: found ${STS}:assumed-role/ml-admin/jane, expected a session of ${START_ROLE_ARN}`,
    ],
    ["of a role whose name begins so", createdBy(`${STS}:assumed-role/mg-start-2/s`), "created by: found"],
    ["of a role named like a session", createdBy(`${STS}:assumed-role/x/mg-start`), "created by: found"],
    [
      "of start's namesake in another account",
      createdBy("arn:aws:sts::111122223333:assumed-role/mg-start/s"),
      "created by: found",
    ],
    ["of a user", createdBy("arn:aws:iam::444455556666:user/mg-start"), "created by: found"],
    ["of a federated user", createdBy(`${STS}:federated-user/mg-start`), "created by: found"],
    [
      "that nobody is said to have started",
      ({ ports }) => {
        const facts = ports.executions.facts.get(EXECUTION_ARN);
        if (facts === undefined) throw new Error("no execution");
        const { createdBy: _, ...others } = facts;
        ports.executions.facts.set(EXECUTION_ARN, others);
      },
      "created by: found nobody that AWS names",
    ],
    [
      "of some of the steps",
      execution({ isSelective: true }),
      "SelectiveExecutionConfig: found some of the steps, expected all of them",
    ],
    ["that has ended", execution({ status: "Succeeded" }), "status: found Succeeded, expected Executing"],
    ["that is being stopped", execution({ status: "Stopping" }), "status: found Stopping, expected Executing"],
    ["whose status AWS doesn't say", execution({ status: "" }), "status: found , expected Executing"],
    [
      "of another pipeline",
      execution({ pipelineArn: `${PIPELINE_ARN}-2` }),
      `pipeline: found ${PIPELINE_ARN}-2, expected ${PIPELINE_ARN}`,
    ],
    ["that answers in another's place", execution({ arn: `${EXECUTION_ARN}0` }), `ARN: found ${EXECUTION_ARN}0`],
    [
      "for another version",
      ({ ports }) => ports.executions.start(EXECUTION, 1, arnOf("credit-risk/8")),
      `parameter ModelPackageArn: found ${arnOf("credit-risk/8")}, expected ${ARN}`,
    ],
    [
      "for another attempt",
      ({ ports }) => ports.executions.start(EXECUTION, 2, ARN),
      "parameter Attempt: found 2, expected 1",
    ],
    [
      "without parameters",
      execution({ parameters: new Map() }),
      "parameter ModelPackageGroupName: found none, expected credit-risk",
    ],
    [
      "with another bucket, image or function in its definition",
      execution({ definition: '{"Steps":[{"FunctionArn":"evil"}]}' }),
      `definition: found one with the SHA-256 ${sha256('{"Steps":[{"FunctionArn":"evil"}]}')}, expected one that was deployed`,
    ],
    [
      "whose definition says a thing twice, the deployed one last",
      execution({ definition: '{"Steps":[{"FunctionArn":"evil"}],"Steps":[]}' }),
      'definition: is ambiguous: the key "Steps" stands twice',
    ],
    ["without a definition", execution({ definition: "" }), "definition: is empty"],
    [
      "whose definition nobody deployed",
      ({ ports }) => ports.records.definitions.clear(),
      "expected one that was deployed",
    ],
  ])("%s", async (_, arrange, said) => {
    const message = await decided(arrange);
    expect(message).toContain(said);
    expect(message).toContain(EXECUTION_ARN);
  });

  it.each([
    ["that isn't there", { ExecutionId: "exec9" }],
    ["of another pipeline, by its path", { ExecutionId: `x/../../other/execution/${EXECUTION}` }],
  ])("%s", async (_, changed) => {
    expect(await decided(({ args }) => Object.assign(args, changed))).toContain("does not exist");
  });
});

describe("decides nothing: a version's ARN", () => {
  it.each([
    ["of another version", arnOf("credit-risk/8"), "parameter ModelPackageArn"],
    ["of another account", ARN.replace("444455556666", "111122223333"), "parameter ModelPackageArn"],
    ["of another Region", ARN.replace("us-east-1", "us-west-2"), "parameter ModelPackageArn"],
    ["of a group that isn't governed", arnOf("other/7"), "isn't configured"],
  ])("%s", async (_, ModelPackageArn, said) => {
    const arrange = ({ ports, args }: World) => {
      ports.registry.set(registeredVersion({}, ModelPackageArn));
      args.ModelPackageArn = ModelPackageArn;
    };
    expect(await decided(arrange)).toContain(said);
  });

  it("of no version", async () => {
    const pattern = ({ args }: World) => Object.assign(args, { ModelPackageArn: ARN.replace(/7$/, "*") });
    expect(await decided(pattern)).toContain("expected the ARN of a versioned model package");
  });
});

describe("decides nothing: a checks.json", () => {
  const of = (changed: Partial<VerdictRecord>) => textOf(approvedRecord(changed));

  it.each<[string, string, string]>([
    ["that nobody signed", canonical(approvedRecord({ schemaVersion: 2 })), "expected a signed document"],
    ["signed with another key", textOf(approvedRecord(), OTHER_KEY), "which isn't among the 1 trusted"],
    [
      "signed with another key, in the name of validate's",
      approved.replace(
        /"signature":"[^"]*"/,
        /"signature":"[^"]*"/.exec(textOf(approvedRecord(), OTHER_KEY))?.[0] ?? "",
      ),
      "its signature doesn't hold",
    ],
    [
      "with the signature of another",
      of({ decision: "Approved" }).replace(
        /"signature":"[^"]*"/,
        /"signature":"[^"]*"/.exec(of({ decision: "Rejected" }))?.[0] ?? "",
      ),
      "its signature doesn't hold",
    ],
    ["of another version", of({ modelPackageArn: arnOf("credit-risk/8") }), "modelPackageArn: found"],
    [
      "of another execution of the same version, an older one",
      of({ executionId: "exec0" }),
      "executionId: found exec0",
    ],
    ["of another attempt", of({ attempt: 2 }), "attempt: found 2, expected 1"],
    ["by another policy", of({ policy: { digest: "9".repeat(64) } }), "policy.digest: found"],
    [
      "by another image",
      of({ checks: { ...approvedRecord().checks, imageDigest: `sha256:${"9".repeat(64)}` } }),
      "checks.imageDigest: found",
    ],
  ])("%s, whether or not its digest is told", async (_, body, said) => {
    expect(await decided(() => undefined, body)).toContain(said);
    const untold = ({ args }: World) => Object.assign(args, { VerdictSha256: DIGEST_NOT_TOLD });
    expect(await decided(untold, body)).toContain(said);
  });

  it("swapped after validate told its digest", async () => {
    const swap = ({ ports }: World) =>
      ports.verdicts.bodies.set(VERDICT_KEY, of({ findings: approvedRecord().findings.slice(1) }));
    expect(await decided(swap)).toContain("SHA-256: found");
  });
});

it("what a former key signed counts while it is named", async () => {
  const body = textOf(approvedRecord(), OTHER_KEY);
  const named = ({ ports }: World) => {
    ports.verdictKeys = async () => new Map([...trustedBy(VERDICT_SIGNER), ...trustedBy(OTHER_KEY)]);
  };
  expect(await decided(named, body)).toBe("Approved");
});

it.each<[string, (world: World) => jest.SpyInstance]>([
  ["describing the execution", ({ ports }) => jest.spyOn(ports.executions, "describe")],
  ["looking for the definition", ({ ports }) => jest.spyOn(ports.records, "has")],
  ["reading validate's key", ({ ports }) => jest.spyOn(ports, "verdictKeys")],
])("%s fails: that is thrown as it is, and the next try decides", async (_, fails) => {
  const world = decideWorld(approved);
  const fault = new Error("ThrottlingException");
  fails(world).mockRejectedValueOnce(fault);
  await expect(decide(world.args, world.ports, DECIDE_SETTINGS, NOW)).rejects.toBe(fault);
  expect([world.ports.records.bodies.size, world.ports.registry.changes]).toEqual([0, []]);
  expect((await decide(world.args, world.ports, DECIDE_SETTINGS, NOW)).ApprovalStatus).toBe("Approved");
});
