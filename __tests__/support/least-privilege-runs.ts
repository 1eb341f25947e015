import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { REGISTRY_EVENT_TYPE } from "../../src/contract/registry-event";
import { type EvaluatedProgram, evaluateProgram } from "../../src/local/evaluate-program";
import { runFlow } from "../../src/local/flow";
import { roleName } from "../../src/local/least-privilege/unused";
import { programWorld } from "../../src/local/program-world";
import type { Fault } from "../../src/local/stand-in/faults";
import { SAMPLE_STACKS, SCENES, tell } from "../../src/local/story";
import { asPersonIn, REVIEWER } from "./as-person";
import { processingStacks } from "./processing-stacks";
import { reviewedStacks } from "./reviewed-stacks";

/** Programs that were run, with all that their worlds asked of IAM, and what didn't go as it should. */
export interface PrivilegeRuns {
  programs: readonly EvaluatedProgram[];
  broken: readonly string[];
}

const TOLD_IN_A_JOB = SCENES.filter(({ sample }) => ["all-in-order", "biased-by-age"].includes(sample));
const ADMIN = "arn:aws:iam::444455556666:role/account-admin";
const START = new Date("2026-11-20T10:00:00Z");

/**
 * Runs what the report is about: the whole story, with copying, replication and language models; people who decide, judge
 * again and revoke; an administrator who tampers; events that get lost, and functions that die; and the checks in a job.
 */
export async function privilegeRuns(): Promise<PrivilegeRuns> {
  const folder = mkdtempSync(path.join(tmpdir(), "least-privilege-"));
  try {
    const samples = await evaluateProgram(SAMPLE_STACKS);
    const reviewed = await evaluateProgram(reviewedStacks(folder));
    const processing = await evaluateProgram(processingStacks(folder));
    const broken = (await runFlow(samples, { seed: 1 })).broken;
    broken.push(...(await runFlow(processing, { seed: 1, scenes: TOLD_IN_A_JOB })).broken);
    broken.push(...(await people(reviewed, folder)));
    broken.push(...(await trouble(samples)));
    const outsiders = { [ADMIN]: [{ Effect: "Allow" as const, Action: ["sagemaker:*"], Resource: ["*"] }] };
    const tamperedWith = { ...reviewed, outsiders };
    broken.push(...(await tampering(tamperedWith)));
    return { programs: [samples, processing, reviewed, tamperedWith], broken };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A rejected version is approved by two people, judged again, and revoked. */
async function people(program: EvaluatedProgram, folder: string): Promise<string[]> {
  const { region } = program.governance;
  const world = programWorld(program, { seed: 7, start: START });
  const [told] = tell(world, program, [{ sample: "biased-by-age", registered: 0 }]);
  const governance = asPersonIn(world, program, folder);
  const ended: string[] = [];
  const does = (after: number, person: string, ...args: string[]) =>
    world.clock.limit(after * 1000, async () => {
      const [command = "", ...rest] = args;
      ended.push(await governance(person, command, told?.arn ?? "", ...rest, "--reason", "MR-1"));
    });
  does(600, "bob", "decide", "--approve", "--wait", "0");
  does(700, "carla", "decide", "--approve", "--wait", "0");
  does(800, "bob", "reevaluate", "--wait", "0");
  does(1200, "bob", "revoke");
  world.clock.limit(1_300_000, async () => {
    const MessageBody = JSON.stringify({ revoke: { modelPackageArn: told?.arn, reason: "MR-2" } });
    const QueueUrl = String(program.outputs.get("governance")?.revocationQueueUrl);
    await world.call(REVIEWER, region, "sqs", "SendMessage", { QueueUrl, MessageBody }, "bob");
  });
  await world.run();
  const status = world.sageMaker.versions()[0]?.fields.ModelApprovalStatus;
  return status === "Rejected" ? [] : [`people's version is ${status}; ${ended.join("; ")}`];
}

/** An administrator approves what was rejected; it is told of, and revoked. */
async function tampering(program: EvaluatedProgram): Promise<string[]> {
  const world = programWorld(program, { seed: 7, start: START });
  const [told] = tell(world, program, [{ sample: "biased-by-age", registered: 0 }]);
  world.clock.limit(600_000, async () => {
    const input = { ModelPackageArn: told?.arn, ModelApprovalStatus: "Approved" };
    await world.call(ADMIN, program.governance.region, "sagemaker", "UpdateModelPackage", input);
  });
  await world.run();
  const status = world.sageMaker.versions()[0]?.fields.ModelApprovalStatus;
  return status === "Rejected" ? [] : [`the version that was tampered with is ${status}`];
}

/** Calls in which a function dies the first time, by its role and the operation, after their effect or before. */
const DEADLY: Readonly<Record<string, Fault["moment"]>> = {
  "mg-copy CopyObject": "after",
  "mg-validate Sign": "before",
  "mg-decide UpdateModelPackage": "before",
};

/** No event of a version arrives, copy dies once, validate before it signs, and decide between record and status. */
async function trouble(program: EvaluatedProgram): Promise<string[]> {
  const died = new Set<string>();
  const world = programWorld(program, {
    ...{ seed: 7, start: START },
    deliveries: ({ "detail-type": type }) => (type === REGISTRY_EVENT_TYPE ? [] : [0]),
    fault({ call: { caller, operation } }) {
      const of = `${roleName(caller.principal)} ${operation}`;
      const moment = died.has(of) ? undefined : DEADLY[of];
      if (moment === undefined) return undefined;
      died.add(of);
      return { kind: "crash", moment };
    },
  });
  tell(world, program, [
    { sample: "all-in-order", registered: 0 },
    { sample: "report-arrives-late", registered: 0, late: { report: "bias/analysis.json", after: 20_000 } },
  ]);
  await world.run(new Date("2026-11-20T13:00:00Z"));
  const statuses = world.sageMaker.versions().map(({ fields }) => String(fields.ModelApprovalStatus));
  return statuses.sort().join() === "Approved,Rejected" ? [] : [`after trouble the versions are ${statuses}`];
}
