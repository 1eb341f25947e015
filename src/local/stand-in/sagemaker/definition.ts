import { isRecord, listOf } from "../inputs";
import { UnknownToStandIn } from "../service";
import { EXECUTION_VARIABLES, outputOf, pathsIn } from "./expressions";
import { type JobTemplate, parseJobTemplate, valuesOfJob } from "./processing-step";

/** A pipeline's parameter; without a default it must be given at the start. */
export interface Parameter {
  name: string;
  default?: string;
}

interface AnyStep {
  name: string;
  /** Steps that must have ended well before. */
  after: readonly string[];
}
export interface LambdaStep extends AnyStep {
  kind: "Lambda";
  functionArn: string;
  arguments: Readonly<Record<string, unknown>>;
  outputs: readonly { name: string; type: string }[];
}
export interface ProcessingStep extends AnyStep {
  kind: "Processing";
  job: JobTemplate;
}
/** Steps of other types join here. */
export type Step = LambdaStep | ProcessingStep;

export interface Definition {
  parameters: readonly Parameter[];
  steps: readonly Step[];
}

const NAME = /^[A-Za-z0-9\-_]{1,64}$/;
const OUTPUT_TYPES = ["String", "Integer", "Float", "Boolean"];
const STEP_FIELDS = ["Name", "Type", "Arguments", "DependsOn", "DisplayName", "Description"];
/** Longest definition, in characters. */
const LONGEST = 1_048_576;

/**
 * Reads a pipeline definition's JSON.
 * @throws Error naming a field, step or reference that SageMaker would refuse, UnknownToStandIn for one it isn't told of
 */
export function parseDefinition(text: string, of: string): Definition {
  if (text.length > LONGEST) throw new Error(`${of}: ${text.length} characters, at most ${LONGEST}`);
  const root: unknown = JSON.parse(text);
  if (!isRecord(root) || root.Version !== "2020-12-01") throw new Error(`${of}: Version must be 2020-12-01`);
  refuseOthers(root, ["Version", "Metadata", "Parameters", "Steps"], of);
  const parameters = listOf(root.Parameters).map((parameter) => parseParameter(parameter, of));
  const steps = listOf(root.Steps).map((step) => parseStep(step, of));
  if (steps.length === 0) throw new Error(`${of}: a pipeline needs a step`);
  requireUnique([...parameters, ...steps], of);
  requireOrder(steps, of);
  for (const step of steps) requireReferences(step, { parameters, steps }, of);
  return { parameters, steps };
}

function refuseOthers(value: Readonly<Record<string, unknown>>, known: readonly string[], of: string): void {
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new UnknownToStandIn(`${of}: ${unknown.join(", ")}`);
}

function parseParameter(value: unknown, of: string): Parameter {
  if (!isRecord(value) || !NAME.test(String(value.Name))) throw new Error(`${of}: a parameter without a valid Name`);
  refuseOthers(value, ["Name", "Type", "DefaultValue", "Description"], of);
  if (value.Type !== "String") throw new UnknownToStandIn(`${of}: parameter ${value.Name} of type ${value.Type}`);
  return {
    name: String(value.Name),
    ...(typeof value.DefaultValue === "string" ? { default: value.DefaultValue } : {}),
  };
}

function parseStep(value: unknown, of: string): Step {
  if (!isRecord(value) || !NAME.test(String(value.Name))) throw new Error(`${of}: a step without a valid Name`);
  const name = String(value.Name);
  const at = `${of}: step ${name}`;
  const step = parseKind(value, at);
  const needed = pathsOf(step, at).flatMap((path) => outputOf(path)?.step ?? []);
  return { ...step, name, after: [...new Set([...listOf(value.DependsOn).map(String), ...needed])] };
}

type StepKind = Omit<LambdaStep, keyof AnyStep> | Omit<ProcessingStep, keyof AnyStep>;

/** What a step has by its type. */
function parseKind(value: Readonly<Record<string, unknown>>, at: string): StepKind {
  switch (value.Type) {
    case "Lambda":
      refuseOthers(value, [...STEP_FIELDS, "FunctionArn", "OutputParameters"], at);
      if (typeof value.FunctionArn !== "string") throw new Error(`${at} without FunctionArn`);
      return {
        kind: "Lambda",
        functionArn: value.FunctionArn,
        arguments: isRecord(value.Arguments) ? value.Arguments : {},
        outputs: listOf(value.OutputParameters).map((output) => parseOutput(output, at)),
      };
    case "Processing":
      refuseOthers(value, STEP_FIELDS, at);
      return { kind: "Processing", job: parseJobTemplate(value.Arguments, at) };
    default:
      throw new UnknownToStandIn(`${at} of type ${value.Type}`);
  }
}

/** Every reference in a step. */
const pathsOf = (step: StepKind, at: string): string[] =>
  Object.entries(step.kind === "Lambda" ? step.arguments : valuesOfJob(step.job)).flatMap(([name, value]) =>
    pathsIn(value, `${at}: argument ${name}`),
  );

function parseOutput(value: unknown, at: string): LambdaStep["outputs"][number] {
  const { OutputName: name, OutputType: type, ...others } = isRecord(value) ? value : {};
  refuseOthers(others, [], at);
  if (typeof name !== "string" || !OUTPUT_TYPES.includes(String(type))) {
    throw new Error(`${at}: an output needs OutputName and one of ${OUTPUT_TYPES.join(", ")} as OutputType`);
  }
  return { name, type: String(type) };
}

function requireUnique(named: readonly { name: string }[], of: string): void {
  const names = named.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`${of}: ${twice} is there twice`);
}

/** Steps may wait for steps only, and not in a circle. */
function requireOrder(steps: readonly Step[], of: string): void {
  const names = steps.map(({ name }) => name);
  const missing = steps.flatMap(({ name, after }) =>
    after.filter((one) => !names.includes(one)).map((one) => `${name} waits for ${one}`),
  );
  if (missing.length > 0) throw new Error(`${of}: ${missing.join(", ")}, which is no step`);
  const done: string[] = [];
  while (done.length < steps.length) {
    const next = steps.find(({ name, after }) => !done.includes(name) && after.every((one) => done.includes(one)));
    if (next === undefined) throw new Error(`${of}: its steps wait for each other in a circle`);
    done.push(next.name);
  }
}

function requireReferences(step: Step, { parameters, steps }: Definition, of: string): void {
  const at = `${of}: step ${step.name}`;
  for (const path of pathsOf(step, at)) {
    const wanted = outputOf(path);
    const known =
      steps.some(
        (one) =>
          one.kind === "Lambda" &&
          one.name === wanted?.step &&
          one.outputs.some((output) => output.name === wanted.output),
      ) ||
      parameters.some((parameter) => path === `Parameters.${parameter.name}`) ||
      EXECUTION_VARIABLES.some((variable) => path === `Execution.${variable}`);
    if (!known) throw new Error(`${at} refers to ${path}, which isn't there`);
  }
}
