import { type PolicyDocument, policyOf, type Statement } from "./grant";

/** Characters that IAM takes in one managed policy, without white space. */
export const LONGEST_MANAGED_POLICY = 6_144;

/** A policy as it is counted and handed to AWS. */
export const minified = (document: PolicyDocument): string => JSON.stringify(document);

/** Divides statements among documents of that many characters; one that is longer has its own. Their order says nothing. */
export function inDocumentsOf(longest: number, statements: readonly Statement[]): PolicyDocument[] {
  const documents: Statement[][] = [];
  for (const statement of statements) {
    const open = documents.find((document) => lengthOf([...document, statement]) <= longest);
    if (open === undefined) documents.push([statement]);
    else open.push(statement);
  }
  return documents.map(policyOf);
}

/** Characters of a document that holds them. */
export const lengthOf = (statements: Statement[]): number => minified(policyOf(statements)).length;
