import type { ModelPackageId } from "../contract/arn";
import { attemptOfKey, type Noted, notedKey, toldMarkerKey, waitsForPersonKey } from "../contract/names";
import type { ListedExecution } from "./ports";
import { sha256 } from "./verdict";

/** A version, as keys name it. */
export type VersionId = Pick<ModelPackageId, "group" | "version">;

/** Notes that a person was told of what is recorded. */
export const TOLD_OF_RECORD: readonly Noted[] = ["left-for-review", "changed", "set-back", "recorded-only"];

/**
 * Whether a person was told of what is recorded of a pending version, and nothing goes on without them.
 * @param recorded attempts that are recorded
 * @param noted keys of what is noted
 */
export const waitsOnRecord = (
  { group, version }: VersionId,
  recorded: readonly number[],
  noted: ReadonlySet<string>,
): boolean =>
  // What was told is of the first record; of a later one decide knows.
  recorded.length < 2 && TOLD_OF_RECORD.some((what) => noted.has(notedKey(what, group, version)));

/** Whether a person was told of a version that no check can judge. */
export const isTold = ({ group, version }: VersionId, marked: ReadonlySet<string>): boolean =>
  marked.has(toldMarkerKey(group, version));

/** Whether the reconciler gave up on a version, and told a person. */
export const isGivenUp = ({ group, version }: VersionId, noted: ReadonlySet<string>): boolean =>
  noted.has(notedKey("gave-up", group, version));

/** The execution that a start marker is of: its description says the marker's SHA-256. */
export function executionOf(marker: Uint8Array, executions: readonly ListedExecution[]): ListedExecution | undefined {
  const token = sha256(marker);
  return executions.find(({ description }) => description.includes(token));
}

/** Key of what says that an execution has asked a person. */
export const askedKey = ({ arn }: Pick<ListedExecution, "arn">): string =>
  waitsForPersonKey(arn.slice(arn.lastIndexOf("/") + 1));

/** Attempts in their order, by version, of keys that end in `<version>/<attempt>.json`. */
export function attemptsIn(keys: readonly string[]): Map<number, number[]> {
  const attempts = new Map<number, number[]>();
  for (const key of keys) {
    const attempt = attemptOfKey(key);
    const version = Number(key.split("/").at(-2));
    if (attempt === undefined || !Number.isSafeInteger(version)) continue;
    const before = attempts.get(version) ?? [];
    attempts.set(
      version,
      [...before, attempt].sort((one, other) => one - other),
    );
  }
  return attempts;
}
