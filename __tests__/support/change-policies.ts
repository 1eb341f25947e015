import { isRecord, listOf } from "../../src/local/stand-in/inputs";
import type { DeclaredResource } from "../../src/local/stand-in/service";

type Statement = Readonly<Record<string, unknown>>;

const DOCUMENTS = ["policy", "resourcePolicy", "assumeRolePolicy"];

/**
 * Changes statements of declared policies, whichever resources they are in.
 * @param change what stands in a statement's place; undefined for nothing
 */
export const changeStatements = (
  resources: readonly DeclaredResource[],
  change: (statement: Statement, of: DeclaredResource) => Statement | undefined,
): DeclaredResource[] => resources.map((resource) => ({ ...resource, inputs: changedInputs(resource, change) }));

function changedInputs(resource: DeclaredResource, change: Parameters<typeof changeStatements>[1]) {
  const documents = DOCUMENTS.filter((input) => typeof resource.inputs[input] === "string").flatMap((input) => {
    const document: unknown = JSON.parse(String(resource.inputs[input]));
    if (!isRecord(document) || document.Statement === undefined) return [];
    const statements = listOf(document.Statement).filter(isRecord);
    const kept = statements.flatMap((statement) => change(statement, resource) ?? []);
    return [[input, JSON.stringify({ ...document, Statement: kept })] as const];
  });
  return { ...resource.inputs, ...Object.fromEntries(documents) };
}

/**
 * Takes a statement away, wherever it is.
 * @throws Error where there is none of that id
 */
export function withoutStatement(resources: readonly DeclaredResource[], sid: string): DeclaredResource[] {
  let found = 0;
  const rest = changeStatements(resources, (statement) => {
    if (statement.Sid !== sid) return statement;
    found++;
    return undefined;
  });
  if (found === 0) throw new Error(`no declared policy has a statement ${sid}`);
  return rest;
}
