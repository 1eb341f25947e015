const BLOCK = 512;
const FILE = { mode: "0000644", type: "0" };
const DIRECTORY = { mode: "0000755", type: "5" };

/**
 * An archive of files and the folders that they lie in. Owner is root, times are the epoch, entries are sorted: the same
 * files give the same bytes. Format: POSIX ustar.
 * @param files absolute path -> text
 * @throws Error for a path of more than 100 bytes, the most that a plain ustar header holds
 */
export function tarOf(files: ReadonlyMap<string, string>): Uint8Array {
  const contents = new Map([...files].map(([path, text]) => [path.replace(/^\//, ""), Buffer.from(text)] as const));
  const folders = [...contents.keys()].flatMap(foldersOf);
  const paths = [...new Set([...folders, ...contents.keys()])].sort();
  const entries = paths.flatMap((path) => {
    const content = contents.get(path);
    return content === undefined
      ? [header(path, 0, DIRECTORY)]
      : [header(path, content.length, FILE), content, Buffer.alloc(padding(content.length))];
  });
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** `var/task/index.js` -> `var/`, `var/task/` */
const foldersOf = (path: string): string[] => [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1));

function header(path: string, size: number, { mode, type }: { mode: string; type: string }): Buffer {
  if (Buffer.byteLength(path) > 100) {
    throw new Error(`${path}: found a path of ${Buffer.byteLength(path)} bytes, expected 100 at most; shorten it`);
  }
  const block = Buffer.alloc(BLOCK);
  const fields: readonly [at: number, text: string][] = [
    [0, path],
    [100, mode],
    [108, octal(0, 7)],
    [116, octal(0, 7)],
    [124, octal(size, 11)],
    [136, octal(0, 11)],
    // The sum is made with eight spaces in its own place.
    [148, " ".repeat(8)],
    [156, type],
    [257, "ustar"],
    [263, "00"],
  ];
  for (const [at, text] of fields) block.write(text, at);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");
