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

/** How long decide, review and revoke take from a record to its status where no call fails. */
const WITHOUT_FAULTS_MS = 2 * 60_000;

/** What was found of a decided version. */
interface Found {
  version: ListedVersion;
  what: Noted;
  /** Whether it wasn't noted before. */
  isNews: boolean;
  /** The record that decide has to apply, and what it is noted as. */
  repairs?: { attempt: number; noted: Noted };
}

export interface DecidedSettings {
  /** See `whatIsWrong`. */
  peopleOnRecord: boolean;
  /** Whether the watcher has approvals taken back that aren't as recorded. */
  revokes: boolean;
}

/**
 * Looks at versions whose status is decided. What isn't as recorded is told, of each once for a fact; what is, is noted, and
 * looked at again when its status changes, an approved version every few hours. Where a record isn't applied yet, decide is
 * asked to. Where that is configured, the watcher is asked to look at approvals that aren't as recorded, as long as they
 * aren't: its event, or what it asked for, may have got lost. Signatures are decide's, the watcher's and the checkpoints' to
 * look at.
 * @returns attempts that decide was asked to apply, by version number
 */
export async function checkDecided(
  known: Known,
  ports: ReconcilePorts,
  attempts: Attempts,
  { peopleOnRecord, revokes }: DecidedSettings,
  now: Date,
): Promise<ReadonlyMap<number, number>> {
  const repaired = new Map<number, number>();
  const repair = async ({ version: { id }, repairs }: Found) => {
    if (repairs === undefined) return;
    await ports.repair(id.arn, repairs.attempt);
    repaired.set(id.version, repairs.attempt);
    await note(repairs.noted, id, ports);
  };
  const looked = await inParallel(known.decided, AT_ONCE, (version) =>
    attempts.of(async () => {
      const found = await findingOf(version, known, ports, { peopleOnRecord, now });
      if (found?.isNews && found.what.startsWith("as-")) await note(found.what, version.id, ports);
      if (found && TOLD.every(({ isMeant }) => !isMeant(found))) await repair(found);
      return found;
    }),
  );
  const found = looked.flatMap((one) => one ?? []);
  for (const { isMeant, subject, text } of TOLD)
    await attempts.of(async () => {
      const meant = found.filter(isMeant);
      const approved = meant.filter(({ version }) => version.approvalStatus === "Approved");
      if (revokes)
        await inParallel(approved, AT_ONCE, ({ version: { id } }) =>
          ports.watchQueue.lookAgain(id.arn, UNTIL_TOLD_SECONDS),
        );
      await tellOf(
        meant.filter(({ isNews }) => isNews),
        subject,
        text,
        ports,
      );
      // Set right before it is told, it would be as recorded, and nobody would hear of it where telling fails.
      await inParallel(meant, AT_ONCE, repair);
    });
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
const TOLD: readonly { isMeant(found: Found): boolean; subject: string; text: string }[] = [
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
    isMeant: ({ what }) => what.startsWith("late-"),
    subject: "Approved until now, against their records: versions of",
    text: "They were Approved though their records say otherwise, which weren't applied, or of which the status before was put back. Decide has to apply them; look in CloudTrail who changed these versions last",
  },
  {
    isMeant: ({ what }) => what.startsWith("altered-"),
    subject: "Changed after they were approved: versions of",
    text: "They aren't what their records are about; where they mustn't be served, revoke them (governance revoke)",
  },
];

/** What is to be noted of a decided version, or done; undefined where there is nothing. */
async function findingOf(
  version: ListedVersion,
  { records, noted }: Known,
  ports: ReconcilePorts,
  { peopleOnRecord, now }: { peopleOnRecord: boolean; now: Date },
): Promise<Found | undefined> {
  const { id, approvalStatus: status } = version;
  if (!isDecidedStatus(status)) return undefined;
  const isNoted = (what: Noted) => noted.has(notedKey(what, id.group, id.version));
  const found = (what: Noted, repairs?: Found["repairs"]): Found => ({
    ...{ version, what, isNews: !isNoted(what) },
    ...(repairs !== undefined && { repairs }),
  });
  const recorded = records.get(id.version);
  if (recorded === undefined) return found("unrecorded");
  const count = recorded.length;
  const [as, otherwise, repaired] = [
    `as-${status}-${count}`,
    `otherwise-${status}-${count}`,
    `repaired-${count}`,
  ] as const;
  const isSeen = isNoted(as) || (isNoted(otherwise) && isNoted(repaired));
  if (isSeen && !(status === "Approved" && isDue(id.version, now))) return undefined;
  const chain = chainOf(await recordsAt(id, recorded, ports));
  const described = await ports.registry.describe(id.arn);
  // It was deleted or decided meanwhile: the next run looks at it.
  if (described?.approvalStatus !== status) return undefined;
  const compared = whatIsWrong(described, chain, { records: count, peopleOnRecord, now });
  if (compared.is === "as recorded") return found(as);
  if (compared.is === "wrong" && compared.unapplied === undefined) {
    const wasRight = compared.unless !== undefined && isNoted(compared.unless);
    return wasRight ? undefined : found(compared.noted);
  }
  // Once: what decide can't bring about is for people.
  if (isNoted(repaired)) return found(otherwise);
  const { decision, decidedAt, attempt } = chain?.inForce?.body ?? { decision: status, decidedAt: "", attempt: 1 };
  const repairs = { attempt, noted: repaired };
  if (compared.is === "wrong" && compared.unapplied !== "as before") return found(compared.noted, repairs);
  const isLate = now.getTime() - Date.parse(decidedAt) > WITHOUT_FAULTS_MS;
  return found(status === "Approved" && decision !== "Approved" && isLate ? `late-${count}` : repaired, repairs);
}

const isDue = (version: number, now: Date): boolean =>
  version % PERIODS === Math.floor(now.getTime() / PERIOD_MS) % PERIODS;

/** Whom this notice tells, the watcher needs not tell again. */
const UNTIL_TOLD_SECONDS = 300;

async function tellOf(news: readonly Found[], subject: string, text: string, ports: ReconcilePorts): Promise<void> {
  const [first] = news;
  if (first === undefined) return;
  const shown = inNotice(news.map(({ version }) => version.id.arn));
  await ports.notices.tell(`${subject} ${first.version.id.group}`, `${text}: ${shown}`);
  await inParallel(news, AT_ONCE, ({ what, version }) => note(what, version.id, ports));
}
