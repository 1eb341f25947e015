import { accessSync, constants, createReadStream, lstatSync } from "node:fs";
import path from "node:path";
import { formatS3Uri, type ObjectLocation } from "../contract/evidence-uri";
import { type LedgerCopy, LIST_FILE, LONGEST_LINE, parseCopiedVersion, tooLong } from "../ledger/copy";
import { asUnreadable, isAbsent, kindOf, readRegular } from "./regular-file";

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

/**
 * A copy of a ledger in a folder: `versions.jsonl`, `objects/<key>/@<version>` and `evidence/<bucket>/<key>/@<version>`.
 * The list and the files are streamed, so that it can have any number of records.
 * @param list name of the list
 */
export function copyDirectory(folder: string, list = LIST_FILE): LedgerCopy {
  return {
    async *versions() {
      let number = 0;
      for await (const line of linesOf(path.join(folder, list))) yield parseCopiedVersion(line, ++number);
    },
    read: async (key, versionId, size) => readRegular(objectFile(folder, key, versionId), key, size),
    readCited: async (at, versionId, size) => readRegular(citedFile(folder, at, versionId), formatS3Uri(at), size),
  };
}

/** Lines of a file. One that is longer than a line may be is never held whole. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let [number, rest] = [0, ""];
  try {
    for await (const chunk of createReadStream(file, { encoding: "utf8" })) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      number += lines.length;
      yield* lines;
      if (rest.length > LONGEST_LINE) throw tooLong(number + 1);
    }
  } catch (error) {
    throw asUnreadable(file, error);
  }
  if (rest !== "") yield rest;
}

/**
 * Why a folder is no copy that can be read, one sentence; undefined where it is one. The list is written last: where it
 * is, the copy is whole.
 */
export function whyNoCopy(folder: string): string | undefined {
  const list = path.join(folder, LIST_FILE);
  try {
    const found = lstatSync(list);
    if (!found.isFile()) return `${list} is ${kindOf(found)}, expected the list of versions, a regular file`;
    accessSync(list, constants.R_OK);
    return undefined;
  } catch (error) {
    if (isAbsent(error)) return `${folder} is no copy of a ledger: it has no ${LIST_FILE}`;
    const unreadable = asUnreadable(list, error);
    if (unreadable instanceof Error) return unreadable.message;
    throw error;
  }
}
