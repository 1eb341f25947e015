import { ONLY_OBSERVED, type TakeOver } from "../contract/cut-over";
import type { PersonRequest } from "../contract/person-request";
import type { ModelPackage } from "../core/ports";
import type { RecordChain } from "../ledger/chain";
import { isJudged } from "../ledger/decision-record";
import { whyNoBaseline } from "./baseline";

/** What a request is held against. */
export interface RequestFacts extends TakeOver {
  /** Who asks, as AWS says it. */
  name: string;
  version: ModelPackage;
  chain: RecordChain | undefined;
  /** Model package group -> people of the team that owns it. */
  teams: Readonly<Record<string, readonly string[]>>;
  now: Date;
}

/** Why a request is refused; or how many people have to ask the same. */
export type Ruling = { refused: string } | { peopleNeeded: 1 | 2 };

const refused = (why: string): Ruling => ({ refused: why });

/** Whether a person may have what they ask for, and who else has to ask for it. Nothing is decided on what they didn't see. */
export function mayDecide(
  { request, expectedRecordSha256 }: PersonRequest,
  { name, version, chain, teams, now, ...takeOver }: RequestFacts,
): Ruling {
  const { id } = version;
  const team = Object.hasOwn(teams, id.group) ? teams[id.group] : undefined;
  if (team === undefined) return refused(`group ${id.group} isn't configured in the governance stack`);
  if (team.some((member) => samePerson(member, name)))
    return refused(`${name} is of the team that owns ${id.group}; someone else has to look`);
  if ((chain?.last.sha256 ?? null) !== expectedRecordSha256) return refused(outdated(expectedRecordSha256, chain));
  if ((request === "approve" || request === "reject") && takeOver.observedGroups.includes(id.group))
    return refused(ONLY_OBSERVED);
  switch (request) {
    case "reevaluate":
      return chain === undefined ? refused("it has no record yet: it is judged without being asked") : ONE;
    case "reject":
      if (version.approvalStatus === "Approved")
        return refused("it is approved: take that back with governance revoke, which says what is served then");
      return stands(version, chain, "Rejected") ? refused("it is rejected, and its record says so") : ONE;
    case "baseline": {
      const why = whyNoBaseline(version, chain, takeOver, now);
      return why === undefined ? ONE : refused(why);
    }
    case "approve":
      return mayApprove(version, chain);
  }
}

const ONE: Ruling = { peopleNeeded: 1 };

/** Names are told apart by more than capitals: who can choose those isn't known of every directory. */
export const samePerson = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const outdated = (expected: string | null, chain: RecordChain | undefined): string =>
  `it was asked on ${expected === null ? "no record" : `record ${expected}`}, and the last is ${chain?.last.sha256 ?? "none"}; look at that, and ask again`;

const stands = ({ approvalStatus }: ModelPackage, chain: RecordChain | undefined, decision: string): boolean =>
  approvalStatus === decision && chain?.inForce?.body.decision === decision;

function mayApprove(version: ModelPackage, chain: RecordChain | undefined): Ruling {
  const judged = chain?.records.map(({ body }) => body).findLast(isJudged);
  if (chain === undefined || judged === undefined)
    return refused("it was never judged, and what nothing has judged isn't approved");
  if (stands(version, chain, "Approved")) return refused("it is approved, and its record says so");
  if (version.fingerprint !== judged.fingerprint)
    return refused("it isn't what was judged: it was changed since; have it judged again (governance reevaluate)");
  const passed = judged.decision !== "Rejected" && judged.findings.every(({ outcome }) => outcome === "pass");
  return { peopleNeeded: passed && !isRevoked(chain) ? 1 : 2 };
}

const isRevoked = ({ inForce }: RecordChain): boolean => inForce?.body.kind === "revocation";
