import { runSimulation } from "@cloud-copilot/iam-simulate";
import { parseArn } from "../../src/contract/arn";
import { type PolicyDocument, policyOf, type Statement } from "../../src/infrastructure/permissions/grant";

/** One request in the account of its principal. */
export interface Call {
  /** ARN of a role. */
  principal: string;
  action: string;
  /** `*` where the action takes no resource. */
  resource: string;
  context?: Readonly<Record<string, string>>;
}

const ALL = { Effect: "Allow", Action: ["*"], Resource: ["*"] } as const;

/** What AWS's AdministratorAccess says, and its FullAWSAccess. */
export const EVERYTHING: PolicyDocument = policyOf([{ Sid: "Everything", ...ALL, Resource: ["*"] }]);

/** A key's policy that leaves everything to the account's own policies. */
const accountDecides = (account: string) => ({
  Version: "2012-10-17",
  Statement: [{ ...ALL, Principal: { AWS: `arn:aws:iam::${account}:root` } }],
});

/**
 * What IAM says of a call by a principal with that policy, in an account under those service control policies: `Allowed`,
 * or the ids of the statements that forbid it, or why nothing lets it.
 */
export async function underScp(call: Call, own: PolicyDocument, scps: readonly PolicyDocument[]): Promise<string> {
  const { principal, action, resource, context = {} } = call;
  const accountId = parseArn(resource)?.account || (parseArn(principal)?.account ?? "");
  const attached = [EVERYTHING, ...scps].map((policy, at) => ({ name: String(at), policy }));
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId },
        contextVariables: { "aws:PrincipalArn": principal, ...context },
      },
      identityPolicies: [{ name: "own", policy: own }],
      serviceControlPolicies: [{ orgIdentifier: "account", policies: attached }],
      resourceControlPolicies: [],
      ...(/^arn:[^:]+:kms:.*:key\//.test(resource) && { resourcePolicy: accountDecides(accountId) }),
    },
    {},
  );
  if (result.resultType !== "single") throw new Error(`${action} on ${resource}: ${JSON.stringify(result)}`);
  const { ignoredContextKeys = [], analysis } = result.result;
  const ignored = ignoredContextKeys.filter((key) => key in context);
  if (ignored.length > 0) throw new Error(`${action}: ${ignored.join(", ")} isn't a condition key of this action`);
  const denied = analysis.scpAnalysis?.ouAnalysis.flatMap(({ denyStatements }) =>
    denyStatements.map(({ statement }) => statement.sid()),
  );
  return analysis.result === "Allowed" ? "Allowed" : (denied ?? []).join(" ") || analysis.result;
}

/** The same policies without one statement. */
export const withoutStatement = (scps: readonly PolicyDocument[], sid: string): PolicyDocument[] =>
  scps.map(({ Statement }) => policyOf(Statement.filter((statement: Statement) => statement.Sid !== sid)));
