import { createReadStream, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import type { ObjectLocation } from "../contract/evidence-uri";
import { isObject } from "../core/shape";
import { type LedgerCopy, LIST_FILE, parseCopiedVersion } from "../ledger/copy";

/** Longest name of a folder or file that common file systems take is 255 bytes. */
const LONGEST_PART = /.{200}(?=.)/g;

/**
 * Where a version of an object lies in a copy: a folder for each part of its key, the version in the last. Escapes make a
 * key that is `..`, empty in between or very long a path below the folder, and no two keys the same path: an escaped
 * part has no `@`; it ends with `%` only where it is empty or goes on in the next folder; and no piece of it is `.` or `..`.
 */
export const pathOfVersion = (key: string, versionId: string | null): string =>
  path.join(...key.split("/").map(partOf), `@${encodeURIComponent(versionId ?? "null")}`);

function partOf(part: string): string {
  if (part === "") return "%";
  const pieces = encodeURIComponent(part).replace(LONGEST_PART, "$&%/").split("/");
  return path.join(...pieces.map((piece) => (piece === "." || piece === ".." ? piece.replaceAll(".", "%2E") : piece)));
}

/** Where versions of the record bucket, and of what records cite, lie in a copy's folder. */
export const objectFile = (folder: string, key: string, versionId: string): string =>
  path.join(folder, "objects", pathOfVersion(key, versionId));
export const citedFile = (folder: string, { bucket, key }: ObjectLocation, versionId: string | null): string =>
  path.join(folder, "evidence", partOf(bucket), pathOfVersion(key, versionId));
export const promptSetFile = (folder: string, sha256: string): string =>
  path.join(folder, "prompt-sets", `${sha256}.json`);

/**
 * A copy of a ledger in a folder: `versions.jsonl`, `objects/<key>/@<version>` and `evidence/<bucket>/<key>/@<version>`.
 * The list and the files are streamed, so that it can have any number of records.
 * @param list name of the list
 */
export function copyDirectory(folder: string, list = LIST_FILE): LedgerCopy {
  return {
    async *versions() {
      const lines = createInterface({ input: createReadStream(path.join(folder, list)), crlfDelay: Infinity });
      let number = 0;
      for await (const line of lines) yield parseCopiedVersion(line, ++number);
    },
    read: async (key, versionId) => bytesOf(objectFile(folder, key, versionId)),
    readCited: async (at, versionId) => bytesOf(citedFile(folder, at, versionId)),
    readPromptSet: async (sha256) => bytesOf(promptSetFile(folder, sha256)),
  };
}

/** Whether a folder is such a copy, whole: the list is written last. */
export const isCopy = async (folder: string): Promise<boolean> =>
  stat(path.join(folder, LIST_FILE)).then(
    (found) => found.isFile(),
    () => false,
  );

/** Many small files: reading them at once is several times faster than each on a thread. */
function bytesOf(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (isObject(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}
