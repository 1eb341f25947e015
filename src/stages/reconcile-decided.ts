import { type Noted, notedKey } from "../contract/names";
import type { ListedVersion } from "../core/ports";
import { chainOf } from "../ledger/chain";
import { isDecidedStatus, whatIsWrong } from "./as-recorded";
import type { Attempts } from "./attempts";
import { inParallel } from "./in-parallel";
import { AT_ONCE, inNotice, type Known, note, type ReconcilePorts } from "./known-versions";
import { recordsAt } from "./version-records";

/** Every approved version is looked at once in so many periods of a quarter of an hour, though nothing seems to have happened. */
const PERIODS = 16;
const PERIOD_MS = 15 * 60_000;

/** What is to be done about a decided version. */
interface News {
  version: ListedVersion;
  what: Noted;
}

/**
 * Looks at versions whose status is decided. What isn't as recorded is told, of each once for a fact; what is, is noted, and
 * looked at again when its status changes, an approved version every few hours. Where a record isn't applied yet, decide is
 * asked to; an approval that isn't as recorded, the watcher is asked to look at, who may have it revoked. Signatures are
 * decide's, the watcher's and the checkpoints' to look at.
 * @param peopleOnRecord see `whatIsWrong`
 * @returns attempts that decide was asked to apply, by version number
 */
export async function checkDecided(
  known: Known,
  ports: ReconcilePorts,
  attempts: Attempts,
  peopleOnRecord: boolean,
  now: Date,
): Promise<ReadonlyMap<number, number>> {
  const repaired = new Map<number, number>();
  const found = await inParallel(known.decided, AT_ONCE, (version) =>
    attempts.of(async () => {
      const what = await newsOf(version, known, ports, { peopleOnRecord, now }, repaired);
      if (what?.startsWith("as-") || what?.startsWith("repaired-")) await note(what, version.id, ports);
      return what && { version, what };
    }),
  );
  const news = found.flatMap((one) => one ?? []);
  for (const { isMeant, subject, text } of TOLD) await tellOf(news.filter(isMeant), subject, text, ports);
  return repaired;
}

/** Notes which status others set in an observed group: once people decide there on record, it isn't wrong. */
export const noteWhatOthersSet = (known: Known, ports: ReconcilePorts, attempts: Attempts): Promise<unknown> =>
  inParallel(known.decided, AT_ONCE, ({ id, approvalStatus: status }) =>
    attempts.of(async () => {
      const recorded = known.records.get(id.version);
      if (recorded === undefined || !isDecidedStatus(status)) return;
      const what: Noted = `as-${status}-${recorded.length}`;
      if (!known.noted.has(notedKey(what, id.group, id.version))) await note(what, id, ports);
    }),
  );

/** Of what people are told, a notice each. */
const TOLD: readonly { isMeant(news: News): boolean; subject: string; text: string }[] = [
  {
    isMeant: ({ what }) => what === "unrecorded",
    subject: "Decided without a record: versions of",
    text: "Their status was set by something else than the decide step, and no record says why",
  },
  {
    isMeant: ({ what }) => what.startsWith("otherwise-"),
    subject: "Decided otherwise than recorded: versions of",
    text: "Their status was set by something else than the decide step, which recorded another decision",
  },
  {
    isMeant: ({ what }) => what.startsWith("unmarked-"),
    subject: "Set by something else than their records: versions of",
    text: "Their status is as recorded, but something else than the decide step set it",
  },
  {
    isMeant: ({ what }) => what.startsWith("altered-"),
    subject: "Changed after they were approved: versions of",
    text: "They aren't what their records are about; where they mustn't be served, revoke them (governance revoke)",
  },
];

/** What is to be noted of a decided version; undefined where it is noted. */
async function newsOf(
  { id, approvalStatus: status }: ListedVersion,
  { records, noted }: Known,
  ports: ReconcilePorts,
  { peopleOnRecord, now }: { peopleOnRecord: boolean; now: Date },
  repaired: Map<number, number>,
): Promise<Noted | undefined> {
  if (!isDecidedStatus(status)) return undefined;
  const isNoted = (what: Noted) => noted.has(notedKey(what, id.group, id.version));
  const unlessNoted = (what: Noted) => (isNoted(what) ? undefined : what);
  const recorded = records.get(id.version);
  if (recorded === undefined) return unlessNoted("unrecorded");
  const count = recorded.length;
  const [as, otherwise, repair] = [
    `as-${status}-${count}`,
    `otherwise-${status}-${count}`,
    `repaired-${count}`,
  ] as const;
  const isSeen = isNoted(as) || (isNoted(otherwise) && isNoted(repair));
  if (isSeen && !(status === "Approved" && isDue(id.version, now))) return undefined;
  const chain = chainOf(await recordsAt(id, recorded, ports));
  const version = await ports.registry.describe(id.arn);
  // It was deleted or decided meanwhile: the next run looks at it.
  if (version?.approvalStatus !== status) return undefined;
  const compared = whatIsWrong(version, chain, { records: count, peopleOnRecord, now });
  if (compared.is === "as recorded") return unlessNoted(as);
  if (compared.is === "wrong" && compared.unapplied === undefined) {
    const wasRight = compared.unless !== undefined && isNoted(compared.unless);
    return wasRight ? undefined : unlessNoted(compared.noted);
  }
  // Once: what decide can't bring about is for people.
  if (isNoted(repair)) return unlessNoted(otherwise);
  const attempt = chain?.inForce?.body.attempt ?? 1;
  await ports.repair(id.arn, attempt);
  repaired.set(id.version, attempt);
  if (compared.is !== "wrong" || compared.unapplied === "as before") return repair;
  // Set right again, and told: somebody changed what had been decided.
  await note(repair, id, ports);
  return unlessNoted(compared.noted);
}

const isDue = (version: number, now: Date): boolean =>
  version % PERIODS === Math.floor(now.getTime() / PERIOD_MS) % PERIODS;

/** Whom this notice tells, the watcher needs not tell again. */
const UNTIL_TOLD_SECONDS = 300;

async function tellOf(news: readonly News[], subject: string, text: string, ports: ReconcilePorts): Promise<void> {
  const [first] = news;
  if (first === undefined) return;
  const approved = news.filter(({ version }) => version.approvalStatus === "Approved");
  await inParallel(approved, AT_ONCE, ({ version }) => ports.watchQueue.lookAgain(version.id.arn, UNTIL_TOLD_SECONDS));
  const shown = inNotice(news.map(({ version }) => version.id.arn));
  await ports.notices.tell(`${subject} ${first.version.id.group}`, `${text}: ${shown}`);
  await inParallel(news, AT_ONCE, ({ what, version }) => note(what, version.id, ports));
}
