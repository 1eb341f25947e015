import { type PrivilegeRuns, privilegeRuns } from "../__tests__/support/least-privilege-runs";
import { leastPrivilegeDocument } from "../src/local/least-privilege/document";
import { unused } from "../src/local/least-privilege/unused";

/** File of the report, from the root. */
export const LEAST_PRIVILEGE = "docs/least-privilege.md";

/** The report: what is allowed and no run used, and why it stays. Takes half a minute. */
export const leastPrivilege = async (): Promise<string> => reportOf(await privilegeRuns());

/** @throws Error for runs that didn't end as they must, and as the document does */
export async function reportOf({ programs, broken }: PrivilegeRuns): Promise<string> {
  if (broken.length === 0) return leastPrivilegeDocument(await unused(programs));
  throw new Error(`the runs that are reported on didn't end as they must:\n${broken.join("\n")}`);
}
