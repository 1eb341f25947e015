const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** EventBridge's matching, as far as the program's patterns use it: lists of exact values and of prefixes. */
export function matches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.some((rule) => matchesValue(rule, event));
  if (!isRecord(pattern)) throw new Error(`no pattern: ${JSON.stringify(pattern)}`);
  return isRecord(event) && Object.entries(pattern).every(([key, rule]) => matches(rule, event[key]));
}

function matchesValue(rule: unknown, value: unknown): boolean {
  if (!isRecord(rule)) return rule === value;
  const { prefix, ...others } = rule;
  if (typeof prefix !== "string" || Object.keys(others).length > 0) throw new Error(`no rule: ${JSON.stringify(rule)}`);
  return typeof value === "string" && value.startsWith(prefix);
}
