import { type Noted, notedKey, recordKey } from "../contract/names";
import { PENDING } from "../contract/registry-event";
import type { ListedVersion } from "../core/ports";
import { chainOf } from "../ledger/chain";
import { readDecisionRecord } from "../ledger/decision-record";
import type { Attempts } from "./attempts";
import { inParallel } from "./in-parallel";
import { AT_ONCE, type Known, note, type ReconcilePorts } from "./known-versions";

type Decided = "Approved" | "Rejected";
const isDecided = (status: string): status is Decided => status === "Approved" || status === "Rejected";

/** ARNs in one notice. */
const MOST_SHOWN = 50;

/**
 * Tells of versions whose status no record has, or another one than their record; of each once for a status. What is as
 * recorded is noted too, and isn't looked at again. Signatures are decide's and the checkpoints' to look at.
 */
export async function checkDecided(known: Known, ports: ReconcilePorts, attempts: Attempts): Promise<void> {
  const found = await inParallel(known.decided, AT_ONCE, (version) =>
    attempts.of(async () => {
      const what = await newsOf(version, known, ports);
      if (what?.startsWith("as-")) await note(what, version.id, ports);
      return { version, what };
    }),
  );
  const told = (isMeant: (what: Noted) => boolean) =>
    found.flatMap((one) =>
      one?.what !== undefined && isMeant(one.what) ? [{ ...one.version.id, what: one.what }] : [],
    );
  await tellOf(
    told((what) => what === "unrecorded"),
    (group) => `Decided without a record: versions of ${group}`,
    "Their status was set by something else than the decide step, and no record says why",
    ports,
  );
  await tellOf(
    told((what) => what.startsWith("otherwise-")),
    (group) => `Decided otherwise than recorded: versions of ${group}`,
    "Their status was set by something else than the decide step, which recorded another decision",
    ports,
  );
}

/** What is to be noted of a decided version; undefined where it is noted. */
async function newsOf(
  { id: { group, version }, approvalStatus }: ListedVersion,
  { records, noted }: Known,
  ports: ReconcilePorts,
): Promise<Noted | undefined> {
  if (!isDecided(approvalStatus)) return undefined;
  const isNoted = (what: Noted) => noted.has(notedKey(what, group, version));
  const recorded = records.get(version);
  if (recorded === undefined) return isNoted("unrecorded") ? undefined : "unrecorded";
  const count = recorded.length;
  const [as, otherwise] = [`as-${approvalStatus}-${count}`, `otherwise-${approvalStatus}-${count}`] as const;
  if (isNoted(as) || isNoted(otherwise)) return undefined;
  const chain = chainOf(
    await Promise.all(
      recorded.map(async (attempt) => {
        const key = recordKey(group, version, attempt);
        const bytes = await ports.records.read(key);
        if (bytes === undefined) throw new Error(`${key} is listed and can't be read`);
        return readDecisionRecord(bytes, key);
      }),
    ),
  );
  const said = chain?.inForce?.body.decision ?? approvalStatus;
  // What a record leaves to a person, a person decides as they find right.
  return said === approvalStatus || said === PENDING ? as : otherwise;
}

async function tellOf(
  ids: readonly { arn: string; group: string; version: number; what: Noted }[],
  subject: (group: string) => string,
  text: string,
  ports: ReconcilePorts,
): Promise<void> {
  const [first] = ids;
  if (first === undefined) return;
  const shown = ids.slice(0, MOST_SHOWN).map(({ arn }) => arn);
  const more = ids.length - shown.length;
  await ports.notices.tell(subject(first.group), `${text}: ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`);
  await inParallel(ids, AT_ONCE, (id) => note(id.what, id, ports));
}
