import { arnParts } from "../arns";
import { type IamRequest, requestFor } from "../iam/request";
import { isRecord } from "../inputs";
import type { Surroundings } from "../service";
import type { LambdaStep, ProcessingStep, Step } from "./definition";
import { announceExecution, announceStep } from "./events";
import type { Execution, StepRun } from "./execution";
import { resolved, type Values } from "./expressions";
import { passRole } from "./needs";
import { jobOf, type ProcessingJob } from "./processing-step";

/** Longest that a Lambda step may take, in virtual milliseconds. */
const STEP_LIMIT = 10 * 60_000;
/** Virtual milliseconds until a step begins after what it waited for. */
const STEP_AFTER = [500, 2_000] as const;
/** Longest failure reasons of a step and of an execution. */
const LONGEST_REASON = { step: 1024, execution: 1300 };

/** Runs an execution: each step when those that it waits for have succeeded, others at the same time. */
export function run(execution: Execution, around: Surroundings): void {
  const stopped = new AbortController();
  execution.stop = () => {
    execution.status = "Stopping";
    announceExecution(execution, "Executing", around);
    stopped.abort();
  };
  announceExecution(execution, null, around);
  goOn(execution, new Set(), { ...around, stopped: stopped.signal });
}

/** What an execution's steps run in. */
interface Run extends Surroundings {
  stopped: AbortSignal;
}

/** Begins what can begin; ends the execution when nothing is under way any more. */
function goOn(execution: Execution, begun: Set<Step>, around: Run): void {
  const failed = execution.steps.filter(({ status }) => status === "Failed");
  const succeeded = execution.steps.filter(({ status }) => status === "Succeeded").map(({ name }) => name);
  const ended = execution.steps.filter(({ status }) => status !== "Executing");
  const { steps } = execution.definition;
  const ready = steps.filter((step) => !begun.has(step) && step.after.every((name) => succeeded.includes(name)));
  for (const step of failed.length > 0 || around.stopped.aborted ? [] : ready) {
    begun.add(step);
    const [least, most] = STEP_AFTER;
    around.clock.limit(least + around.clock.random() * (most - least), async () => {
      if (around.stopped.aborted) begun.delete(step);
      else await runStep(execution, step, around);
      goOn(execution, begun, around);
    });
  }
  if (begun.size === ended.length) end(execution, failed, around);
}

function end(execution: Execution, failed: readonly StepRun[], around: Surroundings): void {
  if (failed.length > 0) {
    const which = failed.map(({ name, failure }) => `${name}: ${failure}`).join("; ");
    const reason = `Step failure: One or multiple steps failed: ${which}`;
    execution.failure = reason.slice(0, LONGEST_REASON.execution);
  }
  const before = execution.status;
  const well = before === "Stopping" ? "Stopped" : "Succeeded";
  execution.status = execution.failure === undefined ? well : "Failed";
  execution.ended = around.clock.now();
  announceExecution(execution, before, around);
}

async function runStep(execution: Execution, step: Step, around: Run): Promise<void> {
  const { name, kind: type } = step;
  const { clock, trace } = around;
  const ran = step.kind === "Lambda" ? step.functionArn : jobArn(execution, step);
  const run: StepRun = { name, type, ran, status: "Executing", started: clock.now(), outputs: {} };
  execution.steps.push(run);
  announceStep(execution, run, null, around);
  try {
    if (step.kind === "Lambda") run.outputs = requireOutputs(await invoked(execution, step, around), step);
    else await job({ ...jobOf(step.job, valuesOf(execution)), ...whereOf(execution), arn: ran }, execution, around);
    run.status = "Succeeded";
  } catch (error) {
    run.status = error instanceof StepStopped ? "Stopped" : "Failed";
    if (run.status === "Failed")
      run.failure = (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_REASON.step);
  }
  run.ended = clock.now();
  trace.note(execution.arn, `step ${name}: ${run.status}${run.failure === undefined ? "" : `: ${run.failure}`}`);
  announceStep(execution, run, "Executing", around);
}

class StepStopped extends Error {}

/** A stopped job ends at once, as far as its execution is concerned; a function goes on to its end. */
async function job(of: ProcessingJob, { role }: Execution, { runJob, stopped, ...around }: Run): Promise<void> {
  const ask = (operation: string) => requestFor(role, `sagemaker:${operation}`, of.arn);
  // Pipelines tags the job with its execution.
  await requireAllowed([ask("CreateProcessingJob"), ask("AddTags"), passRole(role, of.role)], around);
  await requireAllowed([ask("DescribeProcessingJob")], around);
  const stop = new Promise<never>((_, reject) => {
    stopped.addEventListener("abort", async () => {
      const why = await around.refusal([ask("StopProcessingJob")]);
      reject(why === undefined ? new StepStopped() : new Error(`ClientError: ${why}`));
    });
  });
  await Promise.race([runJob(of, stopped), stop]);
}

/** What the step's function answers. Past the limit the step has failed, and the function goes on. */
async function invoked(execution: Execution, step: LambdaStep, around: Surroundings): Promise<unknown> {
  const { clock, invoke } = around;
  await requireAllowed([requestFor(execution.role, "lambda:InvokeFunction", step.functionArn)], around);
  const values = valuesOf(execution);
  const args = Object.entries(step.arguments).map(([name, value]) => [name, resolved(value, values)]);
  let callOff = () => undefined as unknown;
  const late = new Promise<never>((_, reject) => {
    const message = `the Lambda step timed out after ${STEP_LIMIT / 60_000} minutes`;
    callOff = clock.limit(STEP_LIMIT, () => reject(new Error(message)));
  });
  try {
    return await Promise.race([invoke(step.functionArn, Object.fromEntries(args)), late]);
  } finally {
    callOff();
  }
}

/** A pipeline acts as its role. */
async function requireAllowed(requests: readonly IamRequest[], around: Pick<Surroundings, "refusal">): Promise<void> {
  const why = await around.refusal(requests);
  if (why !== undefined) throw new Error(`ClientError: ${why}`);
}

const whereOf = ({ account, region }: Execution) => ({ account, region });

const jobArn = ({ id, pipelineArn, account, region }: Execution, { name }: ProcessingStep): string =>
  `arn:${arnParts(pipelineArn)?.partition}:sagemaker:${region}:${account}:processing-job/pipelines-${id}-${name.slice(0, 39)}`;

const valuesOf = ({ id, arn, pipelineName, pipelineArn, started, parameters, steps }: Execution): Values => ({
  parameters,
  execution: {
    PipelineExecutionId: id,
    PipelineExecutionArn: arn,
    PipelineName: pipelineName,
    PipelineArn: pipelineArn,
    StartDateTime: started.toISOString(),
  },
  outputs: new Map(steps.map(({ name, outputs }) => [name, outputs])),
});

const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: (value) => typeof value === "string",
  Integer: (value) => Number.isInteger(value),
  Float: (value) => typeof value === "number" && Number.isFinite(value),
  Boolean: (value) => typeof value === "boolean",
};
/** Longest value of an output, in characters. */
const LONGEST_OUTPUT = 1024;

/** A Lambda step's answer must have each declared output, as a value of its type. */
function requireOutputs(answer: unknown, { name, outputs }: LambdaStep): Record<string, unknown> {
  if (!isRecord(answer)) throw new Error(`${name}: the function returned no object`);
  for (const output of outputs) {
    const value = answer[output.name];
    if (!FITS[output.type]?.(value) || String(value).length > LONGEST_OUTPUT) {
      throw new Error(`${name}: the function returned no ${output.type} as ${output.name}`);
    }
  }
  return Object.fromEntries(outputs.map((output) => [output.name, answer[output.name]]));
}
