import { notedKey } from "../contract/names";
import type { ListedVersion } from "../core/ports";
import { inParallel } from "./in-parallel";
import { AT_ONCE, inNotice, type Known, note, type ReconcilePorts } from "./known-versions";

const DAY_MS = 86_400_000;
const DAYS_BETWEEN = 7;

/**
 * Reminds a group's owner of the versions that wait for a person: of each once a week, as long as it waits.
 * @param waiting versions of one group
 */
export async function remind(
  waiting: readonly ListedVersion[],
  { noted }: Known,
  ports: Pick<ReconcilePorts, "notices" | "markers">,
  now: Date,
): Promise<void> {
  const due = waiting.flatMap(({ id, createdAt }) => {
    const days = Math.floor((now.getTime() - createdAt.getTime()) / DAY_MS);
    const week = Math.floor(days / DAYS_BETWEEN);
    const what = `reminded-${week}` as const;
    return week < 1 || noted.has(notedKey(what, id.group, id.version)) ? [] : [{ id, days, what }];
  });
  const [first] = due;
  if (first === undefined) return;
  const { group } = first.id;
  const shown = inNotice(due.map(({ id, days }) => `${id.arn} (${days} days)`));
  await ports.notices.tell(
    `${due.length === 1 ? "A version waits" : `${due.length} versions wait`} for a person: ${group}`,
    `Since their registration these wait for somebody to decide or to look: ${shown}`,
    group,
  );
  await inParallel(due, AT_ONCE, ({ id, what }) => note(what, id, ports));
}
