import { canonical } from "../core/canonical";
import type { Notices, WriteOnceStore } from "../core/ports";

/** What people are told of a version. */
export interface Notice {
  arn: string;
  subject: string;
  text: string;
  /** What its note says besides the version. */
  more?: Readonly<Record<string, string>>;
}

/**
 * Tells people, and notes it; nobody is told of what is noted. Whoever is told twice is told by a run that broke off before
 * it noted it.
 * @param key of the note
 * @returns whether they were told now
 */
export async function tellOnce(
  key: string,
  { arn, subject, text, more }: Notice,
  { notices, notes }: { notices: Notices; notes: WriteOnceStore },
): Promise<boolean> {
  if ((await notes.read(key)) !== undefined) return false;
  await notices.tell(subject, text);
  await notes.write(key, canonical({ schemaVersion: 1, modelPackageArn: arn, ...more }));
  return true;
}
