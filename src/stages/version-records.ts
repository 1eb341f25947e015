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
  return chainOf(await Promise.all(attempts.map((attempt) => ownRecord(id, attempt, ports.records, believed))));
}

/** Attempts of a version that are recorded, those too that no chain goes on from. */
export const recordedAttempts = async (
  id: ModelPackageId,
  { records }: Pick<RecordPorts, "records">,
): Promise<number[]> =>
  (await records.keys(recordsOfVersion(id.group, id.version))).flatMap((key) => attemptOfKey(key) ?? []);

async function ownRecord(
  id: ModelPackageId,
  attempt: number,
  records: WriteOnceStore,
  believed: RecordKeys,
): Promise<Signed<DecisionRecord>> {
  const key = recordKey(id.group, id.version, attempt);
  const bytes = await records.read(key);
  if (bytes === undefined) throw new Error(`${key} is listed and can't be read`);
  const recorded = readDecisionRecord(bytes, key);
  requireRecordSignature(recorded, believed);
  const { modelPackageArn } = recorded.body;
  if (modelPackageArn !== id.arn || recorded.body.attempt !== attempt) {
    throw new Error(`${key}: is about attempt ${recorded.body.attempt} of ${modelPackageArn}`);
  }
  return recorded;
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
