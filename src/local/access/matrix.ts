import {
  type AllowedConditionExpression,
  type RequestAnalysis,
  runSimulation,
  type Simulation,
  type SimulationOptions,
} from "@cloud-copilot/iam-simulate";
import { arnParts, wildcardMatches } from "../stand-in/arns";
import { listOf } from "../stand-in/inputs";
import { decisionOf, type StatementRef, simulationOf } from "./decide";
import { type NamedPolicy, type Policies, type PolicyStatement, policyOfResource } from "./declared-policies";
import type { Pair } from "./pairs";

/** A pair that a principal is allowed, at least in some requests. */
export interface Allowed extends Pair {
  by: readonly StatementRef[];
  /** Ids of the statements which forbid it in other requests. */
  unless: readonly string[];
}

export interface MatrixOptions {
  scps?: readonly NamedPolicy[];
  /** Asks the simulator of every pair, also of those that no statement allows by action and resource. */
  every?: boolean;
}

/** What requests say of themselves may be anything; what AWS says of the caller is as it is. */
const anyRequest = (): SimulationOptions => ({
  simulationMode: "Discovery",
  discoveryContextKeyConstraints: [
    { keyName: "/^(?!aws:).+/", presenceIsKnown: false, valueIsKnown: false },
    { keyName: "/^aws:.+/", presenceIsKnown: true, valueIsKnown: true },
  ],
});

/**
 * What a principal is allowed of these pairs: each that IAM lets in for some request.
 * @throws Error where the simulator refuses to answer
 */
export async function allowedOf(
  principal: string,
  pairs: readonly Pair[],
  policies: Policies,
  { scps = [], every = false }: MatrixOptions = {},
): Promise<Allowed[]> {
  const allowed: Allowed[] = [];
  for (const pair of pairs) {
    if (!every && !mayBeAllowed(principal, pair, policies)) continue;
    const found = await ask(principal, pair, policies, scps);
    if (found !== undefined) allowed.push(found);
  }
  return allowed;
}

async function ask(
  principal: string,
  pair: Pair,
  policies: Policies,
  scps: readonly NamedPolicy[],
): Promise<Allowed | undefined> {
  const { action, target } = pair;
  const request = { principal, action, resource: target };
  const name = policyOfResource(policies, target.arn, action)?.name ?? "";
  for (const analysis of await analysesOf(await simulationOf(request, policies, scps))) {
    const { allowed, by } = decisionOf(request, analysis, name);
    if (allowed) return { ...pair, by, unless: deniesIn(analysis.conditions) };
  }
  return undefined;
}

/** The simulator's answers: one, or one for each type of resource that the ARN may be of. */
async function analysesOf(simulation: Simulation): Promise<RequestAnalysis[]> {
  const { principal, action, resource } = simulation.request;
  const result = await runSimulation(simulation, anyRequest());
  switch (result.resultType) {
    case "single":
      return [result.result.analysis];
    case "wildcard":
      return result.results.map(({ analysis }) => analysis);
    case "error":
      // A function's alias and its version have ARNs alike. Of patterns, the simulator takes both types.
      if (result.errors.message === "multiple.resource.types") return analysesOf(withPattern(simulation));
      throw new Error(`${principal} ${action} on ${resource.resource}: ${JSON.stringify(result.errors)}`);
  }
}

const withPattern = ({ request, ...rest }: Simulation): Simulation => ({
  ...rest,
  request: { ...request, resource: { ...request.resource, resource: `${request.resource.resource}*` } },
});

/** Statements that would forbid it under a condition which the request could meet. */
function deniesIn(expression: AllowedConditionExpression | undefined): string[] {
  switch (expression?.conditionType) {
    case "group":
      return [...new Set(expression.conditions.flatMap(deniesIn))].sort();
    case "condition":
    case "sessionName":
      return expression.sources.filter(({ effect }) => effect === "Deny").map(({ statementId = "?" }) => statementId);
    default:
      return [];
  }
}

/**
 * Whether statements that allow it match by action and resource pattern: of the principal or the resource, and of both
 * where they are in different accounts.
 */
export function mayBeAllowed(principal: string, { action, target }: Pair, policies: Policies): boolean {
  const own = policies.principals.get(principal)?.policies ?? [];
  const theirs = policyOfResource(policies, target.arn, action);
  const held = own.some((policy) => allows(policy, action, target.arn));
  const letIn = theirs !== undefined && allows(theirs, action, target.arn);
  return arnParts(principal)?.account === target.account ? held || letIn : target.arn === "*" ? held : held && letIn;
}

const allows = ({ document }: NamedPolicy, action: string, arn: string): boolean =>
  document.Statement.some(
    (statement) => statement.Effect === "Allow" && matchesAction(statement, action) && matchesResource(statement, arn),
  );

export const matchesAction = ({ Action }: PolicyStatement, action: string): boolean =>
  listOf(Action).some((pattern) => wildcardMatches(String(pattern).toLowerCase(), action.toLowerCase()));

/** A statement without a resource is about the resource whose policy it is in. */
const matchesResource = ({ Resource }: PolicyStatement, arn: string): boolean =>
  Resource === undefined || listOf(Resource).some((pattern) => wildcardMatches(String(pattern), arn));
