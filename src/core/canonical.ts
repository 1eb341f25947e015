import canonicalize from "canonicalize";

/** Canonical JSON of RFC 8785. @throws Error for what has no JSON, such as undefined */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error("there is no JSON of nothing");
  return text;
}
