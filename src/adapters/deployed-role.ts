import {
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from "@aws-sdk/client-iam";
import type { FoundRole } from "../doctor/ports";
import { unlessMissing } from "./aws-error";

/** A role with all its policies; undefined where there is none. IAM gives documents URL-encoded. */
export async function deployedRole(client: IAMClient, RoleName: string): Promise<FoundRole | undefined> {
  const found = await unlessMissing(["NoSuchEntityException"], client.send(new GetRoleCommand({ RoleName })));
  if (found?.Role === undefined) return undefined;
  const inline: string[] = [];
  for await (const { PolicyNames = [] } of paginateListRolePolicies({ client }, { RoleName })) {
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument = "" } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      inline.push(decodeURIComponent(PolicyDocument));
    }
  }
  const attached: string[] = [];
  for await (const { AttachedPolicies = [] } of paginateListAttachedRolePolicies({ client }, { RoleName }))
    attached.push(...AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []));
  const boundary = found.Role.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    trust: decodeURIComponent(found.Role.AssumeRolePolicyDocument ?? ""),
    ...(boundary !== undefined && { boundary }),
    inline,
    attached,
  };
}
