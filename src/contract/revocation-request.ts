import { isDigest, isLine, isText, record } from "./message-fields";

/** A request to set a version to Rejected. Who asks isn't said in it: AWS says it of the message. */
export interface RevocationRequest {
  modelPackageArn: string;
  /** One line. */
  reason: string;
  /** From the watcher: SHA-256 of the version's last record as it saw it, or null; a later record makes the request void. */
  lastRecord?: string | null;
}

/** Longest reason, in characters: with what is said around it, it fits into the registry's description. */
export const LONGEST_REASON = 800;

export const isReason = (value: unknown): value is string => isLine(value, LONGEST_REASON);

export const revocationMessage = (revoke: RevocationRequest): string => JSON.stringify({ revoke });

/** Reads a message that asks to revoke; undefined for anything else. */
export function parseRevocationRequest(message: unknown): RevocationRequest | undefined {
  const { modelPackageArn, reason, lastRecord, ...others } = record(record(message)?.revoke) ?? {};
  if (!isText(modelPackageArn) || !isReason(reason) || Object.keys(others).length > 0) return undefined;
  if (lastRecord === undefined) return { modelPackageArn, reason };
  return lastRecord === null || isDigest(lastRecord) ? { modelPackageArn, reason, lastRecord } : undefined;
}
