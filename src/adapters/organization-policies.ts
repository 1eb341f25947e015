import {
  DescribePolicyCommand,
  ListParentsCommand,
  type OrganizationsClient,
  paginateListPoliciesForTarget,
} from "@aws-sdk/client-organizations";
import type { Organization } from "../doctor/ports";

/** Service control policies that are attached to an account, to what it lies in, and to the root. */
export const organizationPolicies = (client: OrganizationsClient): Organization => ({
  async policiesOf(account) {
    const documents: string[] = [];
    for (let target: string | undefined = account; target !== undefined; target = await above(client, target)) {
      const pages = paginateListPoliciesForTarget({ client }, { TargetId: target, Filter: "SERVICE_CONTROL_POLICY" });
      for await (const { Policies = [] } of pages) {
        for (const { Id } of Policies) {
          const { Policy } = await client.send(new DescribePolicyCommand({ PolicyId: Id }));
          documents.push(...[Policy?.Content ?? []].flat());
        }
      }
    }
    return documents;
  },
});

/** What an account or organisational unit lies in; nothing is above a root. */
async function above(client: OrganizationsClient, child: string): Promise<string | undefined> {
  if (child.startsWith("r-")) return undefined;
  const { Parents = [] } = await client.send(new ListParentsCommand({ ChildId: child }));
  return Parents[0]?.Id;
}
