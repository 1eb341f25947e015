import type { StackConfig } from "../stack-config";
import { devLines } from "./deployer-dev";
import { governanceLines } from "./deployer-governance";
import type { DeployerLine } from "./deployer-line";
import type { PolicyDocument, Statement } from "./grant";
import { inDocumentsOf, LONGEST_MANAGED_POLICY, lengthOf } from "./policy-documents";

/** All that a deployer of such a stack may ever need, with what of the stack file asks for it. */
export const deployerLines = (config: StackConfig): DeployerLine[] =>
  config.role === "governance" ? governanceLines(config) : devLines(config);

/** What the deployer of this very stack may do: the table that its policies are made from. None of it decides on a version. */
export const deployerTable = (config: StackConfig): DeployerLine[] =>
  deployerLines(config).filter(({ asked }) => asked);

/** The deployer's identity policy, in as many documents as IAM wants managed policies. */
export const deployerPolicies = (config: StackConfig): PolicyDocument[] =>
  inDocumentsOf(LONGEST_MANAGED_POLICY, deployerTable(config).flatMap(statementsOf));

const statementsOf = ({ sid, may, on, when }: DeployerLine): Statement[] =>
  partsOf({ Sid: sid, Effect: "Allow", Action: may, Resource: [...on], ...(when && { Condition: when }) }).map(
    (part, at) => ({ ...part, Sid: `${sid}${at || ""}` }),
  );

/** A statement whose resources are too many for a document, in halves. */
function partsOf(statement: Statement): Statement[] {
  const { Resource = [] } = statement;
  if (Resource.length < 2 || lengthOf([statement]) <= LONGEST_MANAGED_POLICY) return [statement];
  const middle = Math.ceil(Resource.length / 2);
  return [Resource.slice(0, middle), Resource.slice(middle)].flatMap((half) =>
    partsOf({ ...statement, Resource: half }),
  );
}
