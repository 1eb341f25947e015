import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { isObject } from "../core/shape";

/** Values of a stack file, without the `governance:` before their keys. */
export function readStackFile(file: string): Record<string, unknown> {
  const document: unknown = parse(readFileSync(file, "utf8"));
  const config = isObject(document) && isObject(document.config) ? document.config : {};
  const ours = Object.entries(config).filter(([name]) => name.startsWith("governance:"));
  return Object.fromEntries(ours.map(([name, value]) => [name.slice("governance:".length), value]));
}
