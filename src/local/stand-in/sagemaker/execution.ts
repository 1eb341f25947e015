import type { Definition, Step } from "./definition";

/** One step of an execution. */
export interface StepRun {
  name: string;
  type: Step["kind"];
  /** ARN of the function or job that it ran. */
  ran: string;
  status: "Executing" | "Succeeded" | "Failed" | "Stopped";
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
  /** Role that its steps are begun as. */
  role: string;
  account: string;
  region: string;
  status: "Executing" | "Stopping" | "Stopped" | "Succeeded" | "Failed";
  token: string;
  displayName: string | undefined;
  description: string | undefined;
  parameters: ReadonlyMap<string, string>;
  definition: Definition;
  /** The definition as the pipeline had it. */
  definitionText: string;
  /** Role of who started it. */
  createdBy: string;
  started: Date;
  ended?: Date;
  failure?: string;
  steps: StepRun[];
  /** Ends what can be ended of it; it begins no further step. */
  stop?(): void;
}
