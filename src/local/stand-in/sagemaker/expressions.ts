import { isRecord, listOf } from "../inputs";
import { UnknownToStandIn } from "../service";

/** What the references of an execution point to. */
export interface Values {
  parameters: ReadonlyMap<string, string>;
  execution: Readonly<Record<string, string>>;
  outputs: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** Names of what every execution knows of itself. */
export const EXECUTION_VARIABLES = [
  "PipelineExecutionId",
  "PipelineExecutionArn",
  "PipelineName",
  "PipelineArn",
  "StartDateTime",
];

const OUTPUT = /^Steps\.([A-Za-z0-9\-_]+)\.OutputParameters\['([^']+)'\]$/;

/** Step and output that a reference names; undefined for a reference of another kind. */
export function outputOf(path: string): { step: string; output: string } | undefined {
  const [, step, output] = OUTPUT.exec(path) ?? [];
  return step === undefined || output === undefined ? undefined : { step, output };
}

/**
 * The references in a value: `{"Get": path}` or within `{"Std:Join": {"On": text, "Values": […]}}`.
 * @param at for messages
 * @throws UnknownToStandIn for any other object
 */
export function pathsIn(value: unknown, at: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { get, join } = expression(value);
  if (get !== undefined) return [get];
  if (join !== undefined) return join.values.flatMap((part) => pathsIn(part, at));
  throw new UnknownToStandIn(`${at} is neither a value nor a Get nor a Std:Join: ${JSON.stringify(value)}`);
}

function expression(value: unknown): { get?: string; join?: { on: string; values: unknown[] } } {
  if (!isRecord(value) || Object.keys(value).length !== 1) return {};
  if (typeof value.Get === "string") return { get: value.Get };
  const join = value["Std:Join"];
  if (!isRecord(join) || typeof join.On !== "string") return {};
  return { join: { on: join.On, values: listOf(join.Values) } };
}

/** A value with every reference resolved. */
export function resolved(value: unknown, values: Values): unknown {
  const { get, join } = expression(value);
  if (join !== undefined) return join.values.map((part) => String(resolved(part, values))).join(join.on);
  return get === undefined ? value : valueAt(get, values);
}

function valueAt(path: string, { parameters, execution, outputs }: Values): unknown {
  const output = outputOf(path);
  if (output !== undefined) return outputs.get(output.step)?.[output.output];
  const [kind, name = ""] = path.split(".");
  return kind === "Parameters" ? parameters.get(name) : execution[name];
}
