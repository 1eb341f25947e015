import { createHash } from "node:crypto";
import { arnParts } from "../arns";
import { Input } from "../call-input";
import { isRecord, listOf, nameOf, requireKnownInputs, text } from "../inputs";
import { AwsError, type Call, type DeclaredResource, type Surroundings } from "../service";
import { type Definition, parseDefinition } from "./definition";
import { type Execution, run } from "./execution";
import { validateStart } from "./limits";

interface Pipeline {
  arn: string;
  name: string;
  resource: DeclaredResource;
  definition: Definition;
}

const PIPELINE = "aws:sagemaker/pipeline:Pipeline";
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

/** The declared pipelines and their executions. */
export class Pipelines {
  readonly executions: Execution[] = [];
  private readonly pipelines: Pipeline[];

  constructor(private readonly around: Surroundings) {
    this.pipelines = around.declared(PIPELINE).map((resource) => {
      requireKnownInputs(resource, INPUTS);
      const name = text(resource, "pipelineName");
      const partition = arnParts(text(resource, "roleArn"))?.partition ?? "aws";
      return {
        arn: `arn:${partition}:sagemaker:${resource.region}:${resource.account}:pipeline/${name}`,
        name,
        resource,
        definition: parseDefinition(text(resource, "pipelineDefinition"), nameOf(resource)),
      };
    });
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
    const pipeline = this.find(input.text("PipelineName"), call);
    const token = input.text("ClientRequestToken");
    const before = this.executions.find((one) => one.token === token && one.pipelineArn === pipeline.arn);
    if (before !== undefined) return { PipelineExecutionArn: before.arn };
    const running = this.executions.filter(
      ({ status, account }) => status === "Executing" && account === pipeline.resource.account,
    );
    if (running.length >= AT_ONCE) {
      throw new AwsError(
        "ResourceLimitExceeded",
        `The account-level limit of ${AT_ONCE} concurrent pipeline executions is reached`,
      );
    }
    const execution = this.make(pipeline, parametersOf(call.input.PipelineParameters, pipeline), input, call);
    this.executions.push(execution);
    this.around.clock.after(0, () => run(execution, pipeline.definition, this.around));
    return { PipelineExecutionArn: execution.arn };
  }

  private make(pipeline: Pipeline, parameters: Map<string, string>, input: Input, { caller }: Call): Execution {
    const { account, region } = pipeline.resource;
    const token = input.text("ClientRequestToken");
    const id = createHash("sha256").update(`${pipeline.arn} ${token}`).digest("hex").slice(0, 12);
    return {
      arn: `${pipeline.arn}/execution/${id}`,
      ...{ id, account, region, token, parameters },
      pipelineArn: pipeline.arn,
      pipelineName: pipeline.name,
      status: "Executing",
      displayName: input.optionalText("PipelineExecutionDisplayName"),
      description: input.optionalText("PipelineExecutionDescription"),
      createdBy: caller.principal,
      started: this.around.clock.now(),
      steps: [],
    };
  }

  list(call: Call) {
    const input = new Input(call, [
      "PipelineName",
      "CreatedAfter",
      "CreatedBefore",
      "SortBy",
      "SortOrder",
      "MaxResults",
      "NextToken",
    ]);
    const pipeline = this.find(input.text("PipelineName"), call);
    const after = call.input.CreatedAfter instanceof Date ? call.input.CreatedAfter.getTime() : 0;
    const found = this.executions
      .filter(({ pipelineArn, started }) => pipelineArn === pipeline.arn && started.getTime() >= after)
      .reverse();
    const first = Number(input.optionalText("NextToken") ?? 0);
    const next = first + input.number("MaxResults", 100);
    return {
      PipelineExecutionSummaries: found.slice(first, next).map((execution) => ({
        PipelineExecutionArn: execution.arn,
        StartTime: execution.started,
        PipelineExecutionStatus: execution.status,
        PipelineExecutionDescription: execution.description,
        PipelineExecutionDisplayName: execution.displayName,
        PipelineExecutionFailureReason: execution.failure,
      })),
      ...(next < found.length ? { NextToken: String(next) } : {}),
    };
  }

  /** By name in the caller's account, or by ARN. */
  private find(name: string, { caller }: Call): Pipeline {
    const found = this.pipelines.find(
      (one) =>
        one.arn.toLowerCase() === name.toLowerCase() || (one.name === name && one.resource.account === caller.account),
    );
    if (found === undefined) throw new AwsError("ResourceNotFound", `Pipeline ${name} does not exist.`);
    return found;
  }
}

/** @throws AwsError for a parameter that the definition doesn't declare, or one without a value */
function parametersOf(given: unknown, { name, definition }: Pipeline): Map<string, string> {
  const values = new Map(
    listOf(given)
      .filter(isRecord)
      .map(({ Name, Value }) => [String(Name), Value] as const),
  );
  const declared = definition.parameters.map((parameter) => parameter.name);
  const unknown = [...values.keys()].filter((one) => !declared.includes(one));
  if (unknown.length > 0)
    throw new AwsError("ValidationException", `Parameter ${unknown.join(", ")} is not defined in pipeline ${name}`);
  return new Map(
    definition.parameters.map((parameter) => {
      const value = values.get(parameter.name) ?? parameter.default;
      if (typeof value !== "string")
        throw new AwsError("ValidationException", `Parameter ${parameter.name} of pipeline ${name} has no value`);
      if (value.length > 1024)
        throw new AwsError("ValidationException", `Parameter ${parameter.name} has more than 1024 characters`);
      return [parameter.name, value] as const;
    }),
  );
}
