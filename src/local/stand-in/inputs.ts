import { type DeclaredResource, UnknownToStandIn } from "./service";

/** How a message names a resource: stack, type token, logical name. */
export const nameOf = ({ stack, type, name }: DeclaredResource): string => `${stack}: ${type} "${name}"`;

/** A value of a declared resource is not what the service it configures accepts. */
export const wrongInput = (of: DeclaredResource, input: string, expected: string): Error =>
  new Error(`${nameOf(of)}: ${input} is ${JSON.stringify(of.inputs[input]) ?? "missing"}, expected ${expected}`);

export function optionalText(of: DeclaredResource, input: string): string | undefined {
  const value = of.inputs[input];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || value === "") throw wrongInput(of, input, "a text");
  return value;
}

export function text(of: DeclaredResource, input: string): string {
  const value = optionalText(of, input);
  if (value === undefined) throw wrongInput(of, input, "a text");
  return value;
}

/** A whole number within AWS's limits for it. */
export function number(
  of: DeclaredResource,
  input: string,
  missing: number,
  [min, max]: readonly [number, number],
): number {
  const value = of.inputs[input] ?? missing;
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    throw wrongInput(of, input, `a whole number from ${min} to ${max}`);
  }
  return value;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function record(of: DeclaredResource, input: string): Readonly<Record<string, unknown>> {
  const value = of.inputs[input];
  if (!isRecord(value)) throw wrongInput(of, input, "an object");
  return value;
}

/** What declared texts hold, which nobody changes: each call looks at policies again. */
const parsedTexts = new Map<string, unknown>();

/** A JSON document that an input holds as text. */
export function jsonText(of: DeclaredResource, input: string): unknown {
  const value = text(of, input);
  try {
    const parsed: unknown = parsedTexts.get(value) ?? JSON.parse(value);
    parsedTexts.set(value, parsed);
    return parsed;
  } catch (cause) {
    throw new Error(`${nameOf(of)}: ${input} is no JSON: ${value.slice(0, 80)}`, { cause });
  }
}

/** A list's items as one list; one item stays one. */
export const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** @throws UnknownToStandIn for an input that isn't among the known ones */
export function requireKnownInputs(of: DeclaredResource, known: readonly string[]): void {
  const unknown = Object.keys(of.inputs).filter((input) => of.inputs[input] !== undefined && !known.includes(input));
  if (unknown.length > 0) throw new UnknownToStandIn(`${nameOf(of)}: the stand-in doesn't know ${unknown.join(", ")}`);
}
