import { Dice } from "./dice";

/** A version that a team registers. Times are seconds. */
export interface Registration {
  /** One of the sample versions. */
  sample: string;
  /** After the story's begin. */
  at: number;
  /** A report, by its place in the sample, that is written so long after the registration. */
  late?: { report: number; seconds: number };
  /** Reports that are never written. */
  missing?: readonly number[];
  /** Another text under a report's key, so long after the registration. */
  overwritten?: { report: number; seconds: number };
  /** Its reports lie below keys of their own; those of others of its sample lie below the same. */
  ownKeys?: boolean;
  /** Gaps in the training data, which the policy leaves to a person. */
  gaps?: boolean;
  /** A person sets the status of a version that is pending. */
  person?: { status: "Approved" | "Rejected"; seconds: number };
  /** A person sets another status, or the one before, so long after the record's decision was done. */
  revised?: { to: "other" | "pending"; seconds: number };
  /** Someone changes what a version is, so long after its registration, if it is pending then. */
  changed?: { seconds: number };
}

/** What the teams do in one run. */
export interface Plan {
  registrations: readonly Registration[];
  /** Whether the teams carry anew what never arrived, and when. */
  carriedAgain?: number;
}

const CREDIT = ["all-in-order", "biased-by-age", "report-arrives-late", "registered-together"];
const FRAUD = ["fraud-in-order", "auc-not-a-number", "no-bias-report"];
/** Reports of each sample of the group; one that has fewer has none to be late. */
const REPORTS = { credit: 5, fraud: 1 };

/** The seed's story: one or several teams, whose versions may race in one group. */
export function planOf(seed: number): Plan {
  const dice = new Dice(seed, "story");
  const teams = dice.chance(0.4) ? [CREDIT, FRAUD] : [dice.chance(0.75) ? CREDIT : FRAUD];
  const together = dice.chance(0.5);
  const registrations = Array.from({ length: dice.whole(1, 3) }, () => {
    const samples = dice.pick(teams);
    const at = together ? dice.between(0, 2) : dice.between(0, 300);
    return registration(dice.pick(samples), samples === CREDIT ? REPORTS.credit : REPORTS.fraud, at, dice);
  });
  return { registrations, ...(dice.chance(0.5) ? { carriedAgain: dice.between(600, 2400) } : {}) };
}

function registration(sample: string, reports: number, at: number, dice: Dice): Registration {
  const report = () => dice.whole(0, reports - 1);
  const turn = dice.whole(0, 13);
  const plain = { sample, at };
  if (turn === 0) return { ...plain, late: { report: report(), seconds: dice.between(1, 1500) } };
  if (turn === 1) return { ...plain, missing: [report()] };
  if (turn <= 3) return { ...plain, overwritten: { report: report(), seconds: dice.between(0, 120) } };
  const revised = () => ({ seconds: dice.between(0, dice.chance(0.5) ? 30 : 900) });
  if (turn === 4 && reports === REPORTS.credit) {
    return { ...plain, gaps: true, ...(dice.chance(0.5) ? { revised: { to: "other", ...revised() } } : {}) };
  }
  if (turn <= 6) {
    return { ...plain, person: { status: dice.pick(["Approved", "Rejected"]), seconds: dice.between(0, 240) } };
  }
  if (turn <= 8) return { ...plain, revised: { to: dice.pick(["other", "pending"]), ...revised() } };
  // Undisturbed, a version is judged and decided between the third second and the fifth.
  if (turn <= 11)
    return { ...plain, changed: { seconds: dice.chance(0.8) ? dice.between(1, 6) : dice.between(0, 180) } };
  return plain;
}
