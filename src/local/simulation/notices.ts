import { PENDING } from "../../contract/registry-event";
import type { DecisionRecord } from "../../ledger/decision-record";
import type { LocalWorld } from "../stand-in/create-world";

/** Whether someone was told of a version. */
export const wasTold = (world: LocalWorld, arn: string, subject: RegExp, text?: RegExp): boolean =>
  timesTold(world, arn, subject, text) > 0;

/** How often. @param text in the message, whatever it says where none is given */
export const timesTold = (world: LocalWorld, arn: string, subject: RegExp, text = /^/): number =>
  [...world.notices().values()]
    .flat()
    .filter(
      (notice) =>
        subject.test(notice.subject ?? "") &&
        text.test(notice.message) &&
        (notice.message.includes(arn) || notice.subject?.includes(arn)),
    ).length;

/** A version in the end, as far as people must know of it. */
export interface Ended {
  arn: string;
  status: string;
  /** What its record decides; undefined without one. */
  decision: DecisionRecord["decision"] | undefined;
  /** Whether it was changed after what its record is about. */
  isStale: boolean;
  /** Whether a person took back what its record decided. */
  isSetBack: boolean;
}

/** Notices by which people learn that a version isn't as its record says. */
const NOTICES: readonly {
  subject: RegExp;
  text?: RegExp;
  isDue: (ended: Ended) => boolean;
}[] = [
  {
    subject: /^Decided otherwise than recorded/,
    // People decide on record: what is left to them isn't set by hand either.
    isDue: ({ status, decision }) => status !== PENDING && ![undefined, status].includes(decision),
  },
  {
    subject: /^A person must look at/,
    text: /set back/,
    isDue: ({ isSetBack }) => isSetBack,
  },
  {
    subject: /^A person must look at/,
    text: /changed after/,
    isDue: ({ status, isStale }) => status === PENDING && isStale,
  },
];

/** Notices that are missing, and those of what isn't so. */
export const wrongNotices = (ended: Ended, world: LocalWorld): string[] =>
  NOTICES.flatMap(({ subject, text, isDue }) => {
    const what = [subject, text].flatMap((one) => one?.source ?? []).join(" … ");
    const told = wasTold(world, ended.arn, subject, text);
    if (told === isDue(ended)) return [];
    return [told ? `nothing is so, and people were told "${what}"` : `nobody was told "${what}"`];
  });
