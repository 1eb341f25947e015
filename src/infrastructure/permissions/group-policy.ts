import { RunError } from "@pulumi/pulumi";
import type { Place } from "../../contract/names";
import { arnOf, type PolicyDocument, type Principal, policyOf } from "./grant";
import { registering } from "./registering";

/** Longest policy that SageMaker takes, in characters. */
const LONGEST = 20_480;

/**
 * Policy of a model package group. Its roles exist already and are named as they are: conditions on the principal are
 * unproven in this kind of policy.
 */
export function groupPolicy(group: string, governance: Place, roles: readonly Principal[]): PolicyDocument {
  const policy = policyOf(
    registering(roles, governance, group).map(({ sid, who, may, on, when }) => ({
      Sid: sid,
      Effect: "Allow" as const,
      Principal: { AWS: who.map(({ arn }) => arn) },
      Action: may,
      Resource: on.map((resource) => arnOf(resource, governance.partition, {})),
      ...(when && { Condition: when }),
    })),
  );
  const { length } = JSON.stringify(policy);
  if (length <= LONGEST) return policy;
  throw new RunError(
    `model package group ${group}: its policy has ${length} characters, SageMaker takes ${LONGEST}; name fewer registeringRoles in governance:devAccounts, for example one role an account`,
  );
}
