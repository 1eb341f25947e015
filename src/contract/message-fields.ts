/** Fields of a message's object; undefined for anything else. */
export const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;

export const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/** Whether it is one line of text: not empty, and of at most so many characters. */
export const isLine = (value: unknown, longest: number): value is string =>
  isText(value) && value.length <= longest && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(value);

/** Whether it is a SHA-256 in lower-case hex. */
export const isDigest = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

export const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
