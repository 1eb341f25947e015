/** What Python's `str.strip`, `str.split` and `\s` take for white space; JavaScript's set is another. */
export const PYTHON_SPACE =
  "\\t\\n\\v\\f\\r\\x1c-\\x1f \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

const ENDS = new RegExp(`^[${PYTHON_SPACE}]+|[${PYTHON_SPACE}]+$`, "g");
const WORDS = new RegExp(`[^${PYTHON_SPACE}]+`, "g");

/** Python's `text.strip()`. */
export const strip = (text: string): string => text.replace(ENDS, "");

/** Python's `text.split()`: words between white space, none of them empty. */
export const words = (text: string): string[] => text.match(WORDS) ?? [];

/** Python's `len(text)`: code points. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
