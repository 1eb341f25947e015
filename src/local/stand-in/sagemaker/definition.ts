import { isRecord, listOf } from "../inputs";
import { UnknownToStandIn } from "../service";

/** A pipeline's parameter; without a default it must be given at the start. */
export interface Parameter {
  name: string;
  default?: string;
}

export interface LambdaStep {
  name: string;
  functionArn: string;
  arguments: Readonly<Record<string, unknown>>;
  outputs: readonly { name: string; type: string }[];
  /** Steps that must have ended well before. */
  after: readonly string[];
}

export interface Definition {
  parameters: readonly Parameter[];
  /** In an order in which they can run. */
  steps: readonly LambdaStep[];
}

const NAME = /^[A-Za-z0-9\-_]{1,64}$/;
const STEP_FIELDS = [
  "Name",
  "Type",
  "FunctionArn",
  "Arguments",
  "OutputParameters",
  "DependsOn",
  "DisplayName",
  "Description",
];

/**
 * Reads a pipeline definition's JSON.
 * @throws Error naming a field, step or reference that SageMaker would refuse, UnknownToStandIn for one it isn't told of
 */
export function parseDefinition(text: string, of: string): Definition {
  const root: unknown = JSON.parse(text);
  if (!isRecord(root) || root.Version !== "2020-12-01") throw new Error(`${of}: Version must be 2020-12-01`);
  refuseOthers(root, ["Version", "Metadata", "Parameters", "Steps"], of);
  const parameters = listOf(root.Parameters).map((parameter) => parseParameter(parameter, of));
  const steps = listOf(root.Steps).map((step) => parseStep(step, of));
  if (steps.length === 0) throw new Error(`${of}: a pipeline needs a step`);
  const definition = { parameters, steps: inOrder(steps, of) };
  for (const step of steps) requireReferences(step, definition, of);
  return definition;
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

function parseStep(value: unknown, of: string): LambdaStep {
  if (!isRecord(value) || !NAME.test(String(value.Name))) throw new Error(`${of}: a step without a valid Name`);
  const name = String(value.Name);
  if (value.Type !== "Lambda") throw new UnknownToStandIn(`${of}: step ${name} of type ${value.Type}`);
  refuseOthers(value, STEP_FIELDS, `${of}: step ${name}`);
  if (typeof value.FunctionArn !== "string") throw new Error(`${of}: step ${name} without FunctionArn`);
  const args = isRecord(value.Arguments) ? value.Arguments : {};
  const outputs = listOf(value.OutputParameters).filter(isRecord);
  return {
    name,
    functionArn: value.FunctionArn,
    arguments: args,
    outputs: outputs.map(({ OutputName, OutputType }) => ({ name: String(OutputName), type: String(OutputType) })),
    after: [...listOf(value.DependsOn).map(String), ...references(args).flatMap((path) => stepOf(path) ?? [])],
  };
}

/** Steps after those that they wait for. */
function inOrder(steps: readonly LambdaStep[], of: string): LambdaStep[] {
  const names = steps.map(({ name }) => name);
  const missing = steps.flatMap(({ name, after }) =>
    after.filter((one) => !names.includes(one)).map((one) => `${name} waits for ${one}`),
  );
  if (missing.length > 0) throw new Error(`${of}: ${missing.join(", ")}, which is no step`);
  const ordered: LambdaStep[] = [];
  while (ordered.length < steps.length) {
    const done = ordered.map(({ name }) => name);
    const next = steps.find(({ name, after }) => !done.includes(name) && after.every((one) => done.includes(one)));
    if (next === undefined) throw new Error(`${of}: its steps wait for each other in a circle`);
    ordered.push(next);
  }
  return ordered;
}

const reference = (value: unknown): string | undefined => {
  if (!isRecord(value) || !("Get" in value)) return undefined;
  return typeof value.Get === "string" && Object.keys(value).length === 1 ? value.Get : undefined;
};

const references = (args: Readonly<Record<string, unknown>>): string[] =>
  Object.values(args).flatMap((value) => reference(value) ?? []);

const OUTPUT = /^Steps\.([A-Za-z0-9\-_]+)\.OutputParameters\['([^']+)'\]$/;
const stepOf = (path: string): string | undefined => OUTPUT.exec(path)?.[1];

/** What the references of an execution point to. */
export interface Values {
  parameters: ReadonlyMap<string, string>;
  execution: Readonly<Record<string, string>>;
  outputs: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

const EXECUTION = ["PipelineExecutionId", "PipelineExecutionArn", "PipelineName", "PipelineArn", "StartDateTime"];

function requireReferences({ name, arguments: args }: LambdaStep, { parameters, steps }: Definition, of: string): void {
  for (const path of references(args)) {
    const [, step, output] = OUTPUT.exec(path) ?? [];
    const declared = steps.find((one) => one.name === step)?.outputs.some((one) => one.name === output);
    const known =
      declared ||
      parameters.some((parameter) => path === `Parameters.${parameter.name}`) ||
      EXECUTION.some((variable) => path === `Execution.${variable}`);
    if (!known) throw new Error(`${of}: step ${name} refers to ${path}, which isn't there`);
  }
  const odd = Object.entries(args).find(([, value]) => isRecord(value) && reference(value) === undefined);
  if (odd !== undefined)
    throw new UnknownToStandIn(`${of}: step ${name}: argument ${odd[0]} is neither a value nor a Get`);
}

/** A step's arguments with every reference resolved. */
export function resolve(args: Readonly<Record<string, unknown>>, values: Values): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, resolveOne(value, values)]));
}

function resolveOne(value: unknown, { parameters, execution, outputs }: Values): unknown {
  const path = reference(value);
  if (path === undefined) return value;
  const [, step = "", output = ""] = OUTPUT.exec(path) ?? [];
  if (step !== "") return outputs.get(step)?.[output];
  const [kind = "", name = ""] = path.split(".");
  return kind === "Parameters" ? parameters.get(name) : execution[name];
}
