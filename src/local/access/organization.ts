import { MADE_OUTPUT } from "../../contract/governance-outputs";
import { guardrails } from "../../infrastructure/permissions/guardrails";
import type { EvaluatedProgram } from "../evaluate-program";
import { arnParts } from "../stand-in/arns";
import { isRecord } from "../stand-in/inputs";
import { isPolicyDocument, type NamedPolicy } from "./declared-policies";

/** Service control policies of an organization, by the accounts that they bind. */
export interface Organization {
  governance: readonly NamedPolicy[];
  dev: readonly NamedPolicy[];
}

/** What `governance guardrails` prints for the sample stacks. */
export function sampleOrganization({ governance, outputs }: EvaluatedProgram): Organization {
  const printed = outputs.get("governance")?.[MADE_OUTPUT];
  const made = Object.entries(isRecord(printed) ? printed : {}).map(([name, arn]) => [name, String(arn)]);
  const documents = guardrails(governance, { made: Object.fromEntries(made) });
  return { governance: documents.governance.map(named("governance")), dev: documents.dev.map(named("dev")) };
}

/** The policies that bind a principal: a stranger's account is in another organization. */
export const scpsOn =
  ({ account: governance, devAccounts }: EvaluatedProgram["governance"], organization: Organization) =>
  (principal: string): readonly NamedPolicy[] => {
    const account = arnParts(principal)?.account;
    if (account === governance) return organization.governance;
    return devAccounts.some((dev) => dev.account === account) ? organization.dev : [];
  };

const named =
  (of: string) =>
  (document: unknown, at: number): NamedPolicy => {
    if (!isPolicyDocument(document)) throw new Error(`guardrails of ${of}: document ${at + 1} is no policy`);
    return { name: `guardrails of ${of}${at || ""}`, document };
  };
