import type { DeployedAccount, Organization } from "./ports";

/** Where a probe looks, and when. */
export interface Surroundings {
  account: DeployedAccount;
  /** Absent where nobody lent a profile of the organisation. */
  organization?: Organization;
  now: Date;
}

/** One thing that is looked at. */
export interface Probe {
  /** What is looked at, for people: `policy of bucket mg-records-…`. */
  name: string;
  /** What is wrong, in words; nothing where all is well. Undefined where it wasn't to be looked at. @throws what keeps from looking */
  problems(surroundings: Surroundings): Promise<readonly string[] | undefined>;
  /** How what is wrong is put right. */
  mend: string;
}

export interface Finding {
  probe: string;
  /** `not-seen`: it couldn't be looked at. `not-asked`: it wasn't to be. */
  outcome: "fine" | "wrong" | "not-seen" | "not-asked";
  /** What is wrong, or why it wasn't seen. */
  problems: readonly string[];
  /** There where something is wrong. */
  mend?: string;
}

/** Looks at one thing after another. What throws is never taken for fine. */
export async function examine(probes: readonly Probe[], surroundings: Surroundings): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const probe of probes) findings.push(await findingOf(probe, surroundings));
  return findings;
}

async function findingOf({ name, problems, mend }: Probe, surroundings: Surroundings): Promise<Finding> {
  try {
    const found = await problems(surroundings);
    if (found === undefined) return { probe: name, outcome: "not-asked", problems: [mend] };
    return found.length === 0
      ? { probe: name, outcome: "fine", problems: [] }
      : { probe: name, outcome: "wrong", problems: found, mend };
  } catch (error) {
    const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { probe: name, outcome: "not-seen", problems: [said] };
  }
}
