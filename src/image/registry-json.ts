/** A JSON object as a registry sends it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws Error that names the document, where the value is no object */
export function jsonObject(value: unknown, name: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new Error(`${name}: found ${JSON.stringify(value)}, expected an object`);
}

/** @throws Error that names the document, where the bytes are no JSON object */
export function parseJsonObject(bytes: Uint8Array, name: string): JsonObject {
  try {
    return jsonObject(JSON.parse(Buffer.from(bytes).toString("utf8")), name);
  } catch (cause) {
    throw new Error(`${name}: expected a JSON object; is it a registry that answers?`, { cause });
  }
}

/** A key's objects. */
export const objectsOf = (object: JsonObject, key: string, name: string): JsonObject[] =>
  listOf(object, key, name).map((item) => jsonObject(item, `${name}: ${key}`));

/** A key's texts. */
export function textsOf(object: JsonObject, key: string, name: string): string[] {
  return listOf(object, key, name).map((item) => {
    if (typeof item === "string") return item;
    throw new Error(`${name}: ${key}: found ${JSON.stringify(item)}, expected a text`);
  });
}

/** A key's text. */
export function textOf(object: JsonObject, key: string, name: string): string {
  const value = object[key];
  if (typeof value === "string") return value;
  throw new Error(`${name}: ${key}: found ${JSON.stringify(value)}, expected a text`);
}

function listOf(object: JsonObject, key: string, name: string): readonly unknown[] {
  const value = object[key];
  if (Array.isArray(value)) return value;
  throw new Error(`${name}: ${key}: found ${JSON.stringify(value)}, expected a list`);
}
