import type { ErrorObject } from "ajv/dist/2020";

/** A mistake before it has a line: where in the document, and what is wrong. */
export interface Problem {
  path: readonly string[];
  /** Whether the key at the path is meant rather than its value. */
  atKey?: boolean;
  problem: string;
}

/** What the schema's errors say to a person: what was found, what is allowed, an example. */
export const problemsOfErrors = (errors: readonly ErrorObject[]): Problem[] => distinct(errors).map(describe);

/** One error of those that a listed threshold and a pattern give for the same thing: the listed one, which says more. */
function distinct(errors: readonly ErrorObject[]): ErrorObject[] {
  const ofPattern = ({ schemaPath }: ErrorObject) => Number(schemaPath.includes("/patternProperties/"));
  const same = ({ instancePath, keyword, params }: ErrorObject) => JSON.stringify([instancePath, keyword, params]);
  const inOrder = [...errors].sort((one, other) => ofPattern(other) - ofPattern(one));
  return [...new Map(inOrder.map((error) => [same(error), error])).values()];
}

function describe({ instancePath, keyword, params, message, parentSchema, data }: ErrorObject): Problem {
  const path = pointer(instancePath);
  const found = `found ${shown(data)}`;
  switch (keyword) {
    case "additionalProperties": {
      const key = String(params.additionalProperty);
      return { path: [...path, key], atKey: true, problem: `isn't known here; ${allowedKeys(key, parentSchema)}` };
    }
    case "enum":
      return { path, problem: `${found}, expected one of: ${params.allowedValues.join(", ")}` };
    case "const":
      return { path, problem: `${found}, expected ${params.allowedValue}` };
    case "type":
      return { path, problem: `${found}, expected ${TYPES[params.type] ?? params.type}${example(path, parentSchema)}` };
    case "dependentRequired":
      return {
        path,
        problem: `has ${params.property} alone: this metric is bad on both sides, so give both, for example ${bothEnds(parentSchema)}, or {} for no bound`,
      };
    case "required":
      return { path, problem: `lacks ${params.missingProperty}; add it, for example: ${params.missingProperty}: 1` };
    default:
      return { path, problem: `${found}, but it ${message ?? "is wrong"}${example(path, parentSchema)}` };
  }
}

const TYPES: Readonly<Record<string, string>> = {
  object: "a map",
  array: "a list",
  number: "a finite number",
  integer: "a whole number",
  string: "a text in quotes",
  boolean: "true or false",
};

const pointer = (path: string): string[] =>
  path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

const shown = (value: unknown): string =>
  typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));

type ParentSchema = ErrorObject["parentSchema"];

const yaml = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/"([a-z]+)":/g, "$1: ")
    .replaceAll(",", ", ");

function example(path: readonly string[], schema: ParentSchema): string {
  if (path.length === 0) return "; begin it with schemaVersion: 1";
  const byDefault: unknown = schema?.default;
  if (byDefault !== undefined) return `; for example ${yaml(byDefault)}`;
  const { minimum, maximum } = schema ?? {};
  if (minimum !== undefined && maximum !== undefined) return `; allowed are numbers from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `; allowed are numbers from ${minimum}`;
  return maximum === undefined ? "" : `; allowed are numbers up to ${maximum}`;
}

function bothEnds(schema: ParentSchema): string {
  const { min = -0.1, max = 0.1 } = schema?.default ?? {};
  return `{min: ${min}, max: ${max}}`;
}

/** Keys to list: an admin who mistyped one of fifty wants to see the likely ones. */
const KEYS_SHOWN = 14;

function allowedKeys(key: string, schema: ParentSchema): string {
  const all = Object.keys(schema?.properties ?? {});
  const patterns = Object.keys(schema?.patternProperties ?? {}).map((pattern) => `, or a name that matches ${pattern}`);
  if (all.length <= KEYS_SHOWN) return `expected one of: ${all.join(", ")}${patterns.join("")}`;
  const likely = [...all].sort((one, other) => distance(key, one) - distance(key, other)).slice(0, KEYS_SHOWN / 2);
  return `expected one of ${all.length} names, nearest: ${likely.join(", ")}${patterns.join("")}`;
}

/** Share of the letter pairs that two names don't have in common. */
function distance(one: string, other: string): number {
  const pairs = (text: string) => new Set(Array.from(text.slice(1), (letter, index) => text.charAt(index) + letter));
  const [ofOne, ofOther] = [pairs(one), pairs(other)];
  const common = [...ofOne].filter((pair) => ofOther.has(pair)).length;
  return 1 - (2 * common) / (ofOne.size + ofOther.size || 1);
}
