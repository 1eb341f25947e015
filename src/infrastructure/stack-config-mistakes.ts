import Ajv2020, { type ErrorObject, type ValidateFunction } from "ajv/dist/2020";

/** One thing that is wrong in a stack's configuration. */
export interface ConfigMistake {
  /** `devAccounts[0].account` */
  key: string;
  problem: string;
}

/** A stack's configuration is wrong. The message has a line for each mistake. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(file: string, mistakes: readonly ConfigMistake[]) {
    super(mistakes.map(({ key, problem }) => `${file}: governance:${key}: ${problem}`).join("\n"));
  }
}

/** The role decides which keys there are, so it is looked at first. */
export function unknownRole(found: unknown): ConfigMistake {
  const said = found === undefined ? "is missing" : `found ${shown(found)}`;
  return { key: "role", problem: `${said}; expected dev or governance, for example\n  governance:role: dev` };
}

interface ObjectSchema {
  readonly properties: Readonly<
    Record<string, { readonly description: string; readonly examples: readonly unknown[] }>
  >;
}

export const compileSchema = (schema: ObjectSchema): ValidateFunction =>
  new Ajv2020({ allErrors: true, strict: true, useDefaults: true, verbose: true }).compile(schema);

/** What the schema finds wrong, and the values of the keys with which nothing is wrong, defaults filled in. */
export function schemaMistakes(
  validate: ValidateFunction,
  values: Readonly<Record<string, unknown>>,
): { sound: Record<string, unknown>; mistakes: ConfigMistake[] } {
  const filled: Record<string, unknown> = JSON.parse(JSON.stringify(values));
  const errors = validate(filled) ? [] : (validate.errors ?? []);
  const wrong = new Set(errors.map((error) => pathOf(error)[0]));
  const sound = Object.fromEntries(Object.entries(filled).filter(([key]) => !wrong.has(key)));
  return { sound, mistakes: errors.map((error) => ({ key: keyOf(pathOf(error)), problem: describe(error) })) };
}

function pathOf({ instancePath, keyword, params }: ErrorObject): string[] {
  const path = instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (keyword === "required") return [...path, String(params.missingProperty)];
  if (keyword === "additionalProperties") return [...path, String(params.additionalProperty)];
  return path;
}

/** `["devAccounts", "0", "account"]` -> `devAccounts[0].account` */
const keyOf = (path: readonly string[]): string =>
  path.reduce((key, part) => (/^\d+$/.test(part) ? `${key}[${part}]` : key === "" ? part : `${key}.${part}`), "");

function describe(error: ErrorObject): string {
  const { keyword, params, parentSchema, data } = error;
  if (keyword === "additionalProperties") {
    return `isn't known here; expected one of: ${Object.keys(parentSchema?.properties ?? {}).join(", ")}`;
  }
  if (keyword === "required") {
    const missing = parentSchema?.properties?.[params.missingProperty];
    return `is missing; expected ${missing?.description}${example(keyOf(pathOf(error)), missing?.examples?.[0])}`;
  }
  return `found ${shown(data)}, expected ${parentSchema?.description}${example(keyOf(pathOf(error)), parentSchema?.examples?.[0])}`;
}

/** A line to copy for a key of the file itself, the bare value for one inside it. */
function example(key: string, value: unknown): string {
  if (/[.[]/.test(key)) return `, for example ${shown(value)}`;
  return `, for example\n  governance:${key}: ${shown(value)}`;
}

/** A value as it may stand in the file: flow style is YAML too. */
export const shown = (value: unknown): string => JSON.stringify(value) ?? String(value);
