import { createWriteStream } from "node:fs";
import { mkdir, readFile, rename, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { sha256 } from "../core/verdict";

/** Writes a file that has its name only once it is whole. Two writers of one file at once are the caller's to prevent. */
export async function writeWhole(file: string, content: AsyncIterable<unknown> | Iterable<Uint8Array>): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await pipeline(content, createWriteStream(`${file}.part`));
  await rename(`${file}.part`, file);
}

/** Bytes of a file; undefined where there is none. */
export const sizeOf = (file: string): Promise<number | undefined> => stat(file).then(({ size }) => size, absent);

/** SHA-256 of a file; undefined where there is none. */
export const digestOf = (file: string): Promise<string | undefined> => readFile(file).then(sha256, absent);

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}
