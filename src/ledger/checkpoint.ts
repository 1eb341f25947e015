import Ajv2020 from "ajv/dist/2020";
import { digest, listOf, named, object, positive, time } from "../core/verdict-shapes";
import { bodyReader, readSigned, type Signed, type SignedBody, signedWith } from "./signed";

/** A record as a checkpoint has seen it. */
export interface CheckpointedRecord {
  /** Key in the record bucket. */
  key: string;
  versionId: string;
  /** Of the record's bytes, lower-case hex. */
  sha256: string;
}

/** What is new since the checkpoint before, which it names: together they are a chain over all records. */
export interface Checkpoint extends SignedBody {
  schemaVersion: 1;
  kind: "checkpoint";
  /** From 1, without gaps. */
  number: number;
  /** SHA-256 of the bytes of the checkpoint before; null in the first. */
  previous: string | null;
  /** When the records were listed: ISO 8601, UTC, milliseconds. */
  takenAt: string;
  /** In the order of their keys; each record is in one checkpoint. */
  records: readonly CheckpointedRecord[];
  /** Records in this and all before. */
  total: number;
}

const schema = object({
  schemaVersion: { const: 1 },
  kind: { const: "checkpoint" },
  number: positive,
  previous: { anyOf: [digest, { type: "null" }] },
  takenAt: time,
  records: listOf(object({ key: named, versionId: named, sha256: digest })),
  total: { type: "integer", minimum: 0 },
  signedWith,
});

const isCheckpoint = new Ajv2020({ allErrors: true, strict: true }).compile<Checkpoint>(schema);

/**
 * Reads a checkpoint; its signature is still to be looked at.
 * @throws LedgerError for another shape
 */
export const readCheckpoint = (bytes: Uint8Array, name: string): Signed<Checkpoint> =>
  readSigned(bytes, name, bodyReader(isCheckpoint));
