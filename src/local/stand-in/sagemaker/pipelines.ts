import { createHash } from "node:crypto";
import { arnParts } from "../arns";
import { Input } from "../call-input";
import { isRecord, listOf, nameOf, requireKnownInputs, text } from "../inputs";
import { AwsError, type Call, type Caller, type DeclaredResource, type Surroundings } from "../service";
import { type Definition, parseDefinition } from "./definition";
import type { Execution } from "./execution";
import { EXECUTION_ANSWERS, summaryOf } from "./execution-answers";
import { refuse, validateStart } from "./limits";
import { isWithin, pageOf } from "./pages";
import { run } from "./run";

interface Pipeline {
  arn: string;
  name: string;
  resource: DeclaredResource;
  definition: Definition;
}

export const PIPELINE = "aws:sagemaker/pipeline:Pipeline";
const INPUTS = [
  "pipelineName",
  "pipelineDisplayName",
  "pipelineDescription",
  "pipelineDefinition",
  "roleArn",
  "parallelismConfiguration",
  "tags",
  "tagsAll",
  "region",
];

/** Executions that an account may run at once in a Region. */
const AT_ONCE = 20;
/** Most parameters of an execution, and longest value of one. */
const MOST_PARAMETERS = 200;
const LONGEST_VALUE = 1024;

/** The declared pipelines and their executions. */
export class Pipelines {
  readonly executions: Execution[] = [];
  private readonly pipelines: readonly Pipeline[];

  constructor(private readonly around: Surroundings) {
    this.pipelines = around.declared(PIPELINE).map(pipelineOf);
  }

  start(call: Call) {
    const input = new Input(call, [
      "PipelineName",
      "PipelineExecutionDisplayName",
      "PipelineExecutionDescription",
      "PipelineParameters",
      "ClientRequestToken",
    ]);
    validateStart(call.input);
    const pipeline = this.find(input.text("PipelineName"), call.caller);
    const token = input.text("ClientRequestToken");
    const before = this.executions.find((one) => one.token === token && one.pipelineArn === pipeline.arn);
    if (before !== undefined) return { PipelineExecutionArn: before.arn };
    const parameters = parametersOf(call.input.PipelineParameters, pipeline);
    this.requireSlot(pipeline.resource);
    const execution = this.newExecution(pipeline, parameters, input);
    this.executions.push(execution);
    this.around.clock.limit(0, () => run(execution, this.around));
    return { PipelineExecutionArn: execution.arn };
  }

  private requireSlot({ account, region }: DeclaredResource): void {
    const running = this.executions.filter(
      (one) => one.status === "Executing" && one.account === account && one.region === region,
    );
    if (running.length < AT_ONCE) return;
    throw new AwsError(
      "ResourceLimitExceeded",
      `The account-level service limit 'Maximum number of concurrent pipeline executions' is ${AT_ONCE} Instances`,
    );
  }

  private newExecution({ arn, name, resource, definition }: Pipeline, parameters: Map<string, string>, input: Input) {
    const { account, region } = resource;
    const token = input.text("ClientRequestToken");
    const id = createHash("sha256").update(`${arn} ${token}`).digest("hex").slice(0, 12);
    const execution: Execution = {
      arn: `${arn}/execution/${id}`,
      ...{ id, account, region, token, parameters, definition },
      definitionText: text(resource, "pipelineDefinition"),
      pipelineArn: arn,
      pipelineName: name,
      role: text(resource, "roleArn"),
      status: "Executing",
      displayName: input.optionalText("PipelineExecutionDisplayName"),
      description: input.optionalText("PipelineExecutionDescription"),
      createdBy: input.caller.principal,
      started: this.around.clock.now(),
      steps: [],
    };
    return execution;
  }

  /** The execution ends when its running steps have: a job at once, a function at its own end. */
  stop(call: Call) {
    const input = new Input(call, ["PipelineExecutionArn", "ClientRequestToken"]);
    const execution = this.findExecution(input.text("PipelineExecutionArn"), call.caller);
    const { status, arn, stop } = execution;
    if (status !== "Executing")
      refuse(
        `Pipeline execution with ARN ${arn} status ${status}. Only pipelines with 'Executing' status can be stopped.`,
      );
    this.around.trace.note(arn, `stopped by ${call.caller.principal}`);
    stop?.();
    return { PipelineExecutionArn: arn };
  }

  /** Newest first unless asked otherwise. */
  list(call: Call) {
    const paging = ["SortBy", "SortOrder", "MaxResults", "NextToken"];
    const input = new Input(call, ["PipelineName", "CreatedAfter", "CreatedBefore", ...paging]);
    const pipeline = this.find(input.text("PipelineName"), call.caller);
    input.choice("SortBy", ["CreationTime"]);
    const found = this.executions.filter(
      ({ pipelineArn, started }) =>
        pipelineArn === pipeline.arn && isWithin(started, input, "CreatedAfter", "CreatedBefore"),
    );
    const oldestFirst = input.choice("SortOrder", ["Ascending", "Descending"]) === "Ascending";
    const { page, ...next } = pageOf(oldestFirst ? found : found.reverse(), input);
    return { PipelineExecutionSummaries: page.map(summaryOf), ...next };
  }

  /** Answers about one execution; undefined for an operation that isn't about one. */
  answer(call: Call): unknown {
    const answer = EXECUTION_ANSWERS[call.operation];
    if (answer === undefined) return undefined;
    return answer(this.findExecution(String(call.input.PipelineExecutionArn), call.caller), call);
  }

  private findExecution(arn: string, caller: Caller): Execution {
    const execution = this.executions.find((one) => one.arn === arn && one.region === caller.region);
    if (execution === undefined) throw new AwsError("ResourceNotFound", `Pipeline execution ${arn} does not exist.`);
    requireOwn(execution.account, caller);
    return execution;
  }

  /** By name in the caller's account, or by ARN, in the Region that is called. */
  private find(name: string, caller: Caller): Pipeline {
    const found = this.pipelines.find(
      ({ arn, name: of, resource: { account, region } }) =>
        region === caller.region &&
        (arn.toLowerCase() === name.toLowerCase() || (of === name && account === caller.account)),
    );
    if (found === undefined) throw new AwsError("ResourceNotFound", `Pipeline ${name} does not exist.`);
    requireOwn(found.resource.account, caller);
    return found;
  }
}

/** No pipeline is shared with another account. */
function requireOwn(account: string, { account: own, principal }: Caller): void {
  if (account === own) return;
  throw new AwsError("AccessDeniedException", `${principal} may not use a pipeline of account ${account}`, 403);
}

function pipelineOf(resource: DeclaredResource): Pipeline {
  requireKnownInputs(resource, INPUTS);
  const name = text(resource, "pipelineName");
  if (!/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}$/.test(name)) throw new Error(`${nameOf(resource)}: pipelineName ${name}`);
  const { account, region } = resource;
  const definition = parseDefinition(text(resource, "pipelineDefinition"), nameOf(resource));
  for (const step of definition.steps) {
    if (step.kind === "Lambda" && arnParts(step.functionArn)?.region !== region)
      throw new Error(`${nameOf(resource)}: step ${step.name}: ${step.functionArn} is no function in ${region}`);
  }
  const partition = arnParts(text(resource, "roleArn"))?.partition;
  return { arn: `arn:${partition}:sagemaker:${region}:${account}:pipeline/${name}`, name, resource, definition };
}

/** @throws AwsError for a parameter that the definition doesn't declare, or one without a value */
function parametersOf(given: unknown, { name: of, definition }: Pipeline): Map<string, string> {
  const listed = listOf(given).filter(isRecord);
  if (listed.length > MOST_PARAMETERS) refuse(`PipelineParameters: at most ${MOST_PARAMETERS}`);
  const values = new Map(listed.map(({ Name, Value }) => [String(Name), Value]));
  if (values.size < listed.length) refuse("PipelineParameters: a name is there twice");
  const declared = definition.parameters.map(({ name }) => name);
  const unknown = [...values.keys()].filter((name) => !declared.includes(name));
  if (unknown.length > 0) refuse(`Parameter ${unknown.join(", ")} is not defined in pipeline ${of}`);
  return new Map(
    definition.parameters.map(({ name, default: missing }) => {
      const value = values.get(name) ?? missing;
      if (typeof value !== "string") return refuse(`Parameter ${name} of pipeline ${of} has no value`);
      if (value.length > LONGEST_VALUE) refuse(`Parameter ${name} has more than ${LONGEST_VALUE} characters`);
      return [name, value];
    }),
  );
}
