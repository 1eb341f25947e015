import type { PolicyDocument, Statement } from "./grant";
import { inDocumentsOf, lengthOf, minified } from "./policy-documents";

/** Characters that AWS Organizations takes in one service control policy, without white space. */
export const LONGEST = 5120;

/** Policies that it takes at one account, but for `FullAWSAccess`, which has to be one of the five. */
const MOST = 4;

/** The guardrails don't fit, or can't be written for this configuration. */
export class GuardrailError extends Error {
  override readonly name = "GuardrailError";
}

/**
 * Divides denying statements among documents.
 * @throws GuardrailError for more documents than an account takes
 */
export function inDocuments(statements: readonly Statement[]): PolicyDocument[] {
  const documents = inDocumentsOf(LONGEST, statements);
  if (documents.length <= MOST && documents.every((document) => minified(document).length <= LONGEST)) return documents;
  throw new GuardrailError(
    `the guardrails have ${lengthOf([...statements])} characters, an account takes ${MOST} service control policies of ${LONGEST} besides FullAWSAccess; they name every group five times and every reviewer three times, so divide the groups between two governance stacks in accounts of their own`,
  );
}
