import { Command } from "commander";
import { parseModelPackageArn } from "../../contract/arn";
import { policyKey } from "../../contract/names";
import { BrokenLink, type LedgerCopy } from "../../ledger/copy";
import { recordsIn } from "../../ledger/find-records";
import {
  concerns,
  formatPolicyChange,
  groupsWithFile,
  type PolicyChange,
  policyChanges,
} from "../../ledger/policy-changes";
import { policyText } from "../../ledger/verify/kept";
import { type Io, openCopy } from "./options";

/** What a policy decided. */
interface Decision {
  policy: string;
  modelPackageArn: string;
  decidedAt: string;
}

/** Decisions by one policy, one after another. */
interface Stretch {
  policy: string;
  /** Place of its first decision among all. */
  begin: number;
  /** Against the policy before it; none of the first. */
  changes: readonly PolicyChange[];
}

/** All decisions, and what their policies say. */
interface History {
  /** In the order of time. */
  decisions: readonly Decision[];
  stretches: readonly Stretch[];
  /** Policy -> groups that have a file of their own in it. */
  withFile: ReadonlyMap<string, ReadonlySet<string>>;
}

/** `governance ledger policy-changes`. */
export const policyChangesCommand = ({ print }: Io): Command =>
  new Command("policy-changes")
    .summary("list how the policy changed from decision to decision")
    .description(
      "Lists each change of the policy's bounds in the order of decisions, with the first version that was decided under it: of a group's bounds the first version of that group, else the first that it concerns. Verify the copy first.",
    )
    .argument("<DIR>", "folder with the copy")
    .action(async (folder: string) => {
      const history = await historyOf(openCopy(folder));
      for (const at of history.stretches.keys()) print(told(history, at));
      if (history.stretches.length === 0) print("There are no records.\n");
    });

async function historyOf(copy: LedgerCopy): Promise<History> {
  const decisions = await decisionsIn(copy);
  const stretches: Stretch[] = [];
  const withFile = new Map<string, ReadonlySet<string>>();
  let before: string | undefined;
  for (const [begin, { policy }] of decisions.entries()) {
    // A policy that comes back is a stretch again.
    if (policy === stretches.at(-1)?.policy) continue;
    const text = await policyText(copy, policy);
    // The first is held against itself: what is listed is there, whole, and a policy.
    const changes = ofPolicy(policy, () => policyChanges(before ?? text, text));
    withFile.set(policy, groupsWithFile(text));
    stretches.push({ policy, begin, changes });
    before = text;
  }
  return { decisions, stretches, withFile };
}

async function decisionsIn(copy: LedgerCopy): Promise<Decision[]> {
  const decisions: Decision[] = [];
  for await (const { signed } of recordsIn(copy)) {
    const { modelPackageArn, decidedAt, policy } = signed.body;
    if (policy !== undefined) decisions.push({ policy: policy.digest, modelPackageArn, decidedAt });
  }
  return decisions.sort(
    (one, other) => Number(one.decidedAt > other.decidedAt) - Number(one.decidedAt < other.decidedAt),
  );
}

/** @throws BrokenLink for a text that is no policy */
function ofPolicy<Result>(digest: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new BrokenLink(policyKey(digest), error instanceof Error ? error.message : String(error));
  }
}

/** @param at place of the stretch */
function told(history: History, at: number): string {
  const { decisions, stretches } = history;
  const stretch = stretches[at];
  if (stretch === undefined) return "";
  const lines = stretch.changes.flatMap((change) => [
    `  ${formatPolicyChange(change)}`,
    `    first version decided under it: ${versionOf(firstUnder(change, history, at))}`,
  ]);
  const changes = lines.length === 0 ? ["  no group's policy differs"] : lines;
  return [
    `Policy ${stretch.policy}`,
    `  first version decided by it: ${versionOf(decisions[stretch.begin])}`,
    ...(at === 0 ? [] : changes),
    "",
  ].join("\n");
}

/** The first decision that a change concerns, until the same is changed again; other changes may lie between. */
function firstUnder(
  change: PolicyChange,
  { decisions, stretches, withFile }: History,
  at: number,
): Decision | undefined {
  const isSame = ({ group, what }: PolicyChange): boolean => group === change.group && what === change.what;
  const next = stretches.find(({ changes }, other) => other > at && changes.some(isSame));
  return decisions
    .slice(stretches[at]?.begin, next?.begin)
    .find(({ modelPackageArn, policy }) =>
      concerns(change, parseModelPackageArn(modelPackageArn)?.group ?? "", withFile.get(policy) ?? new Set()),
    );
}

const versionOf = (decision: Decision | undefined): string =>
  decision === undefined ? "none" : `${decision.modelPackageArn}, at ${decision.decidedAt}`;
