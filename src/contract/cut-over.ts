/** Model package group -> ISO time in UTC: what was registered before it is left to whoever decided on it then. */
export type CutOvers = Readonly<Record<string, string>>;

/** Which groups others decided in, or still do. */
export interface TakeOver {
  /** Groups whose versions are judged and recorded, and set by others. */
  observedGroups: readonly string[];
  cutOvers: CutOvers;
}

/** A time in UTC to the second, `2026-12-01T09:00:00Z`, that the calendar has. */
export const isCutOver = (text: string): boolean => {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text) ? Date.parse(text) : Number.NaN;
  // A 30th of February parses as another day.
  return !Number.isNaN(time) && new Date(time).toISOString() === text.replace("Z", ".000Z");
};

/** Whether a parsed value is such times by group. */
export const areCutOvers = (value: unknown): value is CutOvers =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((time) => typeof time === "string" && isCutOver(time));

/** Since when a group is governed; undefined of one without such a time. */
export const cutOverOf = (cutOvers: CutOvers, group: string): string | undefined =>
  Object.hasOwn(cutOvers, group) ? cutOvers[group] : undefined;

/** Whether a version was there before its group was governed; of a group without such a time none was. */
export function isBeforeCutOver(cutOvers: CutOvers, group: string, createdAt: Date): boolean {
  const cutOver = cutOverOf(cutOvers, group);
  return cutOver !== undefined && createdAt.getTime() < Date.parse(cutOver);
}

/** Why nobody here may decide on such a version, in words. */
export const leftAsItIs = (cutOvers: CutOvers, group: string): string =>
  `it was registered before ${cutOvers[group]}, the cut-over of its group, and stays as it was decided then`;

/** Why nobody here may decide on a version of an observed group, in words. */
export const ONLY_OBSERVED = "its group is only observed: others set the status of its versions";
