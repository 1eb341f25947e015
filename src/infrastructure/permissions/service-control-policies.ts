import { type PolicyDocument, policyOf, type Statement } from "./grant";

/** Characters that AWS Organizations takes in one service control policy, without white space. */
export const LONGEST = 5120;

/** Policies that it takes at one account, but for `FullAWSAccess`, which has to be one of the five. */
const MOST = 4;

/** The guardrails don't fit, or can't be written for this configuration. */
export class GuardrailError extends Error {
  override readonly name = "GuardrailError";
}

/** A policy as it is counted and handed to AWS Organizations. */
export const minified = (document: PolicyDocument): string => JSON.stringify(document);

/**
 * Divides denying statements among documents; their order says nothing.
 * @throws GuardrailError for more documents than an account takes
 */
export function inDocuments(statements: readonly Statement[]): PolicyDocument[] {
  const documents: Statement[][] = [];
  for (const statement of statements) {
    const open = documents.find((document) => length([...document, statement]) <= LONGEST);
    if (open === undefined) documents.push([statement]);
    else open.push(statement);
  }
  if (documents.length <= MOST && documents.every((document) => length(document) <= LONGEST))
    return documents.map(policyOf);
  throw new GuardrailError(
    `the guardrails have ${length([...statements])} characters, an account takes ${MOST} service control policies of ${LONGEST} besides FullAWSAccess; they name every group four times, so divide the groups between two governance stacks in accounts of their own`,
  );
}

const length = (statements: Statement[]): number => minified(policyOf(statements)).length;
