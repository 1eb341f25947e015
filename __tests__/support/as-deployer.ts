import { deployerPolicies } from "../../src/infrastructure/permissions/deployer-table";
import { policyOf } from "../../src/infrastructure/permissions/grant";
import type { StackConfig } from "../../src/infrastructure/stack-config";
import { underScp } from "./under-scp";

/** What IAM says of a call by the deployer of that stack, under its own policies alone. */
export const asDeployer = (
  config: StackConfig,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): Promise<string> =>
  underScp(
    { principal: `arn:aws:iam::${config.account}:role/deploy`, action, resource, context },
    policyOf(deployerPolicies(config).flatMap(({ Statement }) => Statement)),
    [],
  );
