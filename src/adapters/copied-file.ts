import { createWriteStream } from "node:fs";
import { lstat, mkdir, readFile, rename } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { sha256 } from "../core/verdict";
import { isAbsent } from "./regular-file";

/** Writes a file that has its name only once it is whole. Two writers of one file at once are the caller's to prevent. */
export async function writeWhole(file: string, content: AsyncIterable<unknown> | Iterable<Uint8Array>): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await pipeline(content, createWriteStream(`${file}.part`));
  await rename(`${file}.part`, file);
}

/** Bytes of a regular file; undefined where there is none. */
export const sizeOf = (file: string): Promise<number | undefined> =>
  lstat(file).then((found) => (found.isFile() ? found.size : undefined), absent);

/** SHA-256 of a regular file; undefined where there is none. */
export const digestOf = async (file: string): Promise<string | undefined> =>
  (await sizeOf(file)) === undefined ? undefined : sha256(await readFile(file));

function absent(error: unknown): undefined {
  if (isAbsent(error)) return undefined;
  throw error;
}
