import * as aws from "@pulumi/aws";
import type { StackConfig } from "./stack-config";

/**
 * The one provider of a stack. It refuses credentials of another account, so a stack can't land in the wrong one, and
 * takes on the configured role.
 */
export function accountProvider({ account, region, assumeRole, tags }: StackConfig): aws.Provider {
  return new aws.Provider("account", {
    region,
    allowedAccountIds: [account],
    ...(assumeRole !== undefined && { assumeRoles: [{ roleArn: assumeRole, sessionName: "model-governance" }] }),
    defaultTags: { tags: { ...tags } },
  });
}
