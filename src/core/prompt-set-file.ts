import Ajv2020 from "ajv/dist/2020";
import { LANGUAGE_KINDS } from "./evidence";
import { PROMPT_FORMATS, type PromptSet } from "./prompt-set";

const object = (properties: Record<string, unknown>) => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});
const text = { type: "string", pattern: "\\S" };
const count = { type: "integer", minimum: 1 };

const schema = object({
  schemaVersion: { const: 1 },
  name: { type: "string", pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" },
  kind: { enum: [...LANGUAGE_KINDS] },
  format: { enum: [...PROMPT_FORMATS] },
  licence: text,
  source: text,
  samplingSeed: { type: "integer", minimum: 0 },
  completions: count,
  parameters: object({ maxTokens: count, temperature: { type: "number", minimum: 0 } }),
  shards: {
    type: "array",
    minItems: 1,
    items: object({
      file: { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*\\.jsonl$" },
      sha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
      prompts: count,
    }),
  },
});

const validate = new Ajv2020({ allErrors: true, strict: true }).compile<PromptSet>(schema);

/**
 * Reads the manifest.json of a prompt set.
 * @throws Error that names every field that is wrong
 */
export function parsePromptSet(bytes: Uint8Array): PromptSet {
  const manifest: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  if (validate(manifest)) return manifest;
  const wrong = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "the file"} ${message}`);
  throw new Error(`manifest.json of a prompt set: ${wrong.join("; ")}; make it anew by governance prompt-set`);
}

/** Prompts of all its files. */
export const promptsOf = ({ shards }: PromptSet): number => shards.reduce((sum, { prompts }) => sum + prompts, 0);
