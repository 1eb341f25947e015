import Ajv2020 from "ajv/dist/2020";
import type { ObjectLocation } from "../contract/evidence-uri";
import { named, object, time } from "../core/verdict-shapes";

/** A version of an object of the record bucket, or a delete marker, as S3 listed it when the copy was made. */
export interface CopiedVersion {
  key: string;
  versionId: string;
  /** ISO 8601, UTC, milliseconds. S3 says so; nobody signs it. */
  writtenAt: string;
  isDeleteMarker: boolean;
  /** Bytes; 0 of a delete marker. */
  size: number;
}

/** A copy of the record bucket with all versions and delete markers, and of the evidence that its records cite. */
export interface LedgerCopy {
  /** All there was: in the order of keys, of each key the newest first. */
  versions(): AsyncIterable<CopiedVersion>;
  /**
   * Undefined where the copy doesn't have it.
   * @param size bytes that it has; more aren't read
   * @throws BrokenLink for what is longer, or no file
   */
  read(key: string, versionId: string, size: number): Promise<Uint8Array | undefined>;
  /** The same of evidence; version null where a record cites none. */
  readCited(at: ObjectLocation, versionId: string | null, size: number): Promise<Uint8Array | undefined>;
}

/** Name of the list in a copy: a line of JSON for each version or delete marker. */
export const LIST_FILE = "versions.jsonl";

/** The copy's files can't be read, which says nothing of the ledger. The message names the file and what was met. */
export class UnreadableCopy extends Error {
  override readonly name = "UnreadableCopy";
}

/** Where something in a ledger's copy isn't as it was written, and what is wrong there. */
export class BrokenLink extends Error {
  override readonly name = "BrokenLink";

  /** @param at key in the record bucket, or URI of evidence @param what one sentence */
  constructor(
    readonly at: string,
    readonly what: string,
  ) {
    super(`${at}: ${what}`);
  }
}

/** Longest line of a list: S3's keys and version ids have 1,024 bytes each at most, of which JSON makes six times as many. */
export const LONGEST_LINE = 16_384;

/** @param number of the line, from 1 */
export const tooLong = (number: number): BrokenLink =>
  new BrokenLink(
    `${LIST_FILE}:${number}`,
    `is longer than ${LONGEST_LINE} characters, which no line of the list is; fetch the copy again`,
  );

const isCopiedVersion = new Ajv2020({ strict: true }).compile<CopiedVersion>(
  object({
    key: named,
    versionId: named,
    writtenAt: time,
    isDeleteMarker: { type: "boolean" },
    size: { type: "integer", minimum: 0 },
  }),
);

/**
 * Reads a line of the list.
 * @param number of the line, from 1
 * @throws BrokenLink for anything else
 */
export function parseCopiedVersion(line: string, number: number): CopiedVersion {
  if (line.length > LONGEST_LINE) throw tooLong(number);
  const parsed = parse(line);
  if (isCopiedVersion(parsed) && !/\p{Cs}/u.test(parsed.key + parsed.versionId)) return parsed;
  throw new BrokenLink(
    `${LIST_FILE}:${number}`,
    "is no line of the list: expected JSON with key, versionId, writtenAt, isDeleteMarker and size; fetch the copy again",
  );
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** What there is of one key. */
export interface CopiedKey {
  key: string;
  /** The newest first; never empty. */
  versions: readonly CopiedVersion[];
}

/**
 * Keys that begin so, each with all that there is of it.
 * @throws BrokenLink where the list isn't in its order
 */
export async function* keysOf(copy: LedgerCopy, beginning: string): AsyncGenerator<CopiedKey> {
  let versions: CopiedVersion[] = [];
  let last = "";
  for await (const version of copy.versions()) {
    const { key } = version;
    if (key < last) throw new BrokenLink(key, `comes after ${last} in ${LIST_FILE}, which isn't in the order of keys`);
    if (key !== last && versions.length > 0) yield { key: last, versions };
    if (key !== last) versions = [];
    last = key;
    if (key.startsWith(beginning)) versions.push(version);
  }
  if (versions.length > 0) yield { key: last, versions };
}

/**
 * The one version of a key, with its bytes.
 * @throws BrokenLink where there is another version or a delete marker, or where the bytes aren't in the copy
 */
export async function onlyVersion(
  copy: LedgerCopy,
  { key, versions }: CopiedKey,
): Promise<{ version: CopiedVersion; bytes: Uint8Array }> {
  const marker = versions.find(({ isDeleteMarker }) => isDeleteMarker);
  if (marker !== undefined) {
    throw new BrokenLink(
      key,
      `has a delete marker, ${marker.versionId} of ${marker.writtenAt}; nothing here is deleted`,
    );
  }
  const [version, ...older] = versions;
  if (version === undefined || older.length > 0) {
    const [newest, first] = [versions.at(0), versions.at(-1)];
    throw new BrokenLink(
      key,
      `has ${versions.length} versions, expected one: ${newest?.versionId} of ${newest?.writtenAt} lies over ${first?.versionId} of ${first?.writtenAt}`,
    );
  }
  const bytes = await copy.read(key, version.versionId, version.size);
  if (bytes === undefined) throw new BrokenLink(key, `version ${version.versionId} is listed, and not in the copy`);
  if (bytes.length !== version.size) {
    throw new BrokenLink(
      key,
      `version ${version.versionId} has ${bytes.length} bytes in the copy, ${version.size} in the list`,
    );
  }
  return { version, bytes };
}
