import type { Place } from "./names";

/** What `governance sync` is told: the dev stack prints it as its output `sync`. */
export interface SyncSettings extends Place {
  artifactBucket: string;
  /** Beginnings of the keys that are evidence. */
  evidencePrefixes: readonly string[];
  /** Queue of the copy function; absent where S3 replicates. */
  copyQueueUrl?: string;
}

/** Name of that output. */
export const SYNC_OUTPUT = "sync";

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** What each field must be. */
const IS: Readonly<Record<keyof SyncSettings, (value: unknown) => boolean>> = {
  partition: isText,
  account: (value) => isText(value) && /^\d{12}$/.test(value),
  region: isText,
  artifactBucket: isText,
  evidencePrefixes: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
  copyQueueUrl: (value) => value === undefined || (isText(value) && URL.canParse(value)),
};

const wrongFields = (fields: Fields): string[] =>
  Object.entries(IS).flatMap(([name, is]) => (is(fields[name]) ? [] : [name]));
const isSyncSettings = (fields: Fields): fields is Fields & SyncSettings => wrongFields(fields).length === 0;

/**
 * Reads a stack's outputs, as `pulumi stack output --json` prints them.
 * @throws Error that names each field which is missing or malformed
 */
export function parseSyncSettings(outputs: unknown): SyncSettings {
  const fields = fieldsOf(fieldsOf(outputs)?.[SYNC_OUTPUT]);
  if (fields === undefined) {
    throw new Error(`output ${SYNC_OUTPUT} is missing; expected all outputs of a dev account's stack of this release`);
  }
  if (isSyncSettings(fields)) return fields;
  const wrong = wrongFields(fields).join(", ");
  throw new Error(`output ${SYNC_OUTPUT}: ${wrong} missing or malformed; expected what the stack printed`);
}
