import type { Authoriser } from "../../src/local/access/authoriser";
import type { HeldPolicies, Policies } from "../../src/local/access/declared-policies";
import type { IamRequest } from "../../src/local/stand-in/iam/request";

/** A statement of a role's own policy, and what it let in. */
export interface UsedStatement {
  principal: string;
  sid: string;
  requests: readonly IamRequest[];
  /** All policies without that statement. */
  without: Policies;
}

/** Statements of roles' own policies that let something in. */
export const usedStatements = ({ policies, asked }: Authoriser): UsedStatement[] =>
  [...policies.principals].flatMap(([principal, held]) =>
    held.policies.flatMap(({ name, document }) =>
      document.Statement.flatMap(({ Sid = "" }) => {
        const requests = asked
          .filter(({ by, request }) => request.principal === principal && by.some(isStatement(name, Sid)))
          .map(({ request }) => request);
        if (requests.length === 0) return [];
        const principals = new Map([...policies.principals, [principal, withoutStatement(held, name, Sid)]]);
        return [{ principal, sid: Sid, requests, without: { ...policies, principals } }];
      }),
    ),
  );

const isStatement =
  (name: string, of: string) =>
  ({ policy, sid }: { policy: string; sid: string }): boolean =>
    policy === name && sid === of;

const withoutStatement = (held: HeldPolicies, name: string, sid: string): HeldPolicies => ({
  ...held,
  policies: held.policies.map((policy) => ({
    ...policy,
    document: {
      ...policy.document,
      Statement: policy.document.Statement.filter((one) => policy.name !== name || one.Sid !== sid),
    },
  })),
});
