import { formatArn } from "../../contract/arn";
import { deployerPolicies, deployerTable } from "../../infrastructure/permissions/deployer-table";
import { placeOf, type StackConfig } from "../../infrastructure/stack-config";
import { isPolicyDocument, type PolicyStatement } from "./declared-policies";
import type { Person } from "./people";

/** Whoever deploys a sample stack, with the policies that `governance deployer-policy` prints for it. */
export interface Deployer extends Person {
  /** What each statement is for, by its id. */
  reasons: Readonly<Record<string, string>>;
}

/** Role that deploys a sample stack: the one that it names, or else one of its account. */
const deployRole = (config: StackConfig): string =>
  config.assumeRole ?? formatArn({ ...placeOf(config), service: "iam", region: "", resource: "role/deploy" });

/** @param configs configurations of the stacks, by their names */
export const deployersOf = (configs: ReadonlyMap<string, StackConfig>): Deployer[] =>
  [...configs].map(([stack, config]) => {
    const { account } = config;
    const arn = deployRole(config);
    const document = { Version: "2012-10-17", Statement: deployerPolicies(config).flatMap((one) => one.Statement) };
    if (!isPolicyDocument(document)) throw new Error(`${stack}: what its deployer needs is no policy document`);
    return { title: `Deployer of ${stack}`, arn, account, document, reasons: reasonsOf(config, document.Statement) };
  });

/** A line of the table that is too long for one statement is in several, whose ids go on with a number. */
function reasonsOf(config: StackConfig, statements: readonly PolicyStatement[]): Record<string, string> {
  const lines = deployerTable(config);
  return Object.fromEntries(
    statements.map(({ Sid: sid = "" }) => {
      const line = lines.find((one) => one.sid === sid.replace(/\d+$/, ""));
      if (line === undefined) throw new Error(`${sid}: no line of the deployer's table has this id`);
      return [sid, `To deploy: ${line.for}.`];
    }),
  );
}
