import { OUTCOMES } from "./finding";

/** JSON Schemas of what verdicts and decision records share. */
export const digest = { type: "string", pattern: "^[0-9a-f]{64}$" } as const;
export const nullableText = { type: ["string", "null"] } as const;
export const named = { type: "string", minLength: 1 } as const;
export const positive = { type: "integer", minimum: 1 } as const;
export const time = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$" } as const;
const number = { type: "number" } as const;

/** An object that has these fields and no others; all of them but those that are optional. */
export const object = (properties: Record<string, unknown>, optional: readonly string[] = []) => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});

export const listOf = (items: unknown, minItems = 0) => ({ type: "array", minItems, items });

/** An object version that was read and hashed. */
export const pinned = object({
  uri: { type: "string" },
  versionId: nullableText,
  sha256: digest,
  size: { type: "integer", minimum: 0 },
});

export const finding = object(
  {
    check: named,
    metric: named,
    facet: nullableText,
    feature: nullableText,
    category: nullableText,
    value: { anyOf: [number, { enum: ["NaN", "Infinity", "-Infinity", null] }] },
    interval: { type: "array", items: number, minItems: 2, maxItems: 2 },
    bound: object({ min: number, max: number }, ["min", "max"]),
    outcome: { enum: [...OUTCOMES] },
    reason: nullableText,
    evidence: {
      anyOf: [{ type: "null" }, object({ uri: { type: "string" }, versionId: nullableText, sha256: digest })],
    },
  },
  ["interval"],
);
