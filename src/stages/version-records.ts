import type { ModelPackageId } from "../contract/arn";
import { attemptOfKey, recordKey, recordsOfVersion } from "../contract/names";
import type { WriteOnceStore } from "../core/ports";
import { chainOf, type RecordChain } from "../ledger/chain";
import {
  type DecisionRecord,
  type RecordKeys,
  readDecisionRecord,
  requireRecordSignature,
} from "../ledger/decision-record";
import type { Signed } from "../ledger/signed";

export interface RecordPorts {
  records: WriteOnceStore;
  /** Keys that records may be signed with. */
  recordKeys(): Promise<RecordKeys>;
}

/**
 * A version's records, in their order.
 * @throws LedgerError for one that no key of ours signed, and what is a fault of ours
 */
export async function chainOfVersion(id: ModelPackageId, ports: RecordPorts): Promise<RecordChain | undefined> {
  const attempts = await recordedAttempts(id, ports);
  if (attempts.length === 0) return undefined;
  const believed = await ports.recordKeys();
  const recorded = await recordsAt(id, attempts, ports);
  for (const one of recorded) {
    requireRecordSignature(one, believed);
    requireOwn(id, one);
  }
  return chainOf(recorded);
}

/** Which version's records, whatever its registry. */
type OfVersion = Pick<ModelPackageId, "group" | "version">;
type Records = Pick<RecordPorts, "records">;

/** The records of these attempts, whose signatures are still to be looked at. */
export const recordsAt = (
  { group, version }: OfVersion,
  attempts: readonly number[],
  { records }: Records,
): Promise<Signed<DecisionRecord>[]> =>
  Promise.all(
    attempts.map(async (attempt) => {
      const key = recordKey(group, version, attempt);
      const bytes = await records.read(key);
      if (bytes === undefined) throw new Error(`${key} is listed and can't be read`);
      return readDecisionRecord(bytes, key);
    }),
  );

/** Attempts of a version that are recorded, those too that no chain goes on from. */
export const recordedAttempts = async ({ group, version }: OfVersion, { records }: Records): Promise<number[]> =>
  (await records.keys(recordsOfVersion(group, version))).flatMap((key) => attemptOfKey(key) ?? []);

/** The attempt that a record of it would be now. */
export const nextAttempt = async (of: OfVersion, ports: Records): Promise<number> =>
  Math.max(0, ...(await recordedAttempts(of, ports))) + 1;

function requireOwn(id: ModelPackageId, { name, body }: Signed<DecisionRecord>): void {
  if (body.modelPackageArn !== id.arn || recordKey(id.group, id.version, body.attempt) !== name)
    throw new Error(`${name}: is about attempt ${body.attempt} of ${body.modelPackageArn}`);
}

/**
 * Writes a record that goes on from the chain, once.
 * @returns the chain as it is then: another call may have been faster
 */
export async function addRecord(
  id: ModelPackageId,
  attempt: number,
  text: string,
  ports: RecordPorts,
): Promise<RecordChain> {
  const key = recordKey(id.group, id.version, attempt);
  await ports.records.write(key, text);
  const chain = await chainOfVersion(id, ports);
  if (chain === undefined) throw new Error(`${key} was written and can't be read`);
  return chain;
}
