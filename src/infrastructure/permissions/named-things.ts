import { formatArn } from "../../contract/arn";
import { modelPackageGroupArn } from "../../contract/names";
import { type GovernanceConfig, placeOf } from "../stack-config";

export const groupArns = (config: GovernanceConfig): string[] =>
  config.groups.map(({ name }) => modelPackageGroupArn(placeOf(config), name));

/** Pattern of the names that begin with the prefix. */
export const named = (config: GovernanceConfig, service: string, before: string): string =>
  formatArn({ ...placeOf(config), service, resource: `${before}${config.prefix}-*` });

export const rolesOf = ({ prefix, rolePath, ...config }: GovernanceConfig): string =>
  formatArn({ ...config, service: "iam", region: "", resource: `role${rolePath}${prefix}-*-${config.region}` });
