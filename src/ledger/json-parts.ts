/** A part of a JSON text: from `start` up to, without, `end`. */
export interface Span {
  start: number;
  end: number;
}

/** A value in a list, or with its key in an object. */
export interface Part extends Span {
  key?: string;
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * Where the values of a list or of an object stand in their text, so that one can be replaced and the rest stays as it was
 * written: numbers, order and escapes too.
 * @param text JSON that has been parsed before
 * @param start of the list or object in it
 */
export function partsOf(text: string, start: number): Part[] {
  const parts: Part[] = [];
  let depth = 0;
  let part: Part | undefined;
  for (const { 0: token, index } of text.slice(start).matchAll(TOKEN)) {
    const at = start + index;
    const closes = token === "}" || token === "]";
    if (closes) depth -= 1;
    if (depth === 0 && closes) return part === undefined ? parts : [...parts, part];
    if (depth === 1 && token === ",") {
      if (part !== undefined) parts.push(part);
      part = undefined;
    } else if (depth === 1 && token === ":") {
      part = part && { key: String(JSON.parse(text.slice(part.start, part.end))), start: at + 1, end: at + 1 };
    } else if (depth > 0) {
      part = grown(part, at, at + token.length);
    }
    if (token === "{" || token === "[") depth += 1;
  }
  return parts;
}

/** A value whose key was read begins with its first token. */
function grown(part: Part | undefined, start: number, end: number): Part {
  if (part === undefined) return { start, end };
  const isFirst = part.start === part.end;
  return { ...part, start: isFirst ? start : part.start, end };
}
