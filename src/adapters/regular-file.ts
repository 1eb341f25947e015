import { closeSync, constants, lstatSync, openSync, readSync, type Stats } from "node:fs";
import { isObject } from "../core/shape";
import { BrokenLink, UnreadableCopy } from "../ledger/copy";

/** What something in a file system is, in words. */
export function kindOf(found: Stats): string {
  if (found.isFile()) return "a regular file";
  if (found.isSymbolicLink()) return "a symbolic link";
  if (found.isDirectory()) return "a folder";
  if (found.isFIFO()) return "a pipe";
  return found.isSocket() ? "a socket" : "a device";
}

/**
 * Bytes of a file of a copy. A copy comes from others: nothing but a regular file is opened, and no more is read than it
 * may have. Reading many small files at once is several times faster than each on a thread.
 * @param at how messages name it: its key, or its URI
 * @param most bytes that it may have
 * @returns undefined where there is none
 * @throws BrokenLink for what is no regular file, or is longer; UnreadableCopy for what the file system refuses
 */
export function readRegular(file: string, at: string, most: number): Uint8Array | undefined {
  try {
    const found = lstatSync(file);
    if (!found.isFile()) throw new BrokenLink(at, `is ${kindOf(found)} in the copy, expected a regular file: ${file}`);
    if (found.size > most)
      throw new BrokenLink(at, `has ${found.size} bytes in the copy, expected at most ${most}: ${file}`);
    return bytesOf(file, found.size);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw asUnreadable(file, error);
  }
}

function bytesOf(file: string, size: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(size);
  const open = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    let end = 0;
    for (let read = -1; read !== 0 && end < size; end += read) read = readSync(open, bytes, end, size - end, end);
    return bytes.subarray(0, end);
  } finally {
    closeSync(open);
  }
}

const ABSENT = ["ENOENT", "ENOTDIR", "ENAMETOOLONG"];

/** Whether a file system says that there is no such file; of a path that is too long there is none. */
export const isAbsent = (error: unknown): boolean => isObject(error) && ABSENT.includes(String(error.code));

/** What a file system refuses, as such; any other error stays. */
export function asUnreadable(file: string, error: unknown): unknown {
  if (!isObject(error) || typeof error.syscall !== "string") return error;
  return new UnreadableCopy(
    `${file} can't be read: ${error.syscall} gave ${error.code}; make it readable, or fetch the copy again`,
  );
}
