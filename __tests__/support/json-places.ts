/** Every place in a JSON value, as a path. */
export const placesOf = (value: unknown, path: string[] = []): string[][] =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...placesOf(inner, [...path, key])]);

/** A copy with another value at the path; undefined takes away what is there. */
export function replaced(value: unknown, [key = "", ...rest]: readonly string[], by: unknown): unknown {
  const entries = Object.entries(value ?? {}).flatMap(([name, inner]): [string, unknown][] => {
    if (name !== key) return [[name, inner]];
    if (rest.length > 0) return [[name, replaced(inner, rest, by)]];
    return by === undefined ? [] : [[name, by]];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
