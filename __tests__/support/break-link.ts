import type { EvaluatedProgram } from "../../src/local/evaluate-program";
import { isRecord, listOf } from "../../src/local/stand-in/inputs";
import type { DeclaredResource } from "../../src/local/stand-in/service";

/** Changes one declared resource; undefined takes it away. */
export interface Break {
  /** The last part of its type token, such as `EventRule`. */
  type: string;
  /** Its logical name, and its stack where two have the name. */
  name: string;
  stack?: string;
  change(inputs: Record<string, unknown>): Record<string, unknown> | undefined;
}

/** A declared link, how it is broken, and what the local run must name. */
export type Link = readonly [link: string, change: Break, names: RegExp];

/** The program with one declared link changed, and nothing else. */
export function broken(program: EvaluatedProgram, { type, name, stack, change }: Break): EvaluatedProgram {
  const isMeant = (resource: DeclaredResource) =>
    resource.type.endsWith(`:${type}`) && resource.name === name && (stack === undefined || resource.stack === stack);
  if (program.resources.filter(isMeant).length !== 1) throw new Error(`no single ${type} "${name}" is declared`);
  const resources = program.resources.flatMap((resource) => {
    if (!isMeant(resource)) return [resource];
    const inputs = change({ ...resource.inputs });
    if (JSON.stringify(inputs) === JSON.stringify(resource.inputs)) throw new Error(`${type} "${name}" wasn't changed`);
    return inputs === undefined ? [] : [{ ...resource, inputs }];
  });
  return { ...program, resources };
}

/** Replaces a text in one input. */
export const replace =
  (input: string, from: string | RegExp, to: string) =>
  (inputs: Record<string, unknown>): Record<string, unknown> => ({
    ...inputs,
    [input]: String(inputs[input]).replace(from, to),
  });

/** Sets one input. */
export const set =
  (input: string, value: unknown) =>
  (inputs: Record<string, unknown>): Record<string, unknown> => ({ ...inputs, [input]: value });

/** Changes one variable of a function's environment; undefined takes it away. */
export const variable = (name: string, value: string | undefined) => (inputs: Record<string, unknown>) => {
  const { environment } = inputs;
  const variables = isRecord(environment) && isRecord(environment.variables) ? environment.variables : {};
  if (!(name in variables)) throw new Error(`no variable ${name}`);
  const { [name]: _, ...others } = variables;
  return { ...inputs, environment: { variables: value === undefined ? others : { ...others, [name]: value } } };
};

/** Takes one statement out of a policy. */
export const statementGone = (sid: string) => (inputs: Record<string, unknown>) => {
  const document: unknown = JSON.parse(String(inputs.policy));
  const statements = isRecord(document) ? listOf(document.Statement).filter(isRecord) : [];
  return {
    ...inputs,
    policy: JSON.stringify({ ...Object(document), Statement: statements.filter(({ Sid }) => Sid !== sid) }),
  };
};

/** Takes the resource away. */
export const gone = (): undefined => undefined;
