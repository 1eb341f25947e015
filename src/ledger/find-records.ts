import { parseModelPackageArn } from "../contract/arn";
import { CHECKPOINTS_PREFIX, RECORDS_PREFIX, recordsOfGroup } from "../contract/names";
import { readCheckpoint } from "./checkpoint";
import { BrokenLink, type CopiedKey, type CopiedVersion, keysOf, type LedgerCopy, onlyVersion } from "./copy";
import { type DecisionRecord, readDecisionRecord } from "./decision-record";
import { LedgerError, type Signed } from "./signed";

/** A record, and the version of the object that holds it. */
export interface FoundRecord {
  signed: Signed<DecisionRecord>;
  version: CopiedVersion;
}

/** Which version of a model a person means. */
export interface NamedVersion {
  group: string;
  version: number;
  /** Where the person gave it whole. */
  arn?: string;
}

const GROUP_AND_VERSION = /^([a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62})\/([1-9]\d{0,8})$/;

/** Reads a version's ARN, or `group/version`; undefined for anything else. */
export function parseNamedVersion(text: string): NamedVersion | undefined {
  const [, group, version] = GROUP_AND_VERSION.exec(text) ?? [];
  return group === undefined ? parseModelPackageArn(text) : { group, version: Number(version) };
}

/** Whether that is wrong with what was read, and no fault of the reader. */
export const isUnreadable = (error: unknown): error is BrokenLink | LedgerError =>
  error instanceof BrokenLink || error instanceof LedgerError;

/**
 * The records that are in a copy, in the order of keys, one in memory at a time; nothing is verified but their shape.
 * @param of those of one version alone
 * @param onUnreadable is told of one that can't be read, and may throw that
 * @throws BrokenLink or LedgerError for one that can't be read, where nothing is said
 */
export async function* recordsIn(
  copy: LedgerCopy,
  of?: NamedVersion,
  onUnreadable: (error: BrokenLink | LedgerError, key: string) => void = rethrow,
): AsyncGenerator<FoundRecord> {
  const beginning = of === undefined ? RECORDS_PREFIX : `${recordsOfGroup(of.group)}${of.version}/`;
  for await (const one of keysOf(copy, beginning)) {
    const found = await recordAt(copy, one).catch((error: unknown) => {
      if (!isUnreadable(error)) throw error;
      onUnreadable(error, one.key);
    });
    if (found) yield found;
  }
}

async function recordAt(copy: LedgerCopy, at: CopiedKey): Promise<FoundRecord> {
  const { version, bytes } = await onlyVersion(copy, at);
  return { signed: readDecisionRecord(bytes, at.key), version };
}

function rethrow(error: Error): never {
  throw error;
}

/** A checkpoint that names a record's key. */
export interface NamingCheckpoint {
  key: string;
  takenAt: string;
  /** Whether it names this version with this SHA-256. */
  same: boolean;
}

/** The checkpoint that names a record; one that names it otherwise, where there is such; undefined where none does. */
export async function checkpointOf(
  copy: LedgerCopy,
  { signed, version }: FoundRecord,
): Promise<NamingCheckpoint | undefined> {
  let found: NamingCheckpoint | undefined;
  for await (const one of keysOf(copy, CHECKPOINTS_PREFIX)) {
    const { body } = readCheckpoint((await onlyVersion(copy, one)).bytes, one.key);
    for (const { versionId, sha256 } of body.records.filter(({ key }) => key === signed.name)) {
      const same = versionId === version.versionId && sha256 === signed.sha256;
      found = { key: one.key, takenAt: body.takenAt, same };
      if (!same) return found;
    }
  }
  return found;
}
