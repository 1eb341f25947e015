import type { RecordKeys } from "../decision-record";
import type { TrustedKeys } from "../signed";

/** How long a record may be without a checkpoint. */
export const LONGEST_WITHOUT_CHECKPOINT_MINUTES = 60;
/** How far two checkpoints, and the last one and now, may be apart: a day and an hour for a late run. */
export const LONGEST_BETWEEN_CHECKPOINTS_HOURS = 25;
/** How far clocks may differ: those who decide, take checkpoints and audit run on different machines. */
const CLOCKS_MINUTES = 5;

/** What an auditor believes, and knows from elsewhere. */
export interface VerifyTerms {
  records: RecordKeys;
  checkpoints: TrustedKeys;
  /** When the copy was made. */
  now: Date;
  /** A checkpoint that was there at an earlier audit; its SHA-256 too, where it was noted. */
  known?: KnownCheckpoint;
  /** Lateness before then has been explained. */
  lateUntil?: Date;
}

export interface KnownCheckpoint {
  number: number;
  sha256?: string;
}

/** The last checkpoint of a chain that holds. */
export interface ChainEnd {
  number: number;
  sha256: string;
  takenAt: string;
  /** Records in all checkpoints. */
  total: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Why a record and its checkpoint aren't of fitting times; undefined where they are. */
export function lateRecord(decidedAt: string, takenAt: Date, { lateUntil }: VerifyTerms): string | undefined {
  const minutes = (takenAt.getTime() - Date.parse(decidedAt)) / MINUTE;
  if (minutes < -CLOCKS_MINUTES)
    return `says that it was decided at ${decidedAt}, after its checkpoint, which was taken at ${takenAt.toISOString()}`;
  if (minutes <= LONGEST_WITHOUT_CHECKPOINT_MINUTES || isExplained(takenAt, lateUntil)) return undefined;
  return `was without a checkpoint for ${Math.floor(minutes)} minutes, from ${decidedAt} to ${takenAt.toISOString()}; at most ${LONGEST_WITHOUT_CHECKPOINT_MINUTES} are allowed`;
}

/** Why a record without a checkpoint should have one by now, or is of a time to come. */
export function overdueRecord(decidedAt: string, { now }: Pick<VerifyTerms, "now">): string | undefined {
  const minutes = (now.getTime() - Date.parse(decidedAt)) / MINUTE;
  if (minutes < -CLOCKS_MINUTES)
    return `says that it was decided at ${decidedAt}, after ${now.toISOString()}, when the copy is said to have been made`;
  if (minutes <= LONGEST_WITHOUT_CHECKPOINT_MINUTES) return undefined;
  return `is in no checkpoint, though it was decided at ${decidedAt}, ${Math.floor(minutes)} minutes before ${now.toISOString()}; at most ${LONGEST_WITHOUT_CHECKPOINT_MINUTES} are allowed`;
}

/** What is wrong with the time of a checkpoint after another. */
export function wrongInterval(before: string, takenAt: string, { lateUntil }: VerifyTerms): string | undefined {
  const hours = (Date.parse(takenAt) - Date.parse(before)) / HOUR;
  if (hours < 0) return `was taken at ${takenAt}, before the checkpoint before it, which was taken at ${before}`;
  if (hours <= LONGEST_BETWEEN_CHECKPOINTS_HOURS || isExplained(new Date(takenAt), lateUntil)) return undefined;
  return `was taken at ${takenAt}, ${Math.floor(hours)} hours after the one before; at most ${LONGEST_BETWEEN_CHECKPOINTS_HOURS} are allowed`;
}

/** What is wrong with the age of the last checkpoint. */
export function wrongAge({ takenAt }: ChainEnd, { now }: VerifyTerms): string | undefined {
  const age = now.getTime() - Date.parse(takenAt);
  if (age < -CLOCKS_MINUTES * MINUTE)
    return `was taken at ${takenAt}, after ${now.toISOString()}, when the copy is said to have been made`;
  if (age <= LONGEST_BETWEEN_CHECKPOINTS_HOURS * HOUR) return undefined;
  return `is the last checkpoint, of ${takenAt}, and older than ${LONGEST_BETWEEN_CHECKPOINTS_HOURS} hours at ${now.toISOString()}: those after it were cut off, or none is written any more; give --now where the copy was made earlier`;
}

const isExplained = (at: Date, until: Date | undefined): boolean => until !== undefined && at <= until;
