import { Command } from "commander";
import { policyKey } from "../../contract/names";
import { BrokenLink, type LedgerCopy } from "../../ledger/copy";
import { recordsIn } from "../../ledger/find-records";
import { formatPolicyChange, type PolicyChange, policyChanges } from "../../ledger/policy-changes";
import { policyText } from "./kept";
import { type Io, openCopy } from "./options";

/** A stretch of decisions by one policy. */
interface Stretch {
  policy: string;
  /** The first version that was decided by it. */
  modelPackageArn: string;
  decidedAt: string;
}

/** `governance ledger policy-changes`. */
export const policyChangesCommand = ({ print }: Io): Command =>
  new Command("policy-changes")
    .summary("list how the policy changed from decision to decision")
    .description(
      "Lists each change of the policy's bounds in the order of decisions, with the first version decided under it. Verify the copy first.",
    )
    .argument("<DIR>", "folder with the copy")
    .action(async (folder: string) => {
      const copy = openCopy(folder);
      let before: Stretch | undefined;
      for (const stretch of await stretches(copy)) {
        print(await told(copy, before, stretch));
        before = stretch;
      }
      if (before === undefined) print("There are no records.\n");
    });

/** In the order of decisions. A policy that comes back is a stretch again. */
async function stretches(copy: LedgerCopy): Promise<Stretch[]> {
  const decisions: Stretch[] = [];
  for await (const { signed } of recordsIn(copy)) {
    const { modelPackageArn, decidedAt, policy } = signed.body;
    if (policy !== undefined) decisions.push({ policy: policy.digest, modelPackageArn, decidedAt });
  }
  return decisions
    .sort((one, other) => Number(one.decidedAt > other.decidedAt) - Number(one.decidedAt < other.decidedAt))
    .filter(({ policy }, at) => policy !== decisions[at - 1]?.policy);
}

async function told(copy: LedgerCopy, before: Stretch | undefined, now: Stretch): Promise<string> {
  const first = `  first version decided under it: ${now.modelPackageArn}, at ${now.decidedAt}`;
  const text = await policyText(copy, now.policy);
  // The first is held against itself: what is listed is there, whole, and a policy.
  const old = before === undefined ? text : await policyText(copy, before.policy);
  const changes = changesOf(old, text, now.policy);
  if (before === undefined) return [`Policy ${now.policy}`, first, ""].join("\n");
  const lines = changes.map((change) => `  ${formatPolicyChange(change)}`);
  return [`Policy ${now.policy}`, first, ...(lines.length === 0 ? ["  no group's policy differs"] : lines), ""].join(
    "\n",
  );
}

/** @throws BrokenLink for a text that is no policy */
function changesOf(before: string, after: string, digest: string): PolicyChange[] {
  try {
    return policyChanges(before, after);
  } catch (error) {
    throw new BrokenLink(policyKey(digest), error instanceof Error ? error.message : String(error));
  }
}
