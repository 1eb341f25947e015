import { formatArn } from "../../contract/arn";
import { type GovernanceConfig, placeOf } from "../stack-config";

/** Pattern of the names that begin with the prefix. */
export const named = (config: GovernanceConfig, service: string, before: string): string =>
  formatArn({ ...placeOf(config), service, resource: `${before}${config.prefix}-*` });

export const rolesOf = ({ prefix, rolePath, ...config }: GovernanceConfig): string =>
  formatArn({ ...config, service: "iam", region: "", resource: `role${rolePath}${prefix}-*-${config.region}` });
