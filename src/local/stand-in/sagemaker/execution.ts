import { isRecord } from "../inputs";
import type { Surroundings } from "../service";
import { type Definition, type LambdaStep, resolve, type Values } from "./definition";
import { announceExecution, announceStep } from "./events";

/** One step of an execution. */
export interface StepRun {
  name: string;
  type: "Lambda";
  status: "Executing" | "Succeeded" | "Failed";
  started: Date;
  ended?: Date;
  failure?: string;
  outputs: Readonly<Record<string, unknown>>;
}

export interface Execution {
  arn: string;
  id: string;
  pipelineArn: string;
  pipelineName: string;
  account: string;
  region: string;
  status: "Executing" | "Succeeded" | "Failed";
  token: string;
  displayName: string | undefined;
  description: string | undefined;
  parameters: ReadonlyMap<string, string>;
  createdBy: string;
  started: Date;
  ended?: Date;
  failure?: string;
  steps: StepRun[];
}

/** Longest that a Lambda step may take, in virtual milliseconds. */
const STEP_LIMIT = 10 * 60_000;

/** Runs an execution's steps in order, each under the deployed function that the definition names. */
export async function run(execution: Execution, definition: Definition, around: Surroundings): Promise<void> {
  announceExecution(execution, null, around);
  const outputs = new Map<string, Readonly<Record<string, unknown>>>();
  for (const step of definition.steps) {
    const done = await runStep(execution, step, outputs, around);
    outputs.set(step.name, done.outputs);
    if (done.status === "Failed") {
      execution.failure = `Step failure: One or multiple steps failed: ${done.name}: ${done.failure}`;
      break;
    }
  }
  execution.status = execution.failure === undefined ? "Succeeded" : "Failed";
  execution.ended = around.clock.now();
  announceExecution(execution, "Executing", around);
}

async function runStep(
  execution: Execution,
  step: LambdaStep,
  outputs: Values["outputs"],
  around: Surroundings,
): Promise<StepRun> {
  const { clock, trace } = around;
  const run: StepRun = { name: step.name, type: "Lambda", status: "Executing", started: clock.now(), outputs: {} };
  execution.steps.push(run);
  announceStep(execution, run, null, around);
  try {
    const values = { parameters: execution.parameters, execution: variables(execution), outputs };
    const answer = await around.invoke(step.functionArn, resolve(step.arguments, values));
    if (clock.now().getTime() - run.started.getTime() > STEP_LIMIT)
      throw new Error("the Lambda step timed out after 10 minutes");
    run.outputs = requireOutputs(answer, step);
    run.status = "Succeeded";
  } catch (error) {
    run.status = "Failed";
    run.failure = (error instanceof Error ? error.message : String(error)).slice(0, 1024);
  }
  run.ended = clock.now();
  trace.note(execution.arn, `step ${step.name}: ${run.status}${run.failure === undefined ? "" : `: ${run.failure}`}`);
  announceStep(execution, run, "Executing", around);
  return run;
}

const variables = ({ id, arn, pipelineName, pipelineArn, started }: Execution): Record<string, string> => ({
  PipelineExecutionId: id,
  PipelineExecutionArn: arn,
  PipelineName: pipelineName,
  PipelineArn: pipelineArn,
  StartDateTime: started.toISOString(),
});

const TYPES: Readonly<Record<string, string>> = {
  String: "string",
  Integer: "number",
  Float: "number",
  Boolean: "boolean",
};

/** A Lambda step's answer must have each declared output, as a value of its type. */
function requireOutputs(answer: unknown, { name, outputs }: LambdaStep): Record<string, unknown> {
  if (!isRecord(answer)) throw new Error(`${name}: the function returned no object`);
  for (const output of outputs) {
    const value = answer[output.name];
    const fits = typeof value === TYPES[output.type] && String(value).length <= 1024;
    if (!fits) throw new Error(`${name}: the function returned no ${output.type} as ${output.name}`);
  }
  return Object.fromEntries(outputs.map((output) => [output.name, answer[output.name]]));
}
