import { createPublicKey } from "node:crypto";
import { parseS3Uri } from "../contract/evidence-uri";
import { CHECKPOINTS_PREFIX, RECORDS_PREFIX, recordBucketName } from "../contract/names";
import type { PinnedObject } from "../core/evidence";
import { type Checkpoint, readCheckpoint } from "../ledger/checkpoint";
import type { CopiedVersion, LedgerCopy } from "../ledger/copy";
import {
  type DecisionRecord,
  type RecordKeys,
  readDecisionRecord,
  requireRecordSignature,
} from "../ledger/decision-record";
import { requireSignature, type Signed, type SignedBody, type TrustedKeys } from "../ledger/signed";
import { trustedKeys } from "../ledger/trusted-keys";
import type { EvaluatedProgram } from "./evaluate-program";
import { arnOf } from "./stand-in/aws-outputs";
import type { LocalWorld } from "./stand-in/create-world";
import type { Stored } from "./stand-in/s3/stored";

/** A document of the record bucket whose signature holds, and the version that holds it. */
export interface Kept<Body extends SignedBody> {
  key: string;
  stored: Stored;
  document: Signed<Body>;
}

/** What the record bucket holds. */
export interface Ledger {
  bucket: string;
  records: readonly Kept<DecisionRecord>[];
  /** In their order. */
  checkpoints: readonly Kept<Checkpoint>[];
  /** What isn't as it should be of either. */
  faults: readonly string[];
}

/** Names of the signing keys in the program. */
export const SIGNING_KEYS = {
  records: "record-signing",
  checkpoints: "checkpoint-signing",
  revocations: "revocation-signing",
} as const;

/** Public key of a signing key of the program; undefined where it has none of that name. */
export function publicKeyPem(world: LocalWorld, { resources }: EvaluatedProgram, of: string): string | undefined {
  const key = resources.find(({ type, name }) => type === "aws:kms/key:Key" && name === of);
  const publicKey = key && world.publicKey(arnOf(key));
  return publicKey && pemOf(publicKey);
}

/** Reads the record bucket with the signing keys that the program declares. */
export function readLedger(world: LocalWorld, program: EvaluatedProgram): Ledger {
  const { governance } = program;
  const bucket = recordBucketName(governance.prefix, governance);
  const faults: string[] = [];
  const keys = ledgerKeys(world, program);
  const record: Read<DecisionRecord> = (bytes, name) => {
    const document = readDecisionRecord(bytes, name);
    requireRecordSignature(document, keys.records);
    return document;
  };
  const checkpoint: Read<Checkpoint> = (bytes, name) => {
    const document = readCheckpoint(bytes, name);
    requireSignature(document, keys.checkpoints);
    return document;
  };
  for (const name of Object.values(SIGNING_KEYS))
    if (publicKeyPem(world, program, name) === undefined) faults.push(`key ${name} is no signing key of the program`);
  return {
    bucket,
    records: keptIn(world, { bucket, beginning: RECORDS_PREFIX }, record, faults),
    checkpoints: keptIn(world, { bucket, beginning: CHECKPOINTS_PREFIX }, checkpoint, faults),
    faults,
  };
}

const known = new Map<string, TrustedKeys>();

function trustedKey(pem: string): TrustedKeys {
  const keys = known.get(pem) ?? trustedKeys([pem]);
  known.set(pem, keys);
  return keys;
}

const pems = new WeakMap<Uint8Array, string>();

function pemOf(spki: Uint8Array): string {
  const before = pems.get(spki);
  if (before !== undefined) return before;
  const key = createPublicKey({ key: Buffer.from(spki), type: "spki", format: "der" });
  const pem = key.export({ type: "spki", format: "pem" }).toString();
  pems.set(spki, pem);
  return pem;
}

/** Reads a document whose signature holds. */
type Read<Body extends SignedBody> = (bytes: Uint8Array, name: string) => Signed<Body>;

function keptIn<Body extends SignedBody>(
  { s3 }: LocalWorld,
  { bucket, beginning }: { bucket: string; beginning: string },
  read: Read<Body>,
  faults: string[],
): Kept<Body>[] {
  return s3
    .keys(bucket)
    .filter((key) => key.startsWith(beginning))
    .flatMap((key) => {
      const versions = s3.stored(bucket, key);
      const [stored] = versions;
      if (versions.length > 1)
        faults.push(`${key}: has ${versions.length} versions, expected the one that was written`);
      if (stored === undefined || !("bytes" in stored.content)) return [];
      try {
        return [{ key, stored, document: read(stored.content.bytes, key) }];
      } catch (error) {
        faults.push(error instanceof Error ? error.message : String(error));
        return [];
      }
    });
}

/** Keys that the program's records and checkpoints are signed with; empty where it has none of that name. */
export function ledgerKeys(
  world: LocalWorld,
  program: EvaluatedProgram,
): { records: RecordKeys; checkpoints: TrustedKeys } {
  const of = (name: string): TrustedKeys => {
    const pem = publicKeyPem(world, program, name);
    return pem === undefined ? new Map() : trustedKey(pem);
  };
  return {
    records: { decisions: of(SIGNING_KEYS.records), revocations: of(SIGNING_KEYS.revocations) },
    checkpoints: of(SIGNING_KEYS.checkpoints),
  };
}

/** The record bucket as it is, without what its records cite. */
export function recordBucketCopy({ s3 }: LocalWorld, bucket: string): LedgerCopy {
  const absent = async () => undefined;
  return {
    async *versions() {
      for (const key of [...s3.keys(bucket)].sort()) yield* s3.stored(bucket, key).map(copiedVersion);
    },
    async read(key, versionId) {
      const stored = s3.stored(bucket, key).find((one) => one.versionId === versionId);
      return stored && bytesOf(stored);
    },
    readCited: absent,
  };
}

/** A version of the record bucket as a copy lists it. */
export const copiedVersion = (stored: Stored): CopiedVersion => ({
  ...{ key: stored.key, versionId: stored.versionId, writtenAt: stored.lastModified.toISOString() },
  isDeleteMarker: stored.deleteMarker,
  size: stored.deleteMarker ? 0 : bytesOf(stored).length,
});

/** @throws Error where it is made up of a pattern, as no record or report is */
export function bytesOf({ key, content }: Stored): Uint8Array {
  if ("bytes" in content) return content.bytes;
  throw new Error(`${key}: is made up of a pattern; expected bytes`);
}

/** The object version that a record cites; undefined where it isn't there. */
export function storedAt({ uri, versionId }: PinnedObject, { s3 }: LocalWorld): Stored | undefined {
  const at = parseS3Uri(uri);
  return at && s3.stored(at.bucket, at.key).find((one) => one.versionId === versionId);
}

/** Records that some checkpoint has, as it has them. */
export const isCovered = ({ checkpoints }: Ledger, { key, stored, document }: Kept<DecisionRecord>): boolean =>
  checkpoints.some(({ document: { body } }) =>
    body.records.some((one) => one.key === key && one.versionId === stored.versionId && one.sha256 === document.sha256),
  );
